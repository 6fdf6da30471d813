import Model
import Telemetry

/// The link, as frames, pings and probes met it.
extension RecordedRun {
    /// How far a link's readings speak for a moment: less than a machine's, since links change sooner.
    private static let linkReach = Nanoseconds.milliseconds(500)

    /// What went over the wire in the time that it was busy with it.
    private struct Carried: Sendable {
        var bits: Double
        var seconds: Double
    }

    /// The rate at a moment is what was carried around it over the time that took, so that a transfer counts by its length. The round
    /// trip is the median of the pings around, and also what of a transfer's time was not the wire's. An outage lasts from
    /// the last sign of life before the agent noticed to the first one after. No reading of the downlink is taken: results
    /// are small, and the uplink's rate stands for it.
    ///
    /// - Parameter origin: the device's clock at the trace's zero.
    /// - Returns: a trace that holds its last state for as long as simulated time. Without any transfer its rate is zero.
    /// - Complexity: O(n log n).
    func link(from origin: Instant) -> Trace {
        let outages = outages
        func isTaken(_ span: ClosedRange<Instant>) -> Bool { !outages.contains { $0.overlaps(span) } }
        let pings = Readings(
            samples.filter { $0.metric == .rtt && isTaken($0.time - Nanoseconds(seconds: $0.value)...$0.time) }
                .map { Reading(time: $0.time, value: $0.value) })
        func rtt(at time: Instant) -> Double {
            pings.near(time, within: Self.linkReach).map(\.value).upperMedian ?? 0
        }
        let carried = Readings(
            (transfers(rtt) { isTaken($0.handed...$0.receipted) } + probes(rtt)).sorted { $0.time < $1.time })
        let ends = outages.flatMap { [$0.lowerBound, $0.upperBound] }.filter { $0 < Self.never }
        let times = (pings.times + carried.times + ends + [origin]).filter { $0 >= origin }.sorted()
        var last = Nanoseconds.zero
        let states = times.map { time in
            let isOut = outages.contains { $0.lowerBound <= time && time < $0.upperBound }
            if !isOut { last = Nanoseconds(seconds: rtt(at: time)) }
            let rate = isOut ? .zero : Self.rate(of: carried.near(time, within: Self.linkReach).map(\.value))
            return Reading(
                time: .zero + (time - origin), value: Trace.State(uplink: rate, downlink: rate, rtt: last))
        }
        let pieces = Schedule(held: states)?.pieces ?? []
        return Trace(known: pieces, duration: Instant.latest - .zero)
    }

    private static func rate(of carried: [Carried]) -> BitRate {
        let seconds = carried.reduce(0) { $0 + $1.seconds }
        guard seconds > 0 else { return .zero }
        return BitRate(bitsPerSecond: (carried.reduce(0) { $0 + $1.bits } / seconds).rounded())
    }

    // MARK: Transfers

    /// Of the frames' own bytes. Where one waited on the wire for the one before, the wire was free for it from that one's arrival on,
    /// as in `UplinkMeter`.
    private func transfers(
        _ rtt: (Instant) -> Double, _ isTaken: (FrameRecord) -> Bool
    ) -> [Reading<Carried>] {
        var readings: [Reading<Carried>] = []
        var lastArrival = Instant(nanoseconds: .min)
        let sent = frames.filter { $0.answer == .planned && $0.sentBytes > 0 && $0.stages.network > .zero }
        for frame in sent.sorted(by: { $0.handed < $1.handed }) {
            let trip = Nanoseconds(seconds: rtt(frame.handed))
            let begun = max(frame.handed, lastArrival)
            lastArrival = max(lastArrival, frame.receipted - trip)
            guard isTaken(frame), frame.receipted > begun else { continue }
            let transfer = Transfer(bytes: frame.sentBytes, elapsed: frame.receipted - begun, rtt: trip)
            if let rate = transfer.rate { readings.append(Self.reading(frame.sentBytes, at: rate, frame.receipted)) }
        }
        return readings
    }

    private static func reading(_ bytes: Int, at rate: BitRate, _ time: Instant) -> Reading<Carried> {
        let bits = Double(bytes) * 8
        return Reading(time: time, value: Carried(bits: bits, seconds: bits / rate.bitsPerSecond))
    }

    /// Of bytes sent to measure the link. Their weight says how long they kept the wire busy beside the round trip: w = t / (t + RTT).
    private func probes(_ rtt: (Instant) -> Double) -> [Reading<Carried>] {
        samples.filter { $0.metric == .uplink && $0.origin == .probe && $0.value > 0 && $0.weight > 0 }.map { sample in
            let weight = min(sample.weight, 0.99)
            let seconds = max(rtt(sample.time), 1e-3) * weight / (1 - weight)
            return Reading(time: sample.time, value: Carried(bits: sample.value * seconds, seconds: seconds))
        }
    }

    // MARK: Outages

    private static let never = Instant(nanoseconds: .max)

    /// Ascending. One that the record ends in does not end.
    private var outages: [ClosedRange<Instant>] {
        var outages: [ClosedRange<Instant>] = []
        var sign: Instant?
        var begun: Instant?
        for sample in samples where [.uplink, .rtt, .loadedRTT].contains(sample.metric) {
            if sample.metric == .uplink, sample.value == 0 {
                begun = begun ?? sign ?? sample.time
            } else {
                if let start = begun { outages.append(start...sample.time) }
                (sign, begun) = (sample.time, nil)
            }
        }
        if let begun { outages.append(begun...Self.never) }
        return outages
    }
}
