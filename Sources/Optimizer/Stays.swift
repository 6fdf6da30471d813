public import Model

extension PlanSet {
    /// For each condition the range in which `plan` is the best of the set by latency, the other conditions being as they
    /// are: its latency is less than that of every earlier plan and at most that of every later one. Overload does not count.
    ///
    /// Exact up to the rounding of one division: with every other condition fixed a latency is linear in 1 / uplink, in the
    /// round trip and in each slowdown, so that every rival leaves one half-line, and the range is what all leave.
    ///
    /// - Returns: one range for each case of `Condition`, in their order; empty where the plan is nowhere best. If it is best
    ///   now, the range holds the present value. In an outage the order of plans can let one win that loses at every low
    ///   rate; the range of the uplink then is that point by itself, if the link is out now.
    /// - Precondition: the set has a plan of that id.
    /// - Complexity: linear in the number of plans.
    public func staysBest(
        _ plan: Plan, under conditions: Conditions, among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> [ConditionRange] {
        let position = plans.firstIndex { $0.id == plan.id }
        precondition(position != nil, "a plan has rivals only in its own set")
        let rivals = plans.enumerated().filter { $0.element.id != plan.id && isAdmitted?($0.element) ?? true }
            .map { (isEarlier: $0.offset < position ?? 0, costs: PlanCosts($0.element)) }
        return Condition.allCases.map { condition in
            let own = Line(PlanCosts(plan), along: condition, at: conditions)
            var range = PriceRange()
            var winsAtInfinity = true
            for rival in rivals {
                let line = Line(rival.costs, along: condition, at: conditions)
                range.keep(where: own, isBelow: line, strictly: rival.isEarlier)
                winsAtInfinity = winsAtInfinity && own.wins(over: line, atInfinityStrictly: rival.isEarlier)
            }
            return condition == .uplink
                ? range.asUplink(winsInOutage: winsAtInfinity, isOutage: conditions.uplink <= .zero)
                : range.asRange(of: condition)
        }
    }
}

/// A latency as a function of one price: `slope · price + offset`, nanoseconds. The offset may be infinite.
private struct Line {
    var slope: Double
    var offset: Double

    /// The price is nanoseconds a byte for the uplink, seconds for the round trip, and the slowdown itself.
    init(_ costs: PlanCosts, along condition: Condition, at conditions: Conditions) {
        var prices = Prices(conditions)
        switch condition {
        case .uplink:
            slope = costs.transmitBytes
            prices.sentByte = 0
        case .rtt:
            slope = costs.remote * 1e9
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
        offset = costs.latency(at: prices)
    }

    func wins(over rival: Line, atInfinityStrictly strictly: Bool) -> Bool {
        let value = slope == 0 ? offset : .infinity
        let rivalValue = rival.slope == 0 ? rival.offset : .infinity
        return strictly ? value < rivalValue : value <= rivalValue
    }
}

/// An interval of a price within [0, ∞).
private struct PriceRange {
    var low = Bound.zero
    var high = Bound.unbounded

    /// Leaves the prices at which `line` is below `rival`, or equal to it unless `strictly`.
    mutating func keep(where line: Line, isBelow rival: Line, strictly: Bool) {
        let slope = line.slope - rival.slope
        if slope == 0 || line.offset.isInfinite || rival.offset.isInfinite {
            if !(strictly ? line.offset < rival.offset : line.offset <= rival.offset) { self = .empty }
            return
        }
        let crossing = Bound((rival.offset - line.offset) / slope, isIncluded: !strictly)
        if slope > 0 { limit(high: crossing) } else { limit(low: crossing) }
    }

    private static let empty = PriceRange(low: .unbounded, high: Bound(0, isIncluded: false))

    private mutating func limit(low bound: Bound) {
        if bound.value > low.value || (bound.value == low.value && !bound.isIncluded) { low = bound }
    }

    private mutating func limit(high bound: Bound) {
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
