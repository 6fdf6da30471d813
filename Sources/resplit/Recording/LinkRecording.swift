import Model
import Sim

/// Readings of a live link as they come, which become a trace.
protocol LinkRecording: Sendable {
    /// Records until the duration is over, counted from the first reading, or until cancelled.
    func run(for duration: Nanoseconds?, isQuiet: Bool) async throws

    /// What was recorded so far.
    /// - Throws: where that is no trace yet.
    func reading() throws -> TraceReading
}

/// What a trace of a link and its load is made of.
enum LinkReadings {
    static let metrics: [Metric] = [.uplink, .downlink, .rtt, .runQueue, .agentCPU]

    /// The newest, for a person who waits.
    static func note(_ samples: [Sample]) -> String {
        let uplink = samples.last { $0.metric == .uplink }.map { Format.rate(BitRate(bitsPerSecond: $0.value)) }
        let rtt = samples.last { $0.metric == .rtt }.map { Format.milliseconds($0.value * 1e3) }
        return [uplink, rtt].compactMap(\.self).joined(separator: ", ")
    }

    /// A trace from the first reading to the last.
    ///
    /// - Parameters:
    ///   - samples: of `metrics`, of one boot of one device.
    ///   - window: only the time that ends with the last reading.
    /// - Throws: `TraceError`.
    static func trace(
        _ samples: [Sample], window: Nanoseconds? = nil, device: String, source: String
    ) throws -> TraceReading {
        guard samples.contains(where: { $0.metric == .uplink }),
            let first = samples.map(\.time).min(), let last = samples.map(\.time).max()
        else {
            throw TraceError(
                source: source, line: nil, column: nil, problem: "no readings of the link of '\(device.onOneLine)'")
        }
        let start = window.map { max(first, last - min($0, last - first)) } ?? first
        return try TraceReading(measured: samples, over: start...last, source: "\(source): \(device.onOneLine)")
    }
}
