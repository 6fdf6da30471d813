extension StringProtocol {
    /// The text on one line that shows what it holds: control and format characters and separators of lines are written
    /// as escapes (`\n`, `\u{1B}`), so that a name from outside neither breaks a line of a report nor steers a terminal.
    package var onOneLine: String {
        var line = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: line += scalar.shortEscape
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }
}

extension Unicode.Scalar {
    fileprivate var shortEscape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(value, radix: 16, uppercase: true))}"
        }
    }
}
