import Model

/// A profile file of SimGrid (Casanova et al., "Versatile, scalable, and accurate simulation of distributed
/// applications and platforms", JPDC 74(10), 2014): dates in seconds, ascending or equal, and values that hold from
/// then on.
///
/// `PERIODICITY p` repeats the whole every p seconds, `LOOPAFTER d` d seconds after the last date; until the first date
/// of a later pass the last value holds. Without either the last value holds for ever. Lines that begin with `#` or `%`
/// say nothing. What the values are the file does not say: bytes a second, seconds of latency one way, or the share of
/// a machine's speed.
struct SimGridProfile {
    enum Loop {
        case every(Double)
        case after(Double)
    }

    struct Event {
        var line: Int
        var date: Nanoseconds
        var value: Double
    }

    private(set) var events: [Event] = []
    private(set) var loop: Loop?

    /// What the line says of repetition.
    static func loop(_ line: TraceText.Line) -> Loop? {
        let words = TraceText.words(line.text)
        guard words.count == 2, let seconds = TraceText.number(words[1]) else { return nil }
        switch words[0] {
        case "PERIODICITY": return .every(seconds)
        case "LOOPAFTER": return .after(seconds)
        default: return nil
        }
    }

    init(_ text: TraceText) throws(TraceError) {
        for line in text.telling(comment: "#%") {
            if let loop = Self.loop(line) {
                if self.loop != nil { throw text.failure(line.number, "says a second time how the profile repeats") }
                self.loop = loop
                continue
            }
            let event = try Self.event(line, text)
            if let last = events.last, event.date < last.date {
                throw text.failure(line.number, "goes back in time, which SimGrid refuses; sort the lines by date")
            }
            events.append(event)
        }
        if events.isEmpty { throw text.failure(nil, "has no line with a date and a value") }
    }

    private static func event(_ line: TraceText.Line, _ text: TraceText) throws(TraceError) -> Event {
        let words = TraceText.words(line.text)
        if words.first == "STOCHASTIC" || words.count > 2 {
            throw text.failure(line.number, "is of a stochastic profile; only profiles of dates and values can be read")
        }
        guard words.count == 2 else {
            throw text.failure(line.number, "is \(quoted(line.text)), not a date in seconds and a value")
        }
        guard let date = TraceText.fixedPoint(words[0], places: 9), date >= 0, date < 1 << 60 else {
            throw text.failure(line.number, column: "date", "is \(quoted(words[0])), not seconds from 0 to 10^9")
        }
        guard let value = TraceText.number(words[1]), value >= 0 else {
            throw text.failure(line.number, column: "value", "is \(quoted(words[1])), not a number from 0 on")
        }
        return Event(line: line.number, date: Nanoseconds(date), value: value)
    }
}

extension SimGridProfile {
    /// - Throws: `TraceError` where a value is not of the kind that `format` says, or the loop is shorter than the
    ///   profile.
    func reading(_ text: TraceText, as format: TraceFormat) throws(TraceError) -> TraceReading {
        var states: [(start: Instant, value: Trace.State)] = []
        var same = Occurrences()
        for event in events {
            let start = Instant.zero + event.date
            if states.last?.start == start {
                same.note(line: event.line)
                states.removeLast()
            }
            states.append((start, try state(event, text, as: format)))
        }
        var remarks = same.remarks { "\(counted($0, "row")) at the date of the row before; the last counts" }
        let duration = try period(states.map(\.start), text, &remarks)
        if let first = states.first, first.start > .zero {
            let before = loop == nil ? first.value : states[states.count - 1].value
            states.insert((.zero, before), at: 0)
            remarks.append(
                TraceRemark(
                    line: events[0].line,
                    "nothing is said until the first date: the \(loop == nil ? "first" : "last") value is taken"))
        }
        let pieces = states.map { Schedule<Trace.State>.Piece(start: $0.start, value: $0.value) }
        // Where the loop closes at the last date itself, that value has no time.
        guard let trace = Trace(pieces: pieces.filter { $0.start < .zero + duration }, duration: duration) else {
            throw text.failure(nil, "lasts no time, or more than 73 years")
        }
        return TraceReading(
            trace: trace, format: format, carries: [Self.quantity(format)], start: .zero, samples: events.count,
            remarks: remarks)
    }

    private static func quantity(_ format: TraceFormat) -> TraceQuantity {
        switch format {
        case .simgridLatency: .rtt
        case .simgridAvailability: .load
        default: .uplink
        }
    }

    private func state(_ event: Event, _ text: TraceText, as format: TraceFormat) throws(TraceError) -> Trace.State {
        var state = Trace.State.unknown
        let value = event.value
        switch format {
        case .simgridLatency:
            guard value <= 1800 else { throw tooMuch(event, text, "seconds of latency; the most is 1800") }
            state[.rtt] = 2 * value
        case .simgridAvailability:
            guard value > 0, value <= 1 else { throw tooMuch(event, text, "the share of a speed, above 0 and up to 1") }
            state[.load] = 1 / value - 1
        default:
            guard value <= 1e14 else { throw tooMuch(event, text, "bytes a second; the most is 10^14") }
            state[.uplink] = value * 8
            state[.downlink] = value * 8
        }
        return state
    }

    private func tooMuch(_ event: Event, _ text: TraceText, _ what: String) -> TraceError {
        text.failure(event.line, column: "value", "is \(DecimalText.of(event.value)), not \(what)")
    }

    private func period(
        _ starts: [Instant], _ text: TraceText, _ remarks: inout [TraceRemark]
    ) throws(TraceError) -> Nanoseconds {
        let last = starts[starts.count - 1] - Instant.zero
        switch loop {
        case .every(let seconds):
            guard Nanoseconds(seconds: seconds) >= last, seconds <= 1e9 else {
                throw text.failure(
                    nil, "has a PERIODICITY of \(DecimalText.of(seconds)) s, which ends before its last date")
            }
            return Nanoseconds(seconds: seconds)
        case .after(let seconds):
            guard seconds >= 0, seconds <= 1e9 else {
                throw text.failure(nil, "has a LOOPAFTER of \(DecimalText.of(seconds)) s; it is from 0 to 10^9")
            }
            return last + Nanoseconds(seconds: seconds)
        case nil:
            let span = starts.count > 1 ? starts[starts.count - 1] - starts[starts.count - 2] : .seconds(1)
            remarks.append(
                TraceRemark(
                    "it does not loop: the last value is taken to hold as long as the one before, then all repeats"))
            return last + span
        }
    }
}
