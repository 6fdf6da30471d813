/// The plans worth choosing among at run time, and what they are plans for.
///
/// As a file: JSON with sorted keys, `"version": 1`, byte-equal for equal values; see `Guides/PlanSet.md`.
public struct PlanSet: Sendable {
    /// Version of the file format.
    public static let currentVersion = 1

    public var version = Self.currentVersion
    public var model: ModelIdentity
    /// Ascending by `headLayers`, then by `transmitBytes`, then by `id`. Ids are unique.
    public private(set) var plans: [Plan]
    /// The unsplit, unquantised model on the same samples, to compare a plan's accuracy with.
    public var reference: Accuracy?
    /// What ranking reads of `plans`: derived from them alone, so that no ranking has to gather it.
    package let columns: PlanColumns

    public init(model: ModelIdentity, plans: [Plan], reference: Accuracy? = nil) {
        precondition(Set(plans.map(\.id)).count == plans.count, "a plan's id is unique in its set")
        self.model = model
        self.plans = plans.sorted {
            ($0.headLayers, $0.transmitBytes, $0.id) < ($1.headLayers, $1.transmitBytes, $1.id)
        }
        self.reference = reference
        columns = PlanColumns(self.plans)
    }

    public func plan(id: String) -> Plan? { plans.first { $0.id == id } }
    /// The plan that never needs the cloud and nothing built, the whole model in floats, if the set has one.
    public var edgeOnly: Plan? { plans.first { $0.isEdgeOnly && $0.headPrecision == nil } }
}

extension PlanSet: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        a.version == b.version && a.model == b.model && a.plans == b.plans && a.reference == b.reference
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(model)
        hasher.combine(plans)
        hasher.combine(reference)
    }
}

/// Decodes as the document says, its plans unchecked and in its order; `decode(from:source:)` checks and sorts them.
extension PlanSet: Codable {
    enum CodingKeys: String, CodingKey { case version, model, plans, reference }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        model = try container.decode(ModelIdentity.self, forKey: .model)
        plans = try container.decode([Plan].self, forKey: .plans)
        reference = try container.decodeIfPresent(Accuracy.self, forKey: .reference)
        columns = PlanColumns(plans)
    }
}
