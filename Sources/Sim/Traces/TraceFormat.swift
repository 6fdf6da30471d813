/// A form that trace files have. The rule of each stands at its reader, and in `Guides/Traces.md`.
public enum TraceFormat: String, CaseIterable, Sendable {
    /// The normal form: `Trace.csv`.
    case resplit
    /// Delivery opportunities of 1500 bytes, one millisecond stamp a line.
    case mahimahi
    /// Two columns: seconds and Mbit/s, each rate holding until its row's time.
    case pensieve
    /// JSON: periods of `duration_ms`, `bandwidth_kbps`, `latency_ms`.
    case sabre
    /// SimGrid profiles: a date in seconds and a value that holds from then on. The file does not say what the value
    /// is.
    case simgridBandwidth = "simgrid-bandwidth"
    case simgridLatency = "simgrid-latency"
    case simgridAvailability = "simgrid-availability"
    /// Any table of named columns.
    case csv
    /// What `ping` prints, or three columns: seconds, sequence number, milliseconds.
    case ping
}

extension TraceFormat {
    /// The format that the content shows.
    ///
    /// - Throws: `TraceError` where it shows none, or more than one.
    static func detected(in text: TraceText) throws(TraceError) -> TraceFormat {
        let lines = text.telling(comment: "#%")
        guard let first = lines.first else { throw text.failure(nil, "is empty: no line says anything") }
        if first.text.first == "[" && !PingLog.isReply(first.text) || first.text.first == "{" { return .sabre }
        if lines.contains(where: { SimGridProfile.loop($0) != nil }) { return try simGrid(lines, text) }
        if lines.prefix(5).contains(where: { PingLog.isReply($0.text) || PingLog.isHeading($0.text) }) { return .ping }
        let names = first.text.split(separator: ",").map { TraceText.trimmed($0) }
        let columns = names.compactMap { TraceColumn(rawValue: String($0)) }
        if columns.count == names.count, TraceColumn.allCases.allSatisfy({ !$0.isRequired || columns.contains($0) }) {
            return .resplit
        }
        let rows = lines.prefix(1000).map { TraceText.words($0.text) }
        guard rows.allSatisfy({ $0.count == rows[0].count && $0.allSatisfy { TraceText.number($0) != nil } }) else {
            return .csv
        }
        switch rows[0].count {
        case 1: return .mahimahi
        case 2: return try twoColumns(rows, text)
        case 3 where PingLog.countsUp(rows.map { $0[1] }): return .ping
        default: return .csv
        }
    }

    private static func simGrid(_ lines: [TraceText.Line], _ text: TraceText) throws(TraceError) -> TraceFormat {
        let values = lines.map { TraceText.words($0.text) }.filter { $0.count == 2 }
            .compactMap { TraceText.number($0[1]) }
        if (values.max() ?? 0) > 1000 { return .simgridBandwidth }
        throw text.failure(
            nil,
            "is a SimGrid profile, which does not say of what; say it with --format simgrid-bandwidth, simgrid-latency "
                + "or simgrid-availability")
    }

    /// Rates of more than 1 and up to 10,000 Mbit/s are Pensieve's: as SimGrid's bytes a second they would be under a
    /// modem's.
    private static func twoColumns(_ rows: [[Substring]], _ text: TraceText) throws(TraceError) -> TraceFormat {
        let most = rows.compactMap { TraceText.number($0[1]) }.max() ?? 0
        if most > 1, most <= 1e4 { return .pensieve }
        throw text.failure(
            nil,
            "has two columns of numbers, which may be many things; say which with --format pensieve (s, Mbit/s), "
                + "simgrid-bandwidth (s, B/s), simgrid-latency, simgrid-availability or csv (with --column)")
    }
}
