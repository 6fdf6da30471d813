/// Tells when the mean of a series has changed (Page, "Continuous Inspection Schemes", Biometrika 1954; Hinkley,
/// "Inference about the Change-Point from Cumulative Sum Tests", Biometrika 1971).
///
/// Two sums run: of how far each value lies above the mean so far less an allowance, and of how far below. Whichever exceeds
/// the threshold over its least value tells of a rise or a fall, and the series begins anew. A value counts at most half the
/// threshold, so that no single one is a change.
///
/// Rates and slowdowns are fed as logarithms, so that allowance and threshold are factors.
///
/// - Complexity: O(1), no allocation.
public struct PageHinkley: Hashable, Sendable {
    public enum Change: Hashable, Sendable { case rise, fall }

    /// What a value may be off by without being held against the mean.
    public let allowance: Double
    public let threshold: Double
    /// Values since the last change.
    public private(set) var count = 0
    /// Of those values; zero where there are none.
    public private(set) var mean = 0.0

    private var above = 0.0
    private var below = 0.0

    /// - Parameters:
    ///   - allowance: zero or more.
    ///   - threshold: above zero.
    public init(allowance: Double, threshold: Double) {
        precondition(allowance >= 0 && threshold > 0, "an allowance or a threshold is out of range")
        self.allowance = allowance
        self.threshold = threshold
    }

    /// - Parameter value: finite.
    /// - Returns: the change that this value makes known, after which it is the first of a new series.
    public mutating func observe(_ value: Double) -> Change? {
        guard count > 0 else {
            (count, mean) = (1, value)
            return nil
        }
        let most = threshold / 2
        let difference = value - mean
        above = max(0, above + min(difference - allowance, most))
        below = max(0, below + min(-difference - allowance, most))
        let change: Change? = above >= threshold ? .rise : below >= threshold ? .fall : nil
        if change != nil {
            (above, below, count, mean) = (0, 0, 1, value)
        } else {
            count += 1
            mean += difference / Double(count)
        }
        return change
    }
}
