public import Model

/// Every condition under which one plan of a set is the best: the exact region, in all conditions together.
///
/// What a frame takes under a plan is an inner product of the plan's costs and the prices that conditions set, so each rival leaves
/// a half-space of prices and the region is a polyhedron of them; by the slowest stage, a maximum of products, it is what the
/// rivals leave likewise, and by a deadline what they leave by time, or with exchange rates by losses that jump. Rivals that
/// another one makes superfluous, since it takes no more of anything, are left out. The plan is best where it takes less than
/// every earlier plan and at most what every later one does. Overload does not count.
public struct StayRegion: Sendable {
    struct Rival {
        /// Position in the set.
        var position: Int
        var costs: PlanCosts
        /// Whether a tie goes to the rival.
        var isEarlier: Bool

        /// Whether this one is no slower than another under any conditions, nor worse at a tie. Sums of products that are rounded
        /// keep this order.
        func covers(_ other: Rival) -> Bool {
            costs.isAtMost(other.costs) && (isEarlier || !other.isEarlier)
        }
    }

    let own: PlanCosts
    let rivals: [Rival]
    let charge: Charge

    /// How many rivals bound the region; the others lose to one of them wherever they would win.
    package var rivalCount: Int { rivals.count }

    /// Whether the plan is best under these conditions: exactly where `PlanSet.best(under:objective:among:)` says so, as long as
    /// anything answers.
    public func contains(_ conditions: Conditions) -> Bool {
        let prices = Prices(conditions)
        let value = charge(own, prices)
        return rivals.allSatisfy { rival in
            let other = charge(rival.costs, prices)
            return rival.isEarlier ? value < other : value <= other
        }
    }

    /// For each condition the range in which the plan is best, the other conditions being as they are.
    ///
    /// Exact up to the rounding of one division: with every other condition fixed a latency is linear in 1 / uplink, in the
    /// round trip and in each slowdown, and the slowest stage is the larger of a constant and a multiple of one of them, so
    /// that every rival leaves one half-line, and the range is what all leave. Where a deadline counts and more than time a rival
    /// can leave several intervals; the range is the one that holds the present value, else the nearest to it.
    ///
    /// - Returns: one range for each case of `Condition`, in their order; empty where the plan is nowhere best. If it is best
    ///   now, the range holds the present value. In an outage the order of plans can let one win that loses at every low
    ///   rate; the range of the uplink then is that point by itself, if the link is out now.
    public func ranges(around conditions: Conditions) -> [ConditionRange] {
        Condition.allCases.map { condition in
            if case .deadlineLoss(let loss) = charge { return range(of: condition, by: loss, around: conditions) }
            let line = PriceLine(own, charge, along: condition, at: conditions)
            var range = PriceRange()
            var winsAtInfinity = true
            for rival in rivals {
                let other = PriceLine(rival.costs, charge, along: condition, at: conditions)
                range.keep(where: line, isBelow: other, strictly: rival.isEarlier)
                winsAtInfinity = winsAtInfinity && line.wins(over: other, atInfinityStrictly: rival.isEarlier)
            }
            return condition == .uplink
                ? range.asUplink(winsInOutage: winsAtInfinity, isOutage: conditions.uplink <= .zero)
                : range.asRange(of: condition)
        }
    }
}

extension PlanSet {
    /// The region in which `plan` is the best of the set by what the objective counts in one sample: its latency with what exchange
    /// rates add, its slowest stage, or what it loses by a deadline.
    ///
    /// - Precondition: the set has a plan of that id.
    /// - Complexity: O(n²) in the number of plans.
    public func stays(
        _ plan: Plan, objective: Objective = .mean, among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> StayRegion {
        let contest = Contest(self, objective, .isolated)
        let position = position(of: plan)
        let rivals = plans.indices.filter { $0 != position && isAdmitted?(plans[$0]) ?? true }.map { index in
            StayRegion.Rival(position: index, costs: contest.columns[index], isEarlier: index < position)
        }
        let binding = rivals.filter { rival in
            !rivals.contains { other in
                // Of two that cover each other the first is kept.
                other.position != rival.position && other.covers(rival)
                    && (!rival.covers(other) || other.position < rival.position)
            }
        }
        return StayRegion(own: contest.columns[position], rivals: binding, charge: contest.charge.whereCertain)
    }
}

extension PlanCosts {
    func isAtMost(_ other: PlanCosts) -> Bool {
        edge <= other.edge && transmitBytes <= other.transmitBytes && remote <= other.remote && cloud <= other.cloud
            && resultBytes <= other.resultBytes && fixed <= other.fixed
    }
}

/// What a frame takes as a function of one price, in nanoseconds: `slope · price + offset`, or the larger of the two. The offset
/// may be infinite.
struct PriceLine {
    var slope: Double
    var offset: Double
    var isMaximum: Bool

