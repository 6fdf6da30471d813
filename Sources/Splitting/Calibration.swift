public import FoundationEssentials
public import Model

/// What was measured of a model on one set of samples, so that it need not be measured again: valid for exactly that model
/// and those samples, on any machine.
public struct Calibration: Hashable, Codable, Sendable {
    /// Version of the file format.
    public static let currentVersion = 1

    public var version = Self.currentVersion
    public var model: ModelIdentity
    /// Digest of the samples, in order, with their labels.
    public var samplesSHA256: String
    /// Measured range of tensors that may cross, by name.
    public var ranges: [String: ValueRange] = [:]
    /// Mean bytes of the input at 8 bits, deflated.
    public var deflatedInputBytes: Int?
    /// The unsplit, unquantised model.
    public var reference: Accuracy?
    /// Accuracy of what was tried, by `key(of:)`.
    public var accuracies: [String: Accuracy] = [:]

    public init(model: ModelIdentity, samplesSHA256: String) {
        self.model = model
        self.samplesSHA256 = samplesSHA256
    }

    enum CodingKeys: String, CodingKey {
        case version, model, samplesSHA256 = "samples_sha256", ranges, deflatedInputBytes = "deflated_input_bytes"
        case reference, accuracies
    }

    /// Names what decides a plan's accuracy: what crosses, and at how many bits. Lossless coding does not.
    static func key(of plan: Plan) -> String {
        plan.crossing.map { "\($0.name)@\($0.precision.bits)" }.joined(separator: ",")
    }

    /// - Throws: `DocumentError`.
    public static func decode(from data: Data, source: String) throws(DocumentError) -> Calibration {
        let calibration = try StableJSON.decode(Calibration.self, from: data, source: source)
        guard calibration.version == currentVersion else {
            throw DocumentError(source: source, place: "version", problem: "is not \(currentVersion)")
        }
        for (name, range) in calibration.ranges.sorted(by: { $0.key < $1.key })
        where !(range.low.isFinite && range.high.isFinite && range.low <= range.high) {
            throw DocumentError(source: source, place: "ranges.\(name)", problem: "is not a finite range")
        }
        return calibration
    }

    /// Takes what `other` knows and this one does not, provided that both are of the same model and samples.
    public mutating func merge(_ other: Calibration) {
        guard other.model.sha256 == model.sha256, other.samplesSHA256 == samplesSHA256 else { return }
        ranges.merge(other.ranges) { own, _ in own }
        accuracies.merge(other.accuracies) { own, _ in own }
        deflatedInputBytes = deflatedInputBytes ?? other.deflatedInputBytes
        reference = reference ?? other.reference
    }
}
