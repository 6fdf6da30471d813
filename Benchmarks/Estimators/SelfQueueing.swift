import Foundation
import Model
import Telemetry

/// A link of constant rate that our own frames fill: what is read of it, and what it is.
///
/// Frames of 40 kB go every 200 ms, or as soon as the last one has left where they come faster than the link serves
/// them. Pings share the queue, and go every 100 ms, or every 500 ms where frames are on their way. As in the agent a
/// ping with which no frame was on its way is of the base round trip, any other of the loaded one, and the rate leaves
/// out the time in which the wire was busy with the frame before, and the least of the last 16 pings on an idle link.
/// The naive reading divides a frame's bytes by the time from its being handed over to its receipt.
struct SelfQueueing {
    /// Relative errors of the estimates at the end.
    private(set) var rateError = 0.0
    private(set) var naiveRateError = 0.0
    /// Of the round trip, ours and the mean of the last 16 pings.
    private(set) var rttError = 0.0
    private(set) var meanRTTError = 0.0

    private static let bytes = 40_000
    private static let rtt = 0.03

    private var random: SeededGenerator
    private let rate: Double
    private var estimator = ConditionsEstimator()
    /// When the wire has sent all that was handed to it, and when the last receipt came.
    private var (free, lastReceipt) = (-1.0, -1.0)
    private var (naive, pings, idlePings): ([Double], [Double], [Double]) = ([], [], [])
    private var lastPing = -1.0

    /// - Parameter load: of the link, by our frames: above 1 a queue builds up for the 8 s that it lasts.
    init(load: Double, seed: UInt64) {
        random = SeededGenerator(seed: seed)
        rate = Double(Self.bytes) * 8 / (0.2 * load)
        // One when the connection is there, before the first frame.
        ping(at: -0.1)
        for frame in 0..<40 {
            send(at: 0.2 * Double(frame))
            ping(at: 0.2 * Double(frame) + 0.05)
            ping(at: 0.2 * Double(frame) + 0.15)
        }
        conclude()
    }

    /// Of no size, behind all that waits; the next frame is more than a round trip away.
    private mutating func ping(at sent: Double) {
        let isIdle = lastReceipt <= sent
        guard isIdle || sent - lastPing > 0.45 else { return }
        lastPing = sent
        let took = max(free - sent, 0) + Self.rtt + 0.002 * random.nextUnit()
        if isIdle { idlePings = idlePings.suffix(15) + [took] }
        pings = pings.suffix(15) + [took]
        estimator.record(
            Sample(metric: isIdle ? .rtt : .loadedRTT, time: Self.time(sent + took), value: took, origin: .ping))
    }

    private mutating func send(at sent: Double) {
        free = max(sent, free) + Double(Self.bytes) * 8 / rate
        let receipt = free + Self.rtt + 0.002 * random.nextUnit()
        let base = idlePings.min() ?? Self.rtt
        let start = max(sent, lastReceipt - base)
        lastReceipt = receipt
        let transfer = Transfer(
            bytes: Self.bytes, elapsed: Nanoseconds(seconds: receipt - start), rtt: Nanoseconds(seconds: base))
        if let sample = transfer.sample(of: .uplink, at: Self.time(receipt)) { estimator.record(sample) }
        naive = naive.suffix(4) + [Double(Self.bytes) * 8 / (receipt - sent)]
    }

    private mutating func conclude() {
        // All that was on its way has come.
        let now = Self.time(lastReceipt + 1)
        func value(_ metric: Metric) -> Double? { estimator.reading(of: metric, at: now)?.value }
        rateError = abs((value(.uplink) ?? 0) / rate - 1)
        naiveRateError = abs(naive.reduce(0, +) / Double(naive.count) / rate - 1)
        rttError = abs((value(.rtt) ?? 0) / Self.rtt - 1)
        meanRTTError = abs(pings.reduce(0, +) / Double(pings.count) / Self.rtt - 1)
    }

    private static func time(_ seconds: Double) -> Instant { .zero + Nanoseconds(seconds: seconds) }
}
