public import ArgumentParser
import Foundation
import Model
public import Sim

struct TraceVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Traces of links and load: read any format, convert, make up, record.",
        subcommands: [TraceInspectVerb.self, TraceConvertVerb.self, TraceSynthVerb.self, TraceRecordVerb.self])
}

/// A trace file, and what it does not say of itself.
struct TraceOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "A trace file: Mahimahi, Pensieve, Sabre, SimGrid, a table with a header, what `ping` prints, or the normal form.",
            valueName: "file")) var file: String
    @Option(
        help: ArgumentHelp("Read it as \(TraceFormat.list); default: as it looks.", valueName: "format")) var format:
        TraceFormat?
    @Option(
        help: ArgumentHelp(
            "What a column of a table holds: time=1:ms, uplink=UL_bitrate:kbit/s; also downlink, rtt, loss, load; by name or "
                + "number; may be given more than once.", valueName: "what=name:unit")) var column: [ColumnChoice] = []
    @Option(help: "How far rows without a time, or pings, lie apart.") var interval: Nanoseconds?
    @Option(help: "Cut longer gaps between rows to this; default: the row before holds through them.") var maxGap:
        Nanoseconds?

    func validate() throws {
        for (name, value) in [("--interval", interval), ("--max-gap", maxGap)] {
            if let value, value <= .zero { throw ValidationError("\(name): must be above zero.") }
        }
    }

    /// - Throws: `FileError`, `TraceError`.
    func read() throws -> TraceReading {
        var options = TraceReading.Options()
        options.format = column.isEmpty ? format : format ?? .csv
        options.columns = column
        options.interval = interval
        options.longestGap = maxGap
        return try TraceReading(text: Self.text(of: file), source: file, options: options)
    }

    /// - Throws: `FileError`.
    static func text(of path: String) throws -> String { try String(decoding: Files.read(path), as: UTF8.self) }
}

extension TraceFormat: ExpressibleByArgument {
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension ColumnChoice: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
