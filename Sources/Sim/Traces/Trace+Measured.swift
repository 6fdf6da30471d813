public import Model
import Telemetry

extension TraceReading {
    /// What telemetry measured of one device's link and load, as a trace. Each reading holds until the next of its metric, and the
    /// first from the start. A reading of weight w moves what is held by that share of the difference, so that a transfer too
    /// small to fill the link changes little; an outage, and the first reading after it, count in full.
    ///
    /// The load is the tasks that run or could, less the one that counts them and the agent's own use of processors. While the
    /// uplink is out, so is the downlink; without readings of its own it is taken for the uplink's equal.
    ///
    /// - Parameters:
    ///   - samples: of one device, in any order; those after the end are left out.
    ///   - times: what the trace covers.
    ///   - source: how to name the samples to a person.
    /// - Throws: `TraceError` without a reading of the uplink, or over no time.
    /// - Complexity: O(n log n).
    public init(measured samples: [Sample], over times: ClosedRange<Instant>, source: String) throws(TraceError) {
        // Sorting keeps the order of equals.
        let ordered = samples.filter { times.contains($0.time) }.sorted { $0.time < $1.time }
        var held = HeldReadings(first: ordered)
        var pieces = [Schedule<Trace.State>.Piece(start: .zero, value: held.state)]
        for sample in ordered {
            held.take(sample)
            let start = Instant.zero + (sample.time - times.lowerBound)
            if pieces.last?.start == start { pieces.removeLast() }
            guard pieces.last?.value != held.state else { continue }
            pieces.append(.init(start: start, value: held.state))
        }
        let duration = times.upperBound - times.lowerBound
        if let last = pieces.last, last.start >= .zero + duration, pieces.count > 1 { pieces.removeLast() }
        guard ordered.contains(where: { $0.metric == .uplink }) else {
            throw TraceError(source: source, line: nil, column: nil, problem: "no reading of the uplink")
        }
        guard let trace = Trace(pieces: pieces, duration: duration) else {
            throw TraceError(source: source, line: nil, column: nil, problem: "covers no time")
        }
        self.init(
            trace: trace, format: .resplit, carries: held.carries, start: .zero, samples: ordered.count,
            remarks: held.remarks)
    }
}

/// What is believed as readings come.
private struct HeldReadings {
    private var values: [Metric: Double] = [:]
    private var known: Set<Metric>

    /// - Parameter samples: all that will come, in order of time.
    init(first samples: [Sample]) {
        known = Set(samples.map(\.metric))
        for sample in samples where values[sample.metric] == nil { values[sample.metric] = sample.value }
    }

    mutating func take(_ sample: Sample) {
        let held = values[sample.metric] ?? sample.value
        let isRate = sample.metric == .uplink || sample.metric == .downlink
        let counts = isRate && (held == 0 || sample.value == 0) ? 1 : min(max(sample.weight, 0), 1)
        values[sample.metric] = counts == 1 ? sample.value : held + counts * (sample.value - held)
    }

    var state: Trace.State {
        let uplink = values[.uplink] ?? 0
        let downlink = uplink > 0 ? values[.downlink] ?? uplink : 0
        let others = (values[.runQueue] ?? 1) - 1 - (values[.agentCPU] ?? 0)
        return Trace.State(
            uplink: BitRate(bitsPerSecond: uplink.rounded()), downlink: BitRate(bitsPerSecond: downlink.rounded()),
            rtt: Nanoseconds(seconds: values[.rtt] ?? 0), edgeLoad: known.contains(.runQueue) ? max(others, 0) : 0)
    }

    var carries: Set<TraceQuantity> {
        let pairs: [(Metric, TraceQuantity)] = [
            (.uplink, .uplink), (.downlink, .downlink), (.rtt, .rtt), (.runQueue, .load),
        ]
        return Set(pairs.filter { known.contains($0.0) }.map(\.1))
    }

    var remarks: [TraceRemark] {
        var remarks: [TraceRemark] = []
        if !known.contains(.downlink) {
            remarks.append(TraceRemark("no reading of the downlink; the uplink's stands for it"))
        }
        if !known.contains(.rtt) {
            remarks.append(TraceRemark("no reading of the round trip; add one with trace convert --rtt"))
        }
        return remarks
    }
}
