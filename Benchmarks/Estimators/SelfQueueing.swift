import Foundation
import Model
import Telemetry

/// A link of constant rate that our own frames fill: what is read of it, and what it is.
///
/// Frames of 40 kB go every 200 ms, or as soon as the last one has left where they come faster than the link serves them;
/// pings share the queue. The naive reading divides a frame's bytes by the time from its being handed over to its receipt;
/// ours leaves out the time in which the wire was busy with the frame before, and the round trip.
struct SelfQueueing {
    /// Relative errors of the estimates at the end.
    var rateError: Double
    var naiveRateError: Double
    /// Of the round trip, ours and the mean of the last 16 pings.
    var rttError: Double
    var meanRTTError: Double

    /// - Parameter load: of the link, by our frames: above 1 a queue builds up for the 8 s that it lasts.
    init(load: Double, seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let (bytes, rtt) = (40_000, 0.03)
        let rate = Double(bytes) * 8 / (0.2 * load)
        var estimator = ConditionsEstimator()
        var (free, last, lastReceipt) = (0.0, Instant.zero, -1.0)
        var (naive, pings): ([Double], [Double]) = ([], [])
        for frame in 0..<40 {
            let sent = 0.2 * Double(frame)
            // A ping just before the frame: of no size, behind all that waits.
            let ping = max(free - sent, 0) + rtt + 0.002 * random.nextUnit()
            pings = pings.suffix(15) + [ping]
            estimator.record(Sample(metric: .rtt, time: Self.time(sent + ping), value: ping))
            free = max(sent, free) + Double(bytes) * 8 / rate
            let receipt = free + rtt + 0.002 * random.nextUnit()
            let base = pings.min() ?? rtt
            let start = max(sent, lastReceipt - base)
            let transfer = Transfer(
                bytes: bytes, elapsed: Nanoseconds(seconds: receipt - start), rtt: Nanoseconds(seconds: base))
            lastReceipt = receipt
            last = Self.time(receipt)
            if let sample = transfer.sample(of: .uplink, at: last) { estimator.record(sample) }
            naive = naive.suffix(4) + [Double(bytes) * 8 / (receipt - sent)]
        }
        let window = estimator.window(at: last)?.newest
        rateError = abs((window?.uplink.bitsPerSecond ?? 0) / rate - 1)
        naiveRateError = abs(naive.reduce(0, +) / Double(naive.count) / rate - 1)
        rttError = abs((window?.rtt.inSeconds ?? 0) / rtt - 1)
        meanRTTError = abs(pings.reduce(0, +) / Double(pings.count) / rtt - 1)
    }

    private static func time(_ seconds: Double) -> Instant { .zero + Nanoseconds(seconds: seconds) }
}
