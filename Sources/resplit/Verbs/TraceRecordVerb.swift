import ArgumentParser
import DataPlane
import Foundation
import Model
import Sim

struct TraceRecordVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "A trace of a live link to a worker, or of a device's link as a controller or its store knows it.",
        discussion: """
            A live link is measured as an idle agent does: pings for the round trip, transfers of some 30 ms and at most 64 KiB each \
            way for the rates, the kernel's counters for the load. A controller passes on what a device's own agent measures, from \
            now on, to the same trace as its store would give. Recording ends after --duration, on Ctrl-C, or when the controller \
            goes away, and what was recorded is written any way. A store may be read while it is written.
            """)

    @Option(help: "The worker at the far end of the link to measure.") var worker: Endpoint?
    @Option(help: "The controller that watches the device whose link is meant.") var controller: Endpoint?
    @Option(help: "A store, the file that `resplit controller --store` wrote.") var store: String?
    @Option(help: "Whose link to take from the controller or store; default: its only device.") var device: String?
    @Option(help: "Only the time that ends with the newest sample of the store; default: the newest boot as a whole.")
    var window: Nanoseconds?
    @Option(help: "How long to record, from the first reading on; default: until interrupted.")
    var duration: Nanoseconds?
    @Option(help: "The same as a number of seconds.") var seconds: Int?
    @Option(help: "Between two transfers that measure a rate to a worker.") var probe: Nanoseconds = .milliseconds(500)
    @Option(help: "Write means over steps of this length; default: every reading as it is.") var step: Nanoseconds?
    @Option(name: .shortAndLong, help: "Write here instead of to standard output.") var output: String?
    @OptionGroup var process: ProcessOptions

    func validate() throws {
        guard [worker != nil, controller != nil, store != nil].count(where: \.self) == 1 else {
            throw ValidationError("Name one of --worker or --controller, for a live link, and --store.")
        }
        if store != nil, duration != nil || seconds != nil {
            throw ValidationError("--duration: is of a live link; what to take from a store is --window.")
        }
        if store == nil, window != nil { throw ValidationError("--window: is of a store.") }
        if worker != nil, device != nil { throw ValidationError("--device: is of a controller or store.") }
        if duration != nil, seconds != nil { throw ValidationError("--seconds: is --duration; give one of them.") }
        if let seconds, !(1...1_000_000_000).contains(seconds) {
            throw ValidationError("--seconds: must be a whole number from 1 on.")
        }
        for (name, value) in [("--duration", duration), ("--window", window), ("--step", step), ("--probe", probe)] {
            if let value, value <= .zero { throw ValidationError("\(name): must be above zero.") }
        }
    }

    func run() async throws {
        if let output { try Files.checkWritable(output) }
        if let store {
            try write(try await StoreLink(path: store, device: device).reading(window: window))
        } else if let controller {
            try await record(ControllerRecording(controller, device: device))
        } else if let worker {
            try await record(WorkerRecording(worker, probe: probe, logger: process.logger("recorder")))
        }
    }

    /// Whatever ends it, what was recorded is written first.
    private func record(_ recording: some LinkRecording) async throws {
        let isQuiet = process.quiet
        let duration = duration ?? seconds.map { .seconds(Int64($0)) }
        var ending: (any Error)?
        do {
            try await process.run { try await recording.run(for: duration, isQuiet: isQuiet) }
        } catch {
            ending = error
        }
        let reading: TraceReading
        do {
            reading = try recording.reading()
        } catch {
            if ending is ExitCode { Emit.note("resplit: \(error)") }
            throw ending ?? error
        }
        try write(reading)
        if let ending { throw ending }
    }

    private func write(_ reading: TraceReading) throws {
        for remark in reading.remarks { Emit.note("\(output ?? "trace"): \(remark)") }
        var trace = reading.trace
        if let step {
            guard let averaged = trace.averaged(over: step) else { throw TraceTooLong(path: store ?? "the link") }
            trace = averaged
        }
        if let output { try Files.write(Data(trace.csv.utf8), to: output) } else { Emit.text(trace.csv) }
    }
}