    /// The price is nanoseconds a byte for the uplink, seconds for the round trip, and the slowdown itself.
    init(_ costs: PlanCosts, _ charge: Charge, along condition: Condition, at conditions: Conditions) {
        if case .slowestStage = charge { isMaximum = true } else { isMaximum = false }
        var prices = Prices(conditions)
        switch condition {
        case .uplink:
            slope = costs.transmitBytes
            prices.sentByte = 0
        case .rtt:
            slope = isMaximum ? 0 : costs.remote * 1e9
            var rest = conditions
            rest.rtt = .zero
            prices = Prices(rest)
        case .edgeSlowdown:
            slope = costs.edge
            prices.edgeWork = 0
        case .cloudSlowdown:
            slope = costs.cloud
            prices.cloudWork = 0
        }
        offset = charge(costs, prices)
    }

    func wins(over rival: PriceLine, atInfinityStrictly strictly: Bool) -> Bool {
        let value = slope == 0 ? offset : .infinity
        let rivalValue = rival.slope == 0 ? rival.offset : .infinity
        return strictly ? value < rivalValue : value <= rivalValue
    }
}

/// An interval of a price within [0, ∞).
struct PriceRange {
    var low = Bound.zero
    var high = Bound.unbounded

    /// Leaves the prices at which `line` is below `rival`, or equal to it unless `strictly`.
    mutating func keep(where line: PriceLine, isBelow rival: PriceLine, strictly: Bool) {
        func isBelow(_ a: Double, _ b: Double) -> Bool { strictly ? a < b : a <= b }
        let isLower = isBelow(line.offset, rival.offset)
        if line.isMaximum {
            switch (isLower, isBelow(line.slope, rival.slope)) {
            case (true, true): break
            case (true, false): limit(high: Bound(rival.offset / line.slope, isIncluded: !strictly))
            case (false, true): limit(low: Bound(line.offset / rival.slope, isIncluded: !strictly))
            case (false, false): self = .empty
            }
            return
        }
        let slope = line.slope - rival.slope
        if slope == 0 || line.offset.isInfinite || rival.offset.isInfinite {
            if !isLower { self = .empty }
            return
        }
        // Plus zero, for a negative zero is one.
        let crossing = Bound((rival.offset - line.offset) / slope + 0, isIncluded: !strictly)
        if slope > 0 { limit(high: crossing) } else { limit(low: crossing) }
    }

    static let empty = PriceRange(low: .unbounded, high: Bound(0, isIncluded: false))

    mutating func limit(low bound: Bound) {
        if bound.value > low.value || (bound.value == low.value && !bound.isIncluded) { low = bound }
    }

    mutating func limit(high bound: Bound) {
        if bound.value < high.value || (bound.value == high.value && !bound.isIncluded) { high = bound }
    }

    func asRange(of condition: Condition) -> ConditionRange { ConditionRange(condition, from: low, to: high) }

    /// From nanoseconds a byte to bit/s. An outage, an infinite price, joins the range where the plan wins then, too.
    func asUplink(winsInOutage: Bool, isOutage: Bool) -> ConditionRange {
        let isEmpty = asRange(of: .uplink).isEmpty || high.value <= 0
        if isEmpty || high.value < .infinity, winsInOutage, isOutage {
            return ConditionRange(.uplink, from: .zero, to: .zero)
        }
        if isEmpty { return ConditionRange(.uplink, from: .unbounded, to: Bound(0, isIncluded: false)) }
        return ConditionRange(
            .uplink,
            from: high.value == .infinity
                ? Bound(0, isIncluded: winsInOutage) : Bound(8e9 / high.value, isIncluded: high.isIncluded),
            to: low.value == 0 ? .unbounded : Bound(8e9 / low.value, isIncluded: low.isIncluded))
    }
}
