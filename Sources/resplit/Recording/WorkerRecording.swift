import DataPlane
import Logging
import Model
import Sim
import Synchronization

/// Measures the link to a worker.
final class WorkerRecording: LinkRecording {
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
                if !isQuiet {
                    progress.show(
                        duration.map { elapsed.inSeconds / $0.inSeconds } ?? 0,
                        samples.withLock { LinkReadings.note($0) })
                }
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
}

/// A worker that was named and does not answer.
private struct WorkerSilent: EnvironmentError {
    var worker: Endpoint
    var description: String {
        "\(worker): no worker answers; start one there with resplit worker, or name another with --worker"
    }
}
