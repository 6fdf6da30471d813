import ArgumentParser
import Model
import Sim

struct TraceInspectVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "What a trace holds, how it was read, and what is odd about it.")

    @OptionGroup var trace: TraceOptions
    @Option(help: "Look at means over steps of this length; default: 1s of opportunities, else every piece as it is.")
    var step: Nanoseconds?
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        if let step, step <= .zero { throw ValidationError("--step: must be above zero.") }
    }

    func run() throws {
        var reading = try trace.read()
        let pieces = reading.trace.schedule.pieces.count
        let window = step ?? (reading.format == .mahimahi ? .seconds(1) : nil)
        if let window {
            guard let averaged = reading.trace.averaged(over: window) else { throw TraceTooLong(path: trace.file) }
            reading.trace = averaged
        }
        let report = TraceReport(reading, pieces: pieces, window: window)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
    }
}
