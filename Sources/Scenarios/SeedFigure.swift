public import Model
public import Sim

/// A figure of runs that differ in their seeds alone, over those that have it.
public struct SeedFigure: Hashable, Encodable, Sendable {
    public var count: Int
    public var mean: Double
    /// With 95 % confidence (`ConfidenceInterval.init(meanOf:)`); `nil` of a single seed.
    public var low: Double?
    public var high: Double?

    /// - Returns: `nil` without a value.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        count = values.count
        mean = values.reduce(0, +) / Double(values.count)
        let interval = ConfidenceInterval(meanOf: values)
        (low, high) = (interval?.low, interval?.high)
    }

    /// Of some runs that took so long.
    public init?(_ metric: RunMetric, of summaries: [RunSummary], duration: Nanoseconds) {
        self.init(summaries.compactMap { metric.value(in: $0, duration: duration) })
    }
}
