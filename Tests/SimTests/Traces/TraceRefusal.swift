import Model
import Sim
import Testing

extension TraceReading.Options {
    init(_ format: TraceFormat, columns: [String] = []) {
        self.init()
        self.format = format
        self.columns = columns.compactMap { ColumnChoice($0) }
    }
}

/// The text is refused with this line.
func expectRefusal(
    of text: String, _ line: String, options: TraceReading.Options = .init(),
    sourceLocation: SourceLocation = #_sourceLocation
) {
    do throws(TraceError) {
        let reading = try TraceReading(text: text, source: "t", options: options)
        Issue.record("read as \(reading.format)", sourceLocation: sourceLocation)
    } catch {
        #expect(error.description == line, sourceLocation: sourceLocation)
    }
}
