public import Model

/// Where a frame's work lies under a plan.
public enum PlanKind: String, CaseIterable, Codable, Sendable {
    case edgeOnly = "edge-only"
    case cloudOnly = "cloud-only"
    case split
}

extension Plan {
    public var kind: PlanKind { isEdgeOnly ? .edgeOnly : isCloudOnly ? .cloudOnly : .split }
}

/// Which plan is best where, and by how much: a grid over uplink rate and edge slowdown, the other conditions being fixed.
public struct PhaseMap: Sendable {
    public struct Cell: Hashable, Sendable {
        /// Position in `PlanSet.plans`.
        public var best: Int
        /// Predicted, in seconds.
        public var latency: Double
        /// Latency of the best plan of any other kind over that of the best: how much is lost by not having this kind of plan.
        /// Infinite where no other kind answers.
        public var lead: Double
    }

    /// Ascending.
    public let uplinks: [BitRate]
    /// Ascending.
    public let edgeSlowdowns: [Double]
    /// Of `edgeSlowdowns.count` rows, each of `uplinks.count`; `nil` where no plan answers.
    public let cells: [[Cell?]]

    /// - Parameter conditions: what every cell shares; the downlink is at least the cell's uplink.
    /// - Complexity: cells · kinds · plans.
    public init(_ planSet: PlanSet, uplinks: [BitRate], edgeSlowdowns: [Double], under conditions: Conditions) {
        self.uplinks = uplinks
        self.edgeSlowdowns = edgeSlowdowns
        cells = edgeSlowdowns.map { slowdown in
            uplinks.map { uplink in
                var here = conditions
                here.uplink = uplink
                here.downlink = max(conditions.downlink, uplink)
                here.edgeSlowdown = slowdown
                return Self.cell(planSet, under: here)
            }
        }
    }

    private static func cell(_ planSet: PlanSet, under conditions: Conditions) -> Cell? {
        let champions = PlanKind.allCases.compactMap { kind in
            planSet.best(under: conditions, among: { $0.kind == kind }).map { (plan: $0.best, latency: $0.value) }
        }
        guard let best = champions.min(by: { ($0.latency, $0.plan) < ($1.latency, $1.plan) }), best.latency.isFinite
        else { return nil }
        let rest = champions.filter { $0.plan != best.plan }.map(\.latency).min() ?? .infinity
        return Cell(best: best.plan, latency: best.latency, lead: rest / best.latency)
    }

    /// The share of all cells in which plans of a kind are best, and their largest lead there.
    public func dominion(of kind: PlanKind, in planSet: PlanSet) -> (share: Double, largestLead: Double) {
        let all = cells.joined()
        let won = all.compactMap { $0 }.filter { planSet.plans[$0.best].kind == kind }
        return (Double(won.count) / Double(max(1, all.count)), won.map(\.lead).max() ?? 1)
    }

    /// The preferred numbers R10 (ISO 3), ten to a decade, within `range`: steps of about 26 %, exact decimals.
    ///
    /// - Precondition: the range is of positive, finite numbers.
    public static func preferredNumbers(in range: ClosedRange<Double>) -> [Double] {
        precondition(range.lowerBound > 0 && range.upperBound.isFinite, "steps are of positive numbers")
        let series = [100.0, 125, 160, 200, 250, 315, 400, 500, 630, 800]
        var decade = 1.0
        while decade * 100 > range.lowerBound { decade /= 10 }
        var numbers: [Double] = []
        while decade * 100 <= range.upperBound {
            numbers += series.map { $0 * decade }.filter(range.contains)
            decade *= 10
        }
        return numbers
    }
}
