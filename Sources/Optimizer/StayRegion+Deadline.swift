import Model

/// The ranges where a deadline and more than time counts.
///
/// Along one condition a frame's loss is then linear in the price between a few prices, at which the frame becomes late, or some of what
/// it takes counts no further; where it becomes late it jumps, and there it still has the lower value. So each rival leaves several
/// intervals of the price, and all together leave what these have in common.
extension StayRegion {
    func range(of condition: Condition, by loss: DeadlineLoss, around conditions: Conditions) -> ConditionRange {
        let curve = LossCurve(own, loss, along: condition, at: conditions)
        var left = [PriceRange()]
        var winsAtInfinity = true
        for rival in rivals {
            let other = LossCurve(rival.costs, loss, along: condition, at: conditions)
            let won = curve.intervals(below: other, strictly: rival.isEarlier)
            left = left.flatMap { range in won.compactMap { range.common(with: $0) } }
            winsAtInfinity =
                winsAtInfinity && curve.atInfinity.wins(over: other.atInfinity, atInfinityStrictly: rival.isEarlier)
        }
        let range = left.nearest(to: condition.price(in: conditions)) ?? .empty
        return condition == .uplink
            ? range.asUplink(winsInOutage: winsAtInfinity, isOutage: conditions.uplink <= .zero)
            : range.asRange(of: condition)
    }
}

extension Condition {
    /// As `PriceLine` has it.
    fileprivate func price(in conditions: Conditions) -> Double {
        switch self {
        case .uplink: conditions.uplink > .zero ? 8e9 / conditions.uplink.bitsPerSecond : .infinity
        case .rtt: conditions.rtt.inSeconds
        case .edgeSlowdown: conditions.edgeSlowdown
        case .cloudSlowdown: conditions.cloudSlowdown
        }
    }
}

/// A frame's loss by a deadline as a function of one price.
private struct LossCurve {
    private let loss: DeadlineLoss
    /// What the frame takes.
    private let time: PriceLine
    /// What the stage takes whose price it is.
    private let stage: PriceLine
    /// Nanoseconds that a nanosecond of that stage adds.
    private let rate: Double
    /// What else counts of the other stages, and of this one at the price 0.
    private let rest: Double

    init(_ costs: PlanCosts, _ loss: DeadlineLoss, along condition: Condition, at conditions: Conditions) {
        self.loss = loss
        time = PriceLine(costs.timeAlone, .latency, along: condition, at: conditions)
        var free = conditions
        switch condition {
        case .uplink:
            (free.uplink, rate) = (BitRate(bitsPerSecond: .infinity), loss.energy.radio)
            stage = PriceLine(slope: costs.transmitBytes, offset: 0)
        case .rtt:
            (free.rtt, rate) = (.zero, loss.energy.waiting)
            stage = PriceLine(slope: costs.remote * 1e9, offset: costs.remote * Prices(free).remote)
        case .edgeSlowdown:
            (free.edgeSlowdown, rate) = (0, loss.energy.edge)
            stage = PriceLine(slope: costs.edge, offset: 0)
        case .cloudSlowdown:
            (free.cloudSlowdown, rate) = (0, loss.energy.waiting)
            stage = PriceLine(slope: costs.cloud, offset: 0)
        }
        rest = loss.rest(costs, at: Prices(free))
    }

    /// The price without bound: linear there, and infinite where any of it is taken.
    var atInfinity: PriceLine {
        time.slope > 0 || time.offset.isInfinite
            ? PriceLine(slope: time.slope, offset: .infinity) : line(at: 0)
    }

    /// The prices above 0 at which it bends or jumps.
    private var breaks: [Double] {
        let ends = [
            time.price(of: loss.deadline), time.price(of: DeadlineLoss.longestTime * loss.deadline),
            stage.price(of: loss.deadline),
        ]
        return ends.compactMap { $0 }.filter { $0 > 0 }
    }

    /// The linear piece that holds at a price between two breaks.
    private func line(at price: Double) -> PriceLine {
        guard time.offset.isFinite else { return PriceLine(slope: 0, offset: .infinity) }
        var line = PriceLine(slope: 0, offset: rest - rate * min(stage.offset, loss.deadline))
        func add(_ part: PriceLine, times factor: Double, upTo most: Double) {
            let isHeld = part.value(at: price) >= most
            line.slope += isHeld ? 0 : part.slope * factor
            line.offset += (isHeld ? most : part.offset) * factor
        }
        add(stage, times: rate, upTo: loss.deadline)
        add(time, times: DeadlineLoss.timeWeight, upTo: DeadlineLoss.longestTime * loss.deadline)
        if time.value(at: price) > loss.deadline { line.offset += loss.deadline }
        return line
    }

    /// The prices at which this is below a rival, or equal to it unless `strictly`: ascending intervals that do not touch.
    func intervals(below rival: LossCurve, strictly: Bool) -> [PriceRange] {
        let ends = Set(breaks + rival.breaks).sorted() + [.infinity]
        var (low, found) = (Bound.zero, [PriceRange]())
        for end in ends {
            let middle = end.isFinite ? low.value + (end - low.value) / 2 : 2 * low.value + 1
            var piece = PriceRange(low: low, high: end.isFinite ? Bound(end, isIncluded: true) : .unbounded)
            piece.keep(where: line(at: middle), isBelow: rival.line(at: middle), strictly: strictly)
            if let last = found.last, piece.touches(last) {
                found[found.count - 1].high = piece.high
            } else if !piece.isEmpty {
                found.append(piece)
            }
            low = Bound(end, isIncluded: false)
        }
        return found
    }
}

extension PriceLine {
    fileprivate init(slope: Double, offset: Double) {
        (self.slope, self.offset, isMaximum) = (slope, offset, false)
    }

    fileprivate func value(at price: Double) -> Double { slope * price + offset }

    /// Where the line comes to a value; `nil` where it never rises to it.
    fileprivate func price(of value: Double) -> Double? {
        slope > 0 && offset < value ? (value - offset) / slope : nil
    }
}

extension PriceRange {
    fileprivate var isEmpty: Bool { low.value > high.value || (low.value == high.value && !contains(low.value)) }

    private func contains(_ price: Double) -> Bool {
        (low.value < price || (low.value == price && low.isIncluded))
            && (price < high.value || (price == high.value && high.isIncluded))
    }

    /// Whether it goes on where one before it ends.
    fileprivate func touches(_ earlier: PriceRange) -> Bool {
        !isEmpty && low.value == earlier.high.value && (low.isIncluded || earlier.high.isIncluded)
    }

    fileprivate func common(with other: PriceRange) -> PriceRange? {
        var common = self
        common.limit(low: other.low)
        common.limit(high: other.high)
        return common.isEmpty ? nil : common
    }

    /// Zero within.
    fileprivate func distance(from price: Double) -> Double {
        if contains(price) || (price == .infinity && high.value == .infinity) { return 0 }
        return price <= low.value ? low.value - price : price - high.value
    }
}

extension [PriceRange] {
    /// The one that holds a price, else the one nearest to it; of equally near ones the first.
    fileprivate func nearest(to price: Double) -> PriceRange? {
        indices.min { a, b in
            let (first, second) = (self[a].distance(from: price), self[b].distance(from: price))
            return first != second ? first < second : (price == .infinity ? a > b : a < b)
        }.map { self[$0] }
    }
}
