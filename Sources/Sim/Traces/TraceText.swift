/// The text of a trace file as numbered lines, and how its fields are read. Nothing here knows of any format.
struct TraceText {
    struct Line {
        /// From 1.
        var number: Int
        /// Without the line's end, and without blanks around it.
        var text: Substring

        var isBlank: Bool { text.isEmpty }
    }

    /// How to name the file to a person: its path.
    let source: String
    /// All lines, without the empty one after a last line feed. A byte order mark and carriage returns are dropped.
    let lines: [Line]

    init(_ text: String, source: String) {
        self.source = source
        var text = Substring(text)
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
            .map { Line(number: $0.offset + 1, text: Self.trimmed(Substring($0.element))) }
        if lines.last?.isBlank == true { lines.removeLast() }
        self.lines = lines
    }

    /// The lines that are neither blank nor begin with one of `comment`.
    func telling(comment: String = "#") -> [Line] {
        lines.filter { line in line.text.utf8.first.map { !comment.utf8.contains($0) } ?? false }
    }

    func failure(_ line: Int?, column: String? = nil, _ problem: String) -> TraceError {
        TraceError(source: source, line: line, column: column, problem: problem)
    }
}

extension TraceText {
    /// Without blanks, tabs and carriage returns at both ends.
    static func trimmed(_ field: Substring) -> Substring {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let first = field.utf8.firstIndex(where: { !isBlank($0) }),
            let last = field.utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return Substring(field.utf8[first...last])
    }

    /// The fields between blanks and tabs.
    static func words(_ text: Substring) -> [Substring] {
        text.utf8.split { $0 == 0x20 || $0 == 0x09 }.map { Substring($0) }
    }

    /// A finite number in decimal notation; `nil` for anything else, `0x10`, `nan` and `inf` among it.
    static func number(_ field: Substring) -> Double? {
        guard !field.isEmpty, field.utf8.allSatisfy({ "0123456789.+-eE".utf8.contains($0) }),
            let value = Double(field), value.isFinite
        else { return nil }
        return value
    }

    /// The number as a count of 10^-`places`, exact where it is written without an exponent: a clock's seconds keep
    /// their nanoseconds. Digits beyond are rounded to the nearest.
    ///
    /// - Returns: `nil` where it is no number, or beyond 62 bits.
    static func fixedPoint(_ field: Substring, places: Int) -> Int64? {
        guard let value = number(field) else { return nil }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        guard abs(value * scale) < 0x1p62 else { return nil }
        if field.utf8.contains(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
            return Int64((value * scale).rounded())
        }
        var count: Int64 = 0
        var placesSeen: Int?
        for byte in field.utf8 {
            if byte == UInt8(ascii: ".") { placesSeen = 0 }
            guard let digit = digit(byte) else { continue }
            if let seen = placesSeen {
                if seen == places {
                    if digit >= 5 { count += 1 }
                    break
                }
                placesSeen = seen + 1
            }
            count = count * 10 + digit
        }
        for _ in (placesSeen ?? 0)..<places { count *= 10 }
        return field.utf8.first == UInt8(ascii: "-") ? -count : count
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}

/// Numbers as text.
enum DecimalText {
    /// `count` of 10^-`places`, exactly, without trailing zeros.
    static func of(_ count: Int64, places: Int) -> String {
        let digits = String(count.magnitude)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        var fraction = padded.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = padded.dropLast(places)
        return (count < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// The shortest text that reads back as `value`, without a fraction of zero.
    static func of(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
