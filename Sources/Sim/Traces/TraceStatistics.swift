import Model

/// What a quantity of a trace comes to over one pass, every moment counting the same.
public struct TraceStatistics: Hashable, Sendable {
    public var mean: Double
    public var min: Double
    public var max: Double
    /// The share of time in which it is zero.
    public var zeroShare: Double
    /// Values ascending, and the time up to each end, in nanoseconds.
    private var values: [Double]
    private var ends: [Int64]

    /// - Complexity: O(pieces log pieces).
    public init(_ trace: Trace, _ quantity: TraceQuantity) {
        let weighted = trace.spans.map { (value: $0.state[quantity], time: ($0.span.end - $0.span.start).count) }
            .sorted { $0.value < $1.value }
        let whole = Double(trace.duration.count)
        // From the middle value on, so that a constant has itself as its mean.
        let origin = weighted[weighted.count / 2].value
        mean = origin + weighted.reduce(0) { $0 + ($1.value - origin) * (Double($1.time) / whole) }
        min = weighted[0].value
        max = weighted[weighted.count - 1].value
        zeroShare = weighted.reduce(0) { $0 + ($1.value == 0 ? Double($1.time) / whole : 0) }
        values = weighted.map(\.value)
        var end: Int64 = 0
        ends = weighted.map { item in
            end += item.time
            return end
        }
    }

    /// The least value that is not exceeded for `share` of the time.
    ///
    /// - Precondition: `share` is 0…1.
    public func quantile(_ share: Double) -> Double {
        precondition(0...1 ~= share, "a quantile lies between 0 and 1")
        let wanted = share * Double(ends[ends.count - 1])
        return values[ends.firstIndex { Double($0) >= wanted } ?? values.count - 1]
    }
}
