import Model

/// A policy as a person names it.
public enum PolicyName: Hashable, Sendable {
    /// The product: the controller that serves in the field.
    case adaptive
    case edgeOnly
    /// The input to the cloud, in the fewest bytes that the plan set knows.
    case cloudOnly
    /// The fixed plan that turns out best, in hindsight.
    case bestStatic
    /// For each frame the plan that answers it first, by a look at the future.
    case oracle
    case neurosurgeon
    case dads
    case ans
    case holdHysteresis
    /// This plan from start to end.
    case fixed(planID: String)

    /// All but the fixed plans, in the order of reports.
    public static let named: [PolicyName] = [
        .adaptive, .edgeOnly, .cloudOnly, .bestStatic, .oracle, .neurosurgeon, .dads, .ans, .holdHysteresis,
    ]

    static let fixedPrefix = "fixed:"

    /// - Throws: `PolicyError.unknown`.
    public init(parsing text: String) throws(PolicyError) {
        if text.hasPrefix(Self.fixedPrefix), text.count > Self.fixedPrefix.count {
            self = .fixed(planID: String(text.dropFirst(Self.fixedPrefix.count)))
            return
        }
        guard let policy = Self.named.first(where: { $0.description == text }) else {
            throw .unknown(text, nearest: nearestName(to: text, among: Self.named.map(\.description)))
        }
        self = policy
    }

    /// Whether it decides by what it could know at the time.
    public var isCausal: Bool { self != .oracle && self != .bestStatic }
}

extension PolicyName: CustomStringConvertible {
    public var description: String {
        switch self {
        case .adaptive: "adaptive"
        case .edgeOnly: "edge-only"
        case .cloudOnly: "cloud-only"
        case .bestStatic: "best-static"
        case .oracle: "oracle"
        case .neurosurgeon: "neurosurgeon"
        case .dads: "dads"
        case .ans: "ans"
        case .holdHysteresis: "hold-hysteresis"
        case .fixed(let planID): Self.fixedPrefix + planID
        }
    }
}

/// In documents the name as text.
extension PolicyName: Codable {
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        do throws(PolicyError) {
            self = try PolicyName(parsing: text)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.description))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
