/// What many samples come to: enough for their count, weighted mean and extremes, and such that two aggregates add up to
/// that of both. Counts and extremes are exact in any order, sums to within rounding.
public struct Aggregate: Hashable, Sendable {
    public private(set) var count = 0
    public private(set) var weight = 0.0
    /// Sum of weight times value.
    public private(set) var moment = 0.0
    /// Infinite where there are no samples, as `maximum`.
    public private(set) var minimum = Double.infinity
    public private(set) var maximum = -Double.infinity

    public init() {}

    init(count: Int, weight: Double, moment: Double, minimum: Double, maximum: Double) {
        self.count = count
        self.weight = weight
        self.moment = moment
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Weighted mean; `nil` where there are no samples.
    public var mean: Double? { count > 0 ? moment / weight : nil }

    public mutating func add(value: Double, weight: Double) {
        count += 1
        self.weight += weight
        moment += weight * value
        minimum = min(minimum, value)
        maximum = max(maximum, value)
    }

    public mutating func add(_ other: Self) {
        // A damaged file may hold any count.
        count = count.addingReportingOverflow(other.count).overflow ? .max : count + other.count
        weight += other.weight
        moment += other.moment
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
    }
}
