import ArgumentParser
import DataPlane
import Foundation
import Logging
import Model
import Sim
import Synchronization
import TelemetryStore

struct TraceRecordVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "A trace of a live link to a worker, or of what a store kept of a device's link.",
        discussion: """
            A live link is measured as an idle agent does: pings for the round trip, transfers of some 30 ms and at most 64 KiB each \
            way for the rates, the kernel's counters for the load. Recording ends after --duration, or on Ctrl-C, and what was \
            measured is written either way. A controller's store may be read while it is written: so a fleet's links are recorded.
            """)

    @Option(help: "The worker at the far end of the link to measure.") var worker: Endpoint?
    @Option(help: "A store, the file that `resplit controller --store` wrote.") var store: String?
    @Option(help: "Whose link to take from the store; default: its only device.") var device: String?
    @Option(help: "Only the time that ends with the newest sample of the store; default: the newest boot as a whole.")
    var window: Nanoseconds?
    @Option(help: "How long to measure; default: until interrupted.") var duration: Nanoseconds?
    @Option(help: "Between two transfers that measure a rate.") var probe: Nanoseconds = .milliseconds(500)
    @Option(help: "Write means over steps of this length; default: every reading as it is.") var step: Nanoseconds?
    @Option(name: .shortAndLong, help: "Write here instead of to standard output.") var output: String?
    @OptionGroup var process: ProcessOptions

    func validate() throws {
        guard (worker == nil) != (store == nil) else {
            throw ValidationError("Name one of --worker, for a live link, and --store.")
        }
        if worker == nil, duration != nil {
            throw ValidationError("--duration: is of a live link; what to take from a store is --window.")
        }
        if store == nil, window != nil || device != nil {
            throw ValidationError("--window, --device: are of a store.")
        }
        for (name, value) in [("--duration", duration), ("--window", window), ("--step", step), ("--probe", probe)] {
            if let value, value <= .zero { throw ValidationError("\(name): must be above zero.") }
        }
    }

    func run() async throws {
        if let store {
            try write(try await StoreLink(path: store, device: device).reading(window: window))
        } else if let worker {
            try await record(worker)
        }
    }

    private func record(_ worker: Endpoint) async throws {
        let recording = LiveRecording(worker, probe: probe, logger: process.logger("recorder"))
        let isQuiet = process.quiet
        var ending: (any Error)?
        do {
            try await process.run { try await recording.run(for: duration, isQuiet: isQuiet) }
        } catch let error as ExitCode {
            ending = error
        }
        try write(recording.reading())
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

/// Readings of a live link as they come.
private final class LiveRecording: Sendable {
    /// How long a worker may take to answer at all.
    private static let patience = Duration.seconds(10)

    private let worker: Endpoint
    private let recorder: LinkRecorder
    private let samples = Mutex<[Sample]>([])
    private let end = Mutex<Instant?>(nil)

    init(_ worker: Endpoint, probe: Nanoseconds, logger: Logger) {
        self.worker = worker
        var configuration = LinkRecorder.Configuration(worker: worker)
        configuration.probeInterval = probe
        recorder = LinkRecorder(configuration: configuration, logger: logger)
    }

    /// The clock begins with the first answer of the worker.
    func run(for duration: Nanoseconds?, isQuiet: Bool) async throws {
        let progress = Progress("recording")
        try await withThrowingTaskGroup { group in
            group.addTask { [recorder] in
                await recorder.run { sample in self.samples.withLock { $0.append(sample) } }
            }
            defer {
                end.withLock { $0 = MonotonicClock.now() }
                group.cancelAll()
                progress.finish()
            }
            let deadline = ContinuousClock.now + Self.patience
            while start == nil {
                guard ContinuousClock.now < deadline else { throw WorkerSilent(worker: worker) }
                try await Task.sleep(for: .milliseconds(20))
            }
            while let start, case let elapsed = MonotonicClock.now() - start, elapsed < duration ?? .init(.max) {
                if !isQuiet { progress.show(duration.map { elapsed.inSeconds / $0.inSeconds } ?? 0, note) }
                let left = duration.map { $0 - elapsed } ?? .milliseconds(100)
                try await Task.sleep(for: .nanoseconds(min(left, .milliseconds(100)).count))
            }
        }
    }

    /// - Throws: `WorkerSilent`, `TraceError`.
    func reading() throws -> TraceReading {
        let end = end.withLock { $0 } ?? MonotonicClock.now()
        guard let start, start < end else { throw WorkerSilent(worker: worker) }
        return try TraceReading(measured: samples.withLock { $0 }, over: start...end, source: "\(worker)")
    }

    private var start: Instant? { samples.withLock { $0.first { $0.metric == .rtt }?.time } }

    private var note: String {
        samples.withLock { samples in
            let uplink = samples.last { $0.metric == .uplink }.map { Format.rate(BitRate(bitsPerSecond: $0.value)) }
            let rtt = samples.last { $0.metric == .rtt }.map { Format.milliseconds($0.value * 1e3) }
            return [uplink, rtt].compactMap(\.self).joined(separator: ", ")
        }
    }
}

/// A worker that was named and does not answer.
private struct WorkerSilent: EnvironmentError {
    var worker: Endpoint
    var description: String {
        "\(worker): no worker answers; start one there with resplit worker, or name another with --worker"
    }
}

/// One device's link as a store has it.
private struct StoreLink {
    let path: String
    let device: String?

    /// Of the newest boot that was measured.
    func reading(window: Nanoseconds?) async throws -> TraceReading {
        let store = try TelemetryStore.openToRead(path: path)
        let boots = try await store.boots()
        let name = try name(of: boots.map(\.device))
        var found: (samples: [Sample], source: String)?
        for boot in boots.reversed() where boot.device == name && found == nil {
            let samples = try Self.metrics.flatMap {
                try store.samples(of: $0, device: name, boot: boot.boot, in: Self.always)
            }
            if samples.contains(where: { $0.metric == .uplink }) { found = (samples, "\(path): \(name)") }
        }
        try await store.close()
        guard let found, let first = found.samples.map(\.time).min(), let last = found.samples.map(\.time).max() else {
            throw TraceError(source: path, line: nil, column: nil, problem: "no readings of the link of '\(name)'")
        }
        let start = window.map { max(first, last - min($0, last - first)) } ?? first
        return try TraceReading(measured: found.samples, over: start...last, source: found.source)
    }

    /// What a trace is made of.
    private static let metrics: [Metric] = [.uplink, .downlink, .rtt, .runQueue, .agentCPU]
    private static let always = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)

    private func name(of known: [String]) throws -> String {
        let names = Set(known).sorted()
        if let device {
            guard names.contains(device) else {
                throw UnknownDevice(store: path, device: device, nearest: nearestName(to: device, among: names))
            }
            return device
        }
        guard let only = names.first, names.count == 1 else {
            throw ValidationError(
                names.isEmpty ? "\(path): holds no device." : "--device: name one of \(names.joined(separator: ", ")).")
        }
        return only
    }
}
