public import Model

/// Mean of samples whose weights halve with age: an exponential mean for samples that come as they like.
///
/// A late sample counts as if it had come in time. The result depends on the order of arrival only by rounding.
///
/// - Complexity: O(1), no allocation.
public struct DecayingMean: Sendable {
    private var weights: DecayingWeights
    private var total = 0.0
    private var moment = 0.0
    private var squares = 0.0

    /// - Parameter halfLife: the age at which a sample counts half; more than zero.
    public init(halfLife: Nanoseconds) { weights = DecayingWeights(halfLife: halfLife) }

    /// - Returns: whether the sample was taken. Refused: a value that is not finite or beyond 1e100 in size, a weight outside
    ///   0…1 or zero, an implausible time.
    @discardableResult
    public mutating func insert(time: Instant, value: Double, weight: Double = 1) -> Bool {
        guard value.magnitude <= 1e100, weight > 0, weight <= 1, time.isPlausible else { return false }
        let decay = weights.weight(at: time)
        let weight = weight * decay.weight
        total = total * decay.scale + weight
        moment = moment * decay.scale + weight * value
        squares = squares * decay.scale + weight * value * value
        return true
    }

    /// `nil` before the first sample.
    public var mean: Double? { total > 0 ? moment / total : nil }

    /// Mean square distance from the mean; `nil` before the first sample.
    public var variance: Double? {
        mean.map { max(squares / total - $0 * $0, 0) }
    }
}
