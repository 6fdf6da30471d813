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
    /// What frames take of the edge's battery; `nil` where nobody said.
    public var energy: EnergyModel?
    /// What bytes cost; `nil` where nobody said.
    public var tariff: Tariff?
    /// What is known in the field of plans whose times are not those of their profile, by id. Not part of the file.
    public private(set) var drift: [String: SiteRatios] = [:]
    /// What ranking reads of `plans`: derived from them and `drift` alone, so that no ranking has to gather it.
    package private(set) var columns: PlanColumns

    public init(model: ModelIdentity, plans: [Plan], reference: Accuracy? = nil) {
        precondition(Set(plans.map(\.id)).count == plans.count, "a plan's id is unique in its set")
        self.model = model
        self.plans = plans.sorted {
            ($0.headLayers, $0.transmitBytes, $0.id) < ($1.headLayers, $1.transmitBytes, $1.id)
        }
        self.reference = reference
        columns = PlanColumns(self.plans)
    }

    /// This set with the times of the plans named corrected, in place of any earlier correction; nothing else is worked out anew.
    ///
    /// - Precondition: ratios are positive and finite.
    /// - Complexity: linear in the number of plans.
    public func corrected(by drift: [String: SiteRatios]) -> PlanSet {
        var set = self
        set.drift = drift
        for (index, plan) in plans.enumerated() {
            let ratios = drift[plan.id] ?? SiteRatios()
            precondition(
                ratios.edge > 0 && ratios.cloud > 0 && ratios.edge.isFinite && ratios.cloud.isFinite,
                "a ratio of times is positive and finite")
            var costs = PlanCosts(plan)
            costs.edge *= ratios.edge
            costs.cloud *= ratios.cloud
            set.columns[index] = costs
        }
        return set
    }

    /// Position of a plan of this set.
    ///
    /// - Precondition: the set has a plan of that id.
    package func position(of plan: Plan) -> Int {
        guard let position = plans.firstIndex(where: { $0.id == plan.id }) else {
            preconditionFailure("a plan has rivals only in its own set")
        }
        return position
    }

    public func plan(id: String) -> Plan? { plans.first { $0.id == id } }
    /// The plan that never needs the cloud and nothing built, the whole model in floats, if the set has one.
    public var edgeOnly: Plan? { plans.first { $0.isEdgeOnly && $0.headPrecision == nil } }
}

extension PlanSet: Hashable {
    public static func == (a: Self, b: Self) -> Bool {
        a.version == b.version && a.model == b.model && a.plans == b.plans && a.reference == b.reference
            && a.energy == b.energy && a.tariff == b.tariff && a.drift == b.drift
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(version)
        hasher.combine(model)
        hasher.combine(plans)
        hasher.combine(reference)
        hasher.combine(energy)
        hasher.combine(tariff)
        hasher.combine(drift)
    }
}

/// Decodes as the document says, its plans unchecked and in its order; `decode(from:source:)` checks and sorts them.
extension PlanSet: Codable {
    enum CodingKeys: String, CodingKey { case version, model, plans, reference, energy, tariff }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(Int.self, forKey: .version)
        model = try container.decode(ModelIdentity.self, forKey: .model)
        plans = try container.decode([Plan].self, forKey: .plans)
        reference = try container.decodeIfPresent(Accuracy.self, forKey: .reference)
        energy = try container.decodeIfPresent(EnergyModel.self, forKey: .energy)
        tariff = try container.decodeIfPresent(Tariff.self, forKey: .tariff)
        columns = PlanColumns(plans)
    }
}
