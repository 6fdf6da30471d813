public import Model

/// A trace file that does not say what it should.
public struct TraceError: InputError, Hashable {
    /// How to name the file to a person: its path.
    public var source: String
    /// From 1; `nil` where the file as a whole is wrong.
    public var line: Int?
    /// Name of the column.
    public var column: String?
    public var problem: String

    public init(source: String, line: Int?, column: String?, problem: String) {
        self.source = source
        self.line = line
        self.column = column
        self.problem = problem
    }

    public var description: String {
        let place = line.map { "\(source):\($0)" } ?? source
        return column.map { "\(place): column '\($0)' \(problem)" } ?? "\(place): \(problem)"
    }
}
