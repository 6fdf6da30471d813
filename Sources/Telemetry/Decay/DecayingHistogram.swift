public import Model

/// A histogram whose weights halve with age, over buckets that each reach a fixed share further than the one before.
///
/// It remembers for as long as its half-life says in the memory of its buckets alone; its quantiles are right to within a
/// bucket. The idea is that of Kubernetes' vertical pod autoscaler. The result depends on the order of arrival only by
/// rounding.
///
/// - Complexity: insertion O(1), quantiles O(buckets); no allocation after `init`.
public struct DecayingHistogram: Sendable {
    /// Values below it share the first bucket.
    public let smallest: Double
    /// Each bucket's upper end over its lower one.
    public let growth: Double

    private var weights: DecayingWeights
    private var buckets: ContiguousArray<Double>
    private let octavesABucket: Double

    /// - Parameters:
    ///   - halfLife: the age at which a sample counts half; more than zero.
    ///   - smallest: above zero, below `largest`.
    ///   - largest: values above it share the last bucket.
    ///   - growth: 1.001…2; with 1.05 quantiles are right to within 5 %.
    public init(halfLife: Nanoseconds, smallest: Double, largest: Double, growth: Double = 1.05) {
        precondition(
            smallest >= 1e-100 && largest > smallest && largest <= 1e100, "a histogram's range is out of order")
        precondition((1.001...2).contains(growth), "a histogram's growth is out of range")
        self.smallest = smallest
        self.growth = growth
        weights = DecayingWeights(halfLife: halfLife)
        octavesABucket = binaryLogarithm(growth)
        let count = Int((binaryLogarithm(largest / smallest) / octavesABucket).rounded(.up)) + 2
        buckets = ContiguousArray(repeating: 0, count: count)
    }

    /// - Returns: whether the sample was taken. Refused: a value that is negative or not finite, a weight outside 0…1 or zero,
    ///   an implausible time.
    @discardableResult
    public mutating func insert(time: Instant, value: Double, weight: Double = 1) -> Bool {
        guard value >= 0, value.isFinite, weight > 0, weight <= 1, time.isPlausible else { return false }
        let decay = weights.weight(at: time)
        if decay.scale != 1 {
            for index in buckets.indices { buckets[index] *= decay.scale }
        }
        buckets[bucket(of: value)] += weight * decay.weight
        return true
    }

    /// The upper end of the bucket up to which at least the share `share` of the weight lies; of the first bucket
    /// `smallest`, of the last its lower end, beyond which nothing is told apart.
    /// - Parameter share: 0…1, held within that range; not-a-number counts as 1.
    /// - Returns: `nil` before the first sample.
    public func quantile(_ share: Double) -> Double? {
        let total = buckets.reduce(0, +)
        guard total > 0 else { return nil }
        let target = share.isNaN ? total : min(max(share, 0), 1) * total
        var reached = 0.0
        for index in buckets.indices where buckets[index] > 0 {
            reached += buckets[index]
            if reached >= target { return end(of: index) }
        }
        return buckets.lastIndex { $0 > 0 }.map(end)
    }

    private func end(of bucket: Int) -> Double {
        smallest * binaryExponential(Double(min(bucket, buckets.count - 2)) * octavesABucket)
    }

    private func bucket(of value: Double) -> Int {
        guard value >= smallest else { return 0 }
        let place = binaryLogarithm(min(value / smallest, 1e200)) / octavesABucket
        return min(Int(place) + 1, buckets.count - 1)
    }
}
