public import Model

/// Weighted samples of the recent past, with their quantiles, mean and extremes.
///
/// The window's present is the latest moment that it has seen, as a sample's time or through `advance(to:)`. It holds
/// samples with present - length < time <= present. What it holds does not depend on the order of arrival, save for
/// these rules:
/// - of two samples of one time the first to arrive stays;
/// - a sample that is already too old is refused;
/// - a full window gives up its oldest sample, or refuses the new one where that is older still.
///
/// Weights are rounded up to whole multiples of 2^-20, so that their sums are exact in any order.
///
/// - Complexity: insertion O(d + log n) expected, amortised, where d held samples are later; quantiles O(log n); the
///   rest O(1). No allocation once the window has reached its largest count.
public struct SlidingWindow: Sendable {
    public let length: Nanoseconds
    public let capacity: Int

    private struct Place: Timed {
        var time: Instant
        var slot: ValueTree.Slot
    }

    private var order: TimeOrderedRing<Place>
    private var tree = ValueTree()
    private var present: Instant?

    /// - Parameters:
    ///   - length: more than zero, at most 36 years.
    ///   - capacity: the most samples held, 1 to 2^30.
    public init(length: Nanoseconds, capacity: Int) {
        precondition(length > .zero && length <= Instant.latestPlausible - .zero, "a window's length is out of range")
        precondition((1...1 << 30).contains(capacity), "a window's capacity is out of range")
        self.length = length
        self.capacity = capacity
        order = TimeOrderedRing(capacity: capacity)
    }

    /// - Returns: whether the sample was taken. Refused: by the rules above; a value that is not finite or beyond 1e200
    ///   in size; a weight outside 0…1 or zero; an implausible time.
    @discardableResult
    public mutating func insert(time: Instant, value: Double, weight: Double = 1) -> Bool {
        guard value.magnitude <= 1e200, weight > 0, weight <= 1, time.isPlausible else { return false }
        if let present, time <= present - length { return false }
        guard var index = order.place(for: time), index > 0 || !order.isFull else { return false }
        let held = order.count
        advance(to: time)
        index -= held - order.count
        if order.isFull {
            tree.remove(order.removeFirst().slot)
            index -= 1
        }
        let slot = tree.insert(value: value, time: time, weight: Self.exact(weight))
        order.insert(Place(time: time, slot: slot), at: index)
        return true
    }

    /// Moves the present on, and drops what has become too old. An earlier moment changes nothing.
    public mutating func advance(to now: Instant) {
        guard now.isPlausible, now >= present ?? now else { return }
        present = now
        while order.count > 0, order[0].time <= now - length { tree.remove(order.removeFirst().slot) }
    }

    private static func exact(_ weight: Double) -> Double { (weight * 0x1p20).rounded(.up) * 0x1p-20 }
}

extension SlidingWindow {
    public var count: Int { order.count }
    public var isEmpty: Bool { order.count == 0 }
    public var totalWeight: Double { tree.totalWeight }
    public var minimum: Double? { tree.value(reaching: 0) }
    public var maximum: Double? { tree.value(reaching: .infinity) }

    /// Weighted mean.
    public var mean: Double? { isEmpty ? nil : tree.totalMoment / tree.totalWeight }

    /// Weighted harmonic mean: the rate at which equal amounts at these rates go through together. Zero where a value is
    /// zero.
    /// - Returns: `nil` where there are no samples, or a negative one.
    public var harmonicMean: Double? {
        guard let minimum, minimum >= 0 else { return nil }
        return tree.totalWeight / tree.totalInverse
    }

    /// The sample that is latest in time.
    public var newest: (time: Instant, value: Double, weight: Double)? {
        guard !isEmpty else { return nil }
        let place = order[count - 1]
        return (place.time, tree.value(at: place.slot), tree.weight(at: place.slot))
    }

    /// The smallest value such that it and all smaller ones hold at least the share `share` of the weight.
    /// - Parameter share: 0…1, held within that range; not-a-number gives the maximum.
    public func quantile(_ share: Double) -> Double? {
        tree.value(reaching: share.isNaN ? .infinity : min(max(share, 0), 1) * totalWeight)
    }
}
