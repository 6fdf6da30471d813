public import Logging
public import Model
import Synchronization

/// Measures the link to a worker as an idle agent does, and what else runs on this machine: pings for the round trip, bounded
/// transfers each way for the rates, the kernel's counters for the load.
///
/// It is an agent's core without frames, so that a trace that was recorded says what an agent would have known. An outage reads as
/// an uplink of zero, from when it is noticed.
public final class LinkRecorder: Sendable {
    public struct Configuration: Sendable {
        public var worker: Endpoint
        public var pingInterval = Nanoseconds.milliseconds(100)
        /// How long each direction goes unmeasured before some 30 ms worth of bytes, at most 64 KiB, are sent over it.
        public var probeInterval = Nanoseconds.milliseconds(500)

        public init(worker: Endpoint) { self.worker = worker }
    }

    /// It never orders a plan, so no name is ever looked at.
    private static let name = "recorder"

    private let link: WorkerLink
    private let core: Mutex<AgentCore>
    private let samples: AsyncStream<Sample>
    private let measured: AsyncStream<Sample>.Continuation

    public init(configuration: Configuration, logger: Logger) {
        link = WorkerLink(
            endpoint: configuration.worker, client: Self.name, model: ModelIdentity(name: "", sha256: ""),
            logger: logger)
        var settings = AgentCore.Settings()
        settings.pingInterval = configuration.pingInterval
        settings.rateProbeInterval = configuration.probeInterval
        settings.downlinkProbeInterval = configuration.probeInterval
        settings.edgeProbeInterval = nil
        core = Mutex(AgentCore(settings: settings, edgeOnly: .unknownEdgeOnly))
        (samples, measured) = AsyncStream.makeStream()
    }

    /// Runs once, until the task is cancelled.
    ///
    /// - Parameter onSample: called in order, from one task. Times are by `MonotonicClock`.
    public func run(onSample: @escaping @Sendable (Sample) -> Void) async {
        await withTaskGroup { group in
            group.addTask { [samples] in for await sample in samples { onSample(sample) } }
            group.addTask { [self] in
                await link.run { [self] connection, incoming, time in
                    if case .event(let event) = incoming { handle(.link(connection, event), at: time) }
                }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    handle(.tick, at: MonotonicClock.now())
                    try? await Task.sleep(for: .milliseconds(10))
                }
            }
            group.addTask { [measured] in
                var meter = SystemMeter()
                while (try? await Task.sleep(for: .milliseconds(500))) != nil {
                    for sample in meter.samples() { measured.yield(sample) }
                }
                measured.finish()
            }
        }
    }

    private func handle(_ event: AgentCore.Event, at now: Instant) {
        core.withLock { core in
            for effect in core.step(event, at: now) { perform(effect) }
        }
    }

    /// Without frames and orders a core asks for no more than this.
    private func perform(_ effect: AgentCore.Effect) {
        switch effect {
        case .ping(let number, let padding, let answer): link.ping(number, padding: padding, answer: answer)
        case .sample(let sample): measured.yield(sample)
        case .reconnect: link.reconnect()
        default: break
        }
    }
}
