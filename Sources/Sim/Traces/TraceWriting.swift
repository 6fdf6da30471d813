public import Model

/// A trace as text of some format, and what that format could not say.
public struct TraceWriting: Hashable, Sendable {
    public var text: String
    public var remarks: [TraceRemark]
}

/// Why a format can't hold a trace.
public struct TraceUnsayable: InputError, Hashable {
    public var format: TraceFormat
    public var problem: String

    public var description: String { "\(format.rawValue) cannot say this trace: \(problem)" }
}

extension Trace {
    /// The trace in another format. Reading the text back gives an equal trace, as far as the format goes: what it
    /// leaves out is in the remarks. Formats of one rate take the uplink's.
    ///
    /// - Parameter carries: what is known of the trace.
    /// - Throws: `TraceUnsayable`.
    public func written(as format: TraceFormat, carries: Set<TraceQuantity>) throws(TraceUnsayable) -> TraceWriting {
        let text: String
        var remarks: [TraceRemark] = []
        switch format {
        case .resplit:
            if !carries.isSuperset(of: [.uplink]) && !carries.isSuperset(of: [.downlink]) {
                throw TraceUnsayable(format: format, problem: "no rate is known; add one with --uplink")
            }
            return TraceWriting(text: csv, remarks: [])
        case .mahimahi: text = try opportunityLines(&remarks)
        case .pensieve: text = pensieveRows
        case .sabre: text = sabrePeriods
        case .simgridBandwidth: text = profile { DecimalText.of(Trace.wholeBits($0.uplink) * 125, places: 3) }
        case .simgridLatency: text = profile { DecimalText.of($0.rtt.count * 5, places: 10) }
        case .simgridAvailability: text = profile { DecimalText.of(1 / (1 + $0.edgeLoad)) }
        case .csv, .ping:
            throw TraceUnsayable(format: format, problem: "it is only read; write resplit, the normal form")
        }
        let held = format.holds
        guard !carries.isDisjoint(with: held) else {
            throw TraceUnsayable(format: format, problem: "nothing is known of what it holds")
        }
        return TraceWriting(text: text, remarks: remarks + leftOut(by: format, carries: carries))
    }

    /// Quantities that are known and tell something, but have no place.
    private func leftOut(by format: TraceFormat, carries: Set<TraceQuantity>) -> [TraceRemark] {
        let states = schedule.pieces.map(\.value)
        let lost = TraceQuantity.allCases.filter { quantity in
            guard carries.contains(quantity), !format.holds.contains(quantity) else { return false }
            return quantity == .downlink
                ? states.contains { $0.downlink != $0.uplink } : states.contains { $0[quantity] != 0 }
        }
        return lost.isEmpty
            ? [] : [TraceRemark("\(format.rawValue) leaves out: \(lost.map(\.rawValue).joined(separator: ", "))")]
    }

    private var pensieveRows: String {
        func row(_ time: Nanoseconds, _ state: State) -> String {
            "\(DecimalText.of(time.count, places: 9))\t\(DecimalText.of(Trace.wholeBits(state.uplink), places: 6))\n"
        }
        return row(.zero, schedule.pieces[0].value) + spans.map { row($0.span.end, $0.state) }.joined()
    }

    private var sabrePeriods: String {
        let rows = spans.map { span, state in
            "    {\"duration_ms\": \(DecimalText.of((span.end - span.start).count, places: 6)), "
                + "\"bandwidth_kbps\": \(DecimalText.of(Trace.wholeBits(state.uplink), places: 3)), "
                + "\"latency_ms\": \(DecimalText.of(state.rtt.count, places: 6))}"
        }
        return "[\n\(rows.joined(separator: ",\n"))\n]\n"
    }

    private func profile(_ value: (State) -> String) -> String {
        let rows = schedule.pieces.map { "\(DecimalText.of($0.start.nanoseconds, places: 9)) \(value($0.value))\n" }
        return "PERIODICITY \(DecimalText.of(duration.count, places: 9))\n" + rows.joined()
    }

    /// The n-th opportunity in the millisecond by whose end the integral of the rate has reached n packets. Mahimahi
    /// wraps at the last opportunity, so one more stands at the end where the trace has none.
    private func opportunityLines(_ remarks: inout [TraceRemark]) throws(TraceUnsayable) -> String {
        let packet = Int64(DeliveryOpportunities.packetBytes) * 8
        let end = (duration.count + 999_999) / 1_000_000
        var lines = ""
        var last: Int64 = 0
        // In bits at one bit a second for a nanosecond.
        let unit = UInt128(packet) * 1_000_000_000
        var done: UInt128 = 0
        var count: UInt128 = 0
        for (span, state) in spans {
            let rate = UInt128(Trace.wholeBits(state.uplink))
            let after = done + rate * UInt128((span.end - span.start).count)
            guard after / unit < UInt128(Self.mostPieces) else {
                throw TraceUnsayable(format: .mahimahi, problem: "it has more than 2^24 packets in a pass")
            }
            while (count + 1) * unit <= after {
                count += 1
                let time = Int64(((count * unit - done) + rate - 1) / rate) + span.start.count
                last = (time + 999_999) / 1_000_000
                lines += "\(last)\n"
            }
            done = after
        }
        if last < end {
            lines += "\(end)\n"
            remarks.append(TraceRemark("an opportunity at \(end) ms is added, since mahimahi's period is its last one"))
        }
        if duration.count % 1_000_000 != 0 {
            remarks.append(TraceRemark("the period is rounded up to \(end) ms"))
        }
        return lines
    }
}

extension TraceFormat {
    /// What a file of the format can hold.
    var holds: Set<TraceQuantity> {
        switch self {
        case .resplit, .csv: Set(TraceQuantity.allCases)
        case .mahimahi, .pensieve, .simgridBandwidth: [.uplink]
        case .sabre: [.uplink, .rtt]
        case .simgridLatency: [.rtt]
        case .simgridAvailability: [.load]
        case .ping: [.rtt, .loss]
        }
    }
}
