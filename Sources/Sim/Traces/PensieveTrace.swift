import Model

/// A trace as Pensieve (Mao, Netravali, Alizadeh, "Neural Adaptive Video Streaming with Pensieve", SIGCOMM 2017)
/// replays them: two columns, seconds and Mbit/s.
///
/// Row i's rate holds over (times[i - 1], times[i]]; the first row's is never used. After the last row time goes on at
/// zero, not at the first row's time: where that is later, every pass but the first has an extra stretch at the second
/// row's rate.
public struct PensieveTrace: Hashable, Sendable {
    /// Seconds, ascending or equal, from zero or later. At least two, the last above zero.
    public let times: [Double]
    /// Mbit/s, finite, not negative.
    public let rates: [Double]

    /// - Returns: `nil` unless the columns are as stated.
    public init?(times: [Double], rates: [Double]) {
        guard times.count == rates.count, times.count > 1, times[0] >= 0, let last = times.last, last > 0, last < 1e9,
            zip(times, times.dropFirst()).allSatisfy({ $0 <= $1 }), rates.allSatisfy({ $0 >= 0 && $0 <= 1e9 })
        else { return nil }
        self.times = times
        self.rates = rates
    }
}

extension PensieveTrace {
    /// - Parameter source: how to name the file to a person: its path.
    /// - Throws: `TraceError`, naming the line.
    public init(text: String, source: String) throws(TraceError) {
        var backward = Occurrences()
        try self.init(TraceText(text, source: source), &backward)
    }

    static func reading(_ text: TraceText) throws(TraceError) -> TraceReading {
        var backward = Occurrences()
        let trace = try PensieveTrace(text, &backward)
        var reading = try trace.reading(text)
        reading.remarks = backward.remarks { "\(counted($0, "row")) left out: the time goes back" } + reading.remarks
        return reading
    }

    private init(_ text: TraceText, _ backward: inout Occurrences) throws(TraceError) {
        var times: [Double] = []
        var rates: [Double] = []
        for line in text.telling() {
            let (time, rate) = try Self.row(line, text)
            if let last = times.last, time < last {
                backward.note(line: line.number)
                continue
            }
            times.append(time)
            rates.append(rate)
        }
        guard times.count > 1 else {
            throw text.failure(
                nil, "has \(counted(times.count, "row")); pensieve needs two, the first only for its time")
        }
        guard let trace = PensieveTrace(times: times, rates: rates) else {
            throw text.failure(nil, "lasts no time: all its rows are at 0")
        }
        self = trace
    }

    private static func row(_ line: TraceText.Line, _ text: TraceText) throws(TraceError) -> (Double, Double) {
        let fields = TraceText.words(line.text)
        guard fields.count == 2 else {
            throw text.failure(line.number, "has \(counted(fields.count, "field")), not two: seconds and Mbit/s")
        }
        func value(_ field: Substring, _ name: String) throws(TraceError) -> Double {
            guard let value = TraceText.number(field), value >= 0, value < 1e9 else {
                throw text.failure(line.number, column: name, "is \(quoted(field)), not a number from 0 to 10^9")
            }
            return value
        }
        return (try value(fields[0], "seconds"), try value(fields[1], "Mbit/s"))
    }

    /// As every pass but the first goes, with the link's own rates: no share is taken off for headers.
    private func reading(_ text: TraceText) throws(TraceError) -> TraceReading {
        var pieces: [Schedule<Trace.State>.Piece] = []
        var end = Nanoseconds.zero
        var empty = 0
        for (time, rate) in zip(times, rates).dropFirst() {
            let time = Nanoseconds(seconds: time)
            guard time > end else {
                empty += 1
                continue
            }
            let rate = BitRate(bitsPerSecond: (rate * 1e6).rounded())
            pieces.append(
                .init(start: .zero + end, value: Trace.State(uplink: rate, downlink: rate, rtt: .zero)))
            end = time
        }
        guard let trace = Trace(pieces: pieces, duration: end) else {
            throw text.failure(nil, "lasts no time: all its rows are within a nanosecond")
        }
        return TraceReading(
            trace: trace, format: .pensieve, carries: [.uplink],
            start: min(Nanoseconds(seconds: times[0]), trace.duration), samples: times.count, remarks: remarks(empty))
    }

    private func remarks(_ empty: Int) -> [TraceRemark] {
        var remarks: [TraceRemark] = []
        if empty > 0 { remarks.append(TraceRemark("\(counted(empty, "row")) without effect: the time does not go on")) }
        if times[0] > 0 {
            let start = DecimalText.of(times[0])
            remarks.append(
                TraceRemark(
                    "the first pass begins at \(start) s; later ones at 0, with the second row's rate until then"))
        }
        return remarks
    }
}
