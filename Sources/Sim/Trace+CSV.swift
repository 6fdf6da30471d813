import Model

/// The trace's file format. The first line names the columns, in any order:
///
/// - `time_s`: start of the piece in seconds; the first is 0, and they ascend.
/// - `uplink_mbps`: edge to cloud, in Mbit/s; 0 is an outage.
/// - `rtt_ms`: round trip of an empty message, in milliseconds.
/// - `edge_load` (optional, 0): processes busy on the edge machine besides the agent.
/// - `downlink_mbps` (optional, as the uplink): cloud to edge, in Mbit/s.
/// - `loss` (optional, 0): share of packets that are lost, 0…1.
///
/// A last row with a time only ends the trace; without one the last piece lasts as long as the one before, a single one a
/// second. Blank lines, and lines that begin with `#`, say nothing.
extension Trace {
    /// - Parameters:
    ///   - csv: the text of the file.
    ///   - source: how to name it to a person: its path.
    /// - Throws: `TraceError`, naming the line and the column.
    /// - Complexity: linear in the text.
    public init(csv: String, source: String) throws(TraceError) {
        var reader = TraceReader(source: source)
        for line in TraceText(csv, source: source).telling() { try reader.read(line.text, number: line.number) }
        self = try reader.finish()
    }

    /// The trace as text that `init(csv:)` reads back as an equal trace; equal traces give equal bytes. Rates are written to
    /// whole bit/s, times to the nanosecond. The loss has a column where there is any.
    public var csv: String {
        let hasLoss = schedule.pieces.contains { $0.value.loss != 0 }
        let columns = TraceColumn.allCases.filter { $0 != .loss || hasLoss }
        var text = columns.map(\.rawValue).joined(separator: ",") + "\n"
        for piece in schedule.pieces {
            let state = piece.value
            let fields =
                [
                    DecimalText.of(piece.start.nanoseconds, places: 9),
                    DecimalText.of(Self.wholeBits(state.uplink), places: 6), DecimalText.of(state.rtt.count, places: 6),
                    DecimalText.of(state.edgeLoad), DecimalText.of(Self.wholeBits(state.downlink), places: 6),
                ] + (hasLoss ? [DecimalText.of(state.loss)] : [])
            text += fields.joined(separator: ",") + "\n"
        }
        return text + DecimalText.of(duration.count, places: 9)
            + String(repeating: ",", count: columns.count - 1) + "\n"
    }

    static func wholeBits(_ rate: BitRate) -> Int64 {
        rate.bitsPerSecond >= 0 ? Int64(min(rate.bitsPerSecond, 1e18).rounded()) : 0
    }
}

enum TraceColumn: String, CaseIterable {
    case time = "time_s", uplink = "uplink_mbps", rtt = "rtt_ms", edgeLoad = "edge_load", downlink = "downlink_mbps"
    case loss

    var isRequired: Bool { self == .time || self == .uplink || self == .rtt }

    /// The largest value that means anything: 31 years, a Pbit/s, an hour, a million processes, all packets.
    var limit: Double {
        switch self {
        case .time: 1e9
        case .uplink, .downlink: 1e9
        case .rtt: 3.6e6
        case .edgeLoad: 1e6
        case .loss: 1
        }
    }
}

/// Reads the lines of a trace file one by one.
private struct TraceReader {
    let source: String
    private var columns: [TraceColumn] = []
    private var pieces: [Schedule<Trace.State>.Piece] = []
    /// The time of the last row, where that row has nothing but a time.
    private var end: Instant?
    private var lastLine = 1

    init(source: String) { self.source = source }

    mutating func read(_ text: Substring, number: Int) throws(TraceError) {
        let fields = text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { TraceText.trimmed(Substring($0)) }
        lastLine = number
        if columns.isEmpty {
            try readHeader(fields, number)
        } else {
            try readRow(fields, number)
        }
    }

    func finish() throws(TraceError) -> Trace {
        guard !columns.isEmpty else {
            throw failure(nil, "is empty; it begins with time_s,uplink_mbps,rtt_ms")
        }
        guard let last = pieces.last else { throw failure(lastLine, "no rows after the header") }
        let lastSpan = pieces.count > 1 ? last.start - pieces[pieces.count - 2].start : .seconds(1)
        guard let trace = Trace(pieces: pieces, duration: (end ?? last.start + lastSpan) - .zero) else {
            throw failure(lastLine, "the times do not make a trace")
        }
        return trace
    }

    private mutating func readHeader(_ names: [Substring], _ number: Int) throws(TraceError) {
        let known = TraceColumn.allCases.map(\.rawValue)
        for name in names {
            guard let column = TraceColumn(rawValue: String(name)) else {
                let hint = nearestName(to: String(name), among: known).map { "did you mean '\($0)'?" }
                throw failure(
                    number,
                    "unknown column \(quoted(name)); \(hint ?? "the columns are \(known.joined(separator: ", "))")")
            }
            if columns.contains(column) { throw failure(number, column: column, "is there twice") }
            columns.append(column)
        }
        for column in TraceColumn.allCases where column.isRequired && !columns.contains(column) {
            throw failure(number, column: column, "is missing")
        }
    }

    private mutating func readRow(_ fields: [Substring], _ number: Int) throws(TraceError) {
        guard fields.count == columns.count else {
            throw failure(number, "the row has \(fields.count) fields, the header \(columns.count)")
        }
        if end != nil { throw failure(number, "a row follows the one that ended the trace by having a time only") }
        var values: [TraceColumn: Double] = [:]
        let isEnd = !pieces.isEmpty && zip(columns, fields).allSatisfy { ($0 == .time) != $1.isEmpty }
        for (column, field) in zip(columns, fields) where !(isEnd && column != .time) {
            values[column] = try value(field, of: column, number)
        }
        let start = Instant.zero + Nanoseconds(seconds: values[.time] ?? 0)
        if let last = pieces.last, start <= last.start {
            throw failure(number, column: .time, "does not ascend; each time lies after the one before")
        }
        if pieces.isEmpty, start != .zero {
            throw failure(number, column: .time, "does not begin at 0")
        }
        if isEnd {
            end = start
            return
        }
        let uplink = Self.rate(values[.uplink] ?? 0)
        pieces.append(
            .init(
                start: start,
                value: Trace.State(
                    uplink: uplink, downlink: values[.downlink].map(Self.rate) ?? uplink,
                    rtt: Nanoseconds(milliseconds: values[.rtt] ?? 0), edgeLoad: values[.edgeLoad] ?? 0,
                    loss: values[.loss] ?? 0)))
    }

    private func value(_ field: Substring, of column: TraceColumn, _ number: Int) throws(TraceError) -> Double {
        if field.isEmpty { throw failure(number, column: column, "has no value") }
        guard let value = TraceText.number(field) else {
            throw failure(number, column: column, "is \(quoted(field)), not a number")
        }
        guard value >= 0 else { throw failure(number, column: column, "is \(quoted(field)); it cannot be negative") }
        guard value <= column.limit else {
            throw failure(number, column: column, "is \(quoted(field)); the most is \(Int(column.limit))")
        }
        return value
    }

    private static func rate(_ mbps: Double) -> BitRate { BitRate(bitsPerSecond: (mbps * 1e6).rounded()) }

    private func failure(_ line: Int?, column: TraceColumn? = nil, _ problem: String) -> TraceError {
        TraceError(source: source, line: line, column: column?.rawValue, problem: problem)
    }
}
