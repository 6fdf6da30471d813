/// Something that a reader met in a trace file and dealt with as its format states: a gap, a repeated time, a value
/// that is missing. One line for a person.
public struct TraceRemark: Hashable, Sendable, CustomStringConvertible {
    /// Where it is met first, from 1; `nil` where it concerns the file as a whole.
    public var line: Int?
    public var text: String

    public init(line: Int? = nil, _ text: String) {
        self.line = line
        self.text = text
    }

    public var description: String { line.map { "line \($0): \(text)" } ?? text }
}

/// How often something is met, and where first: one remark stands for all of it.
struct Occurrences {
    private(set) var count = 0
    private(set) var firstLine: Int?

    mutating func note(line: Int) {
        count += 1
        firstLine = firstLine ?? line
    }

    /// - Parameter text: what is said of so many.
    /// - Returns: nothing where nothing was met.
    func remarks(_ text: (Int) -> String) -> [TraceRemark] {
        count == 0 ? [] : [TraceRemark(line: firstLine, text(count))]
    }
}

/// `1 row`, `3 rows`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
