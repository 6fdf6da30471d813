public import Model

/// The distribution of frame latencies in the figures that reports give. Percentiles are of nearest rank: the ⌈p · n / 100⌉-th
/// smallest of n, so each is a latency that some frame had.
public struct LatencySummary: Hashable, Codable, Sendable {
    public var frames: Int
    /// To the nearest nanosecond.
    public var mean: Nanoseconds
    public var p50: Nanoseconds
    public var p95: Nanoseconds
    public var p99: Nanoseconds

    /// - Returns: `nil` without latencies.
    /// - Complexity: O(n log n).
    public init?(_ latencies: [Nanoseconds]) {
        guard !latencies.isEmpty else { return nil }
        let ascending = latencies.sorted()
        func percentile(_ percent: Int) -> Nanoseconds {
            ascending[(ascending.count * percent + 99) / 100 - 1]
        }
        let count = Int128(ascending.count)
        let sum = ascending.reduce(Int128(0)) { $0 + Int128($1.count) }
        let halfUp = sum >= 0 ? count / 2 : -(count / 2)
        frames = ascending.count
        mean = Nanoseconds(Int64((sum + halfUp) / count))
        (p50, p95, p99) = (percentile(50), percentile(95), percentile(99))
    }

    enum CodingKeys: String, CodingKey {
        case frames, mean = "mean_ms", p50 = "p50_ms", p95 = "p95_ms", p99 = "p99_ms"
    }
}
