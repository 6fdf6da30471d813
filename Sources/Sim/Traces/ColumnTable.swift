import Model

/// A table with a column a quantity: fields between commas, semicolons, tabs or blanks, whichever the first line has
/// first of these. A first line that is not all numbers and dates names the columns; without one they are called by
/// their numbers.
///
/// A column means what was chosen, or else what its name says with its unit: `uplink_mbps`, `delay(ms)`, `CPU usage
/// [%]`. A percentage of load is one of a processor: 100 % is one busy process. Empty fields and `-` are missing
/// values.
struct ColumnTable {
    /// A column in use.
    struct Column {
        var quantity: TraceQuantity?
        var index: Int
        var name: String
        /// `nil`: written dates.
        var factor: Double?
    }

    let text: TraceText
    private let separator: UInt8?
    private let rows: ArraySlice<TraceText.Line>
    let header: [String]
    let interval: Nanoseconds?
    private let longestGap: Nanoseconds?
    private var columns: [Column] = []

    init(_ text: TraceText, _ options: TraceReading.Options) throws(TraceError) {
        let lines = text.telling()
        guard let first = lines.first else { throw text.failure(nil, "is empty: no line says anything") }
        self.text = text
        separator = Self.separators.first { first.text.utf8.contains($0) }
        let fields = Self.fields(first.text, separator)
        let isHeader = fields.contains { !$0.isEmpty && TraceText.number($0) == nil && WallTime.parse($0) == nil }
        header = isHeader ? fields.map { String($0) } : (1...max(fields.count, 1)).map(String.init)
        rows = lines.dropFirst(isHeader ? 1 : 0)
        interval = options.interval
        longestGap = options.longestGap
        guard let example = rows.first else { throw text.failure(first.number, "no rows after the header") }
        columns = try chosen(options.columns, Self.fields(example.text, separator))
    }

    var reading: TraceReading {
        get throws(TraceError) {
            let measured = columns.filter { $0.quantity != nil }
            var held = HeldRows(of: measured.compactMap(\.quantity), longestGap: longestGap)
            var number: Int64 = 0
            var times: ClosedRange<Nanoseconds>?
            var dateless = Occurrences()
            for line in rows {
                let fields = Self.fields(line.text, separator)
                guard fields.count == header.count else {
                    throw text.failure(
                        line.number, "the row has \(counted(fields.count, "field")), the header \(header.count)")
                }
                guard let time = try time(fields, line, number) else {
                    dateless.note(line: line.number)
                    continue
                }
                var values: [Double?] = []
                for column in measured { values.append(try value(fields, column, line)) }
                times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
                held.add(.init(line: line.number, time: time, values: values))
                number += 1
            }
            var reading = try held.reading(text, as: .csv)
            reading.remarks =
                columns.map { TraceRemark("the \(ColumnChoice.title($0.quantity)) is column \(quoted($0.name))") }
                + unused + clock(times) + dateless.remarks { "\(counted($0, "row")) without a time left out" }
                + reading.remarks
            return reading
        }
    }
}

extension ColumnTable {
    private static let separators = [UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "\t")]

    /// Fields without blanks around them; a separator within double quotes is part of its field.
    private static func fields(_ line: Substring, _ separator: UInt8?) -> [Substring] {
        guard let separator else { return TraceText.words(line) }
        guard line.utf8.contains(UInt8(ascii: "\"")) else {
            return line.utf8.split(separator: separator, omittingEmptySubsequences: false)
                .map { TraceText.trimmed(Substring($0)) }
        }
        var fields: [Substring] = []
        var isQuoted = false
        var start = line.startIndex
        for index in line.utf8.indices {
            let byte = line.utf8[index]
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            guard byte == separator, !isQuoted else { continue }
            fields.append(unquoted(line[start..<index]))
            start = line.utf8.index(after: index)
        }
        return fields + [unquoted(line[start...])]
    }

    private static func unquoted(_ field: Substring) -> Substring {
        let field = TraceText.trimmed(field)
        let isQuoted = field.utf8.count > 1 && field.first == "\"" && field.last == "\""
        return isQuoted ? TraceText.trimmed(field.dropFirst().dropLast()) : field
    }

    private func time(
        _ fields: [Substring], _ line: TraceText.Line, _ number: Int64
    ) throws(TraceError) -> Nanoseconds? {
        guard let column = columns.first(where: { $0.quantity == nil }) else {
            return (interval ?? .zero) * number
        }
        let field = fields[column.index]
        if Self.isMissing(field) { return nil }
        let wanted = column.factor == nil ? "a date such as 2024-04-19 16:26:00" : "a number within 73 years"
        let nanoseconds = column.factor.map { factor in
            Self.places(of: factor).map { TraceText.fixedPoint(field, places: $0) }
                ?? TraceText.number(field).map { Nanoseconds(seconds: $0 * factor).count }
        }
        guard
            let time = column.factor == nil ? WallTime.parse(field) : nanoseconds.flatMap({ $0 }).map(Nanoseconds.init),
            abs(time.count) < 1 << 61
        else { throw text.failure(line.number, column: column.name, "is \(quoted(field)), not \(wanted)") }
        return time
    }

    /// Decimal places from a unit of time down to nanoseconds.
    private static func places(of factor: Double) -> Int? {
        [(1.0, 9), (1e-3, 6), (1e-6, 3), (1e-9, 0)].first { $0.0 == factor }?.1
    }

    private func value(
        _ fields: [Substring], _ column: Column, _ line: TraceText.Line
    ) throws(TraceError) -> Double? {
        let field = fields[column.index]
        guard !Self.isMissing(field), let quantity = column.quantity else { return nil }
        guard let number = TraceText.number(field) else {
            throw text.failure(line.number, column: column.name, "is \(quoted(field)), not a number")
        }
        let value = number * (column.factor ?? 1)
        guard value >= 0 else {
            throw text.failure(line.number, column: column.name, "is \(quoted(field)); it cannot be negative")
        }
        guard value <= quantity.limit else {
            let most = DecimalText.of(quantity.limit / (column.factor ?? 1))
            throw text.failure(line.number, column: column.name, "is \(quoted(field)); the most is \(most)")
        }
        return value
    }

    private static func isMissing(_ field: Substring) -> Bool { field.isEmpty || field == "-" }
}

extension ColumnTable {
    /// Seconds since 1970 under a name that says milliseconds.
    fileprivate func clock(_ times: ClosedRange<Nanoseconds>?) -> [TraceRemark] {
        // From 2001 to 2037.
        let years: ClosedRange<Nanoseconds> = .milliseconds(1_000_000_000) ... .milliseconds(2_114_000_000)
        guard let times, years.contains(times.lowerBound), years.contains(times.upperBound),
            let column = columns.first(where: { $0.quantity == nil }), column.factor == 1e-3
        else { return [] }
        return [
            TraceRemark(
                "the time, read as milliseconds, looks like seconds since 1970; if so, say --column 'time=\(column.name):s'"
            )
        ]
    }

    /// A misspelt name shows here.
    fileprivate var unused: [TraceRemark] {
        let names = header.indices.filter { index in !columns.contains { $0.index == index } }.map {
            quoted(header[$0])
        }
        guard !names.isEmpty else { return [] }
        let more = names.count > 12 ? " and \(names.count - 12) more" : ""
        return [TraceRemark("not used: \(names.prefix(12).joined(separator: ", "))\(more)")]
    }
}
