import Model

/// What `ping` prints, or three columns without a header: seconds, sequence number, round trip in milliseconds, -1 for
/// a lost probe.
///
/// `ping` gives no time but with `-D`; without, a probe's time is its sequence number times the interval between
/// probes, one second unless stated. A probe is lost where the log says so or its number is left out. It says nothing
/// of the round trip, which holds; its loss is held for the median interval between probes at most, since the next
/// probe may wait for a time-out.
struct PingLog {
    struct Probe {
        var line: Int
        var time: Nanoseconds
        /// Milliseconds; `nil` where it is lost.
        var roundTrip: Double?
    }

    private let text: TraceText
    private let longestGap: Nanoseconds?
    private var probes: [Probe] = []
    private var ignored = Occurrences()

    static func isHeading(_ line: Substring) -> Bool { line.hasPrefix("PING ") }

    static func isReply(_ line: Substring) -> Bool {
        line.contains("icmp_seq") && (line.contains("bytes from") || isLoss(line))
    }

    private static func isLoss(_ line: Substring) -> Bool {
        line.contains("timeout for icmp_seq") || line.contains("no answer yet") || line.contains("Unreachable")
    }

    /// Sequence numbers: whole, and most steps are one up.
    static func countsUp(_ column: [Substring]) -> Bool {
        let numbers = column.compactMap { Int($0) }
        guard numbers.count == column.count, numbers.count > 1 else { return false }
        let steps = zip(numbers, numbers.dropFirst()).filter { $1 == $0 &+ 1 }.count
        return steps * 2 >= numbers.count - 1
    }

    init(_ text: TraceText, _ options: TraceReading.Options) throws(TraceError) {
        self.text = text
        longestGap = options.longestGap
        let lines = text.telling()
        if lines.contains(where: { Self.isReply($0.text) || Self.isHeading($0.text) }) {
            try readReplies(lines, interval: options.interval ?? .seconds(1))
        } else {
            for line in lines { try readColumns(line) }
        }
        if !probes.contains(where: { $0.roundTrip != nil }) {
            throw text.failure(nil, "has no probe that was answered")
        }
    }

    private mutating func readColumns(_ line: TraceText.Line) throws(TraceError) {
        let words = TraceText.words(line.text)
        guard words.count == 3 else {
            throw text.failure(
                line.number, "has \(counted(words.count, "field")), not three: seconds, sequence number, milliseconds")
        }
        guard let time = TraceText.fixedPoint(words[0], places: 9) else {
            throw text.failure(line.number, column: "time", "is \(quoted(words[0])), not a number of seconds")
        }
        guard let roundTrip = TraceText.number(words[2]), roundTrip == -1 || 0...3.6e6 ~= roundTrip else {
            throw text.failure(
                line.number, column: "rtt", "is \(quoted(words[2])), not milliseconds from 0 to 3600000, nor -1")
        }
        probes.append(Probe(line: line.number, time: Nanoseconds(time), roundTrip: roundTrip == -1 ? nil : roundTrip))
    }

    /// Numbers wrap at 2^16; a second answer to a number is left out.
    private mutating func readReplies(_ lines: [TraceText.Line], interval: Nanoseconds) throws(TraceError) {
        var last: Int?
        var lastTime = Nanoseconds.zero
        for line in lines {
            guard Self.isReply(line.text), let sequence = Self.sequence(in: line.text) else {
                ignored.note(line: line.number)
                continue
            }
            let roundTrip = Self.isLoss(line.text) ? nil : try self.roundTrip(in: line)
            let unwrapped = last.map { $0 + Int(Int16(truncatingIfNeeded: sequence - $0)) } ?? sequence
            if let last, unwrapped <= last {
                ignored.note(line: line.number)
                continue
            }
            let stamp = Self.stamp(in: line.text)
            let time = stamp ?? interval * Int64(unwrapped)
            let lost = last.map { unwrapped - $0 - 1 } ?? 0
            for number in 0..<min(lost, 1 << 15) {
                let share = Double(number + 1) / Double(lost + 1)
                probes.append(Probe(line: line.number, time: lastTime + (time - lastTime).scaled(by: share)))
            }
            probes.append(Probe(line: line.number, time: time, roundTrip: roundTrip))
            last = unwrapped
            lastTime = time
        }
    }

    private func roundTrip(in line: TraceText.Line) throws(TraceError) -> Double {
        guard let field = Self.field(after: "time=", in: line.text) ?? Self.field(after: "time<", in: line.text),
            let value = TraceText.number(field), 0...3.6e6 ~= value
        else {
            throw text.failure(line.number, "has no round trip: a reply says time=12.3 ms, from 0 to 3600000")
        }
        return value
    }

    private static func sequence(in line: Substring) -> Int? {
        let field = field(after: "icmp_seq=", in: line) ?? Self.field(after: "icmp_seq ", in: line)
        return field.flatMap { Int($0) }.flatMap { 0...65_535 ~= $0 ? $0 : nil }
    }

    /// `[1694477135.683340]`, as `ping -D` puts it first.
    private static func stamp(in line: Substring) -> Nanoseconds? {
        guard line.first == "[", let end = line.firstIndex(of: "]") else { return nil }
        return TraceText.fixedPoint(line[line.index(after: line.startIndex)..<end], places: 9).map { Nanoseconds($0) }
    }

    /// The digits, point and sign that follow the first `mark`.
    private static func field(after mark: String, in line: Substring) -> Substring? {
        guard let range = line.firstRange(of: mark) else { return nil }
        let rest = line[range.upperBound...]
        return rest.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    }
}

extension PingLog {
    var reading: TraceReading {
        get throws(TraceError) {
            var rows = HeldRows(of: [.rtt, .loss], longestGap: longestGap)
            let steps = zip(probes, probes.dropFirst()).map { $1.time - $0.time }.filter { $0 > .zero }.sorted()
            let usual = steps.isEmpty ? .seconds(1) : steps[steps.count / 2]
            var lost = Occurrences()
            var known = probes.lazy.compactMap(\.roundTrip).first
            for (index, probe) in probes.enumerated() {
                let isLost = probe.roundTrip == nil
                known = probe.roundTrip ?? known
                rows.add(.init(line: probe.line, time: probe.time, values: [known.map { $0 / 1000 }, isLost ? 1 : 0]))
                guard isLost else { continue }
                lost.note(line: probe.line)
                let end = probe.time + usual
                if index + 1 < probes.count, probes[index + 1].time > end {
                    rows.add(.init(line: probe.line, time: end, values: [known.map { $0 / 1000 }, 0]))
                }
            }
            var reading = try rows.reading(text, as: .ping)
            reading.samples = probes.count
            reading.remarks =
                lost.remarks { "\(counted($0, "probe")) of \(probes.count) lost; the round trip before holds" }
                + reading.remarks
                + ignored.remarks { "\(counted($0, "line")) left out: no first answer to a probe" }
            return reading
        }
    }
}
