import Foundation
public import Logging
import Model
import Synchronization

/// The edge's process: takes frames from a source, computes its part, lets the worker compute the rest, and answers
/// every frame exactly once, alone where the cloud does not.
///
/// `AgentCore` decides; this performs. All events, from whatever thread, take their turn at one lock, under which only
/// work that does not wait is done.
public final class EdgeAgent: Sendable {
    private let configuration: Configuration
    private let frames: any FrameSource
    private let logger: Logger
    private let engine: EdgeEngine
    private let link: WorkerLink?
    private let outbox: Outbox
    private let boot = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    private let core: Mutex<AgentCore>
    private let isStopping = Atomic(false)
    private let ahead = Mutex<Task<Void, any Error>?>(nil)
    private let observations: AsyncStream<Observation>
    private let observed: AsyncStream<Observation>.Continuation
    private let failures: AsyncStream<any Error>
    private let failed: AsyncStream<any Error>.Continuation

    /// - Throws: `DataPlaneError.unusableModel`; `WireError` where a fixed plan makes no sense.
    public init(
        configuration: Configuration, source: any HalfSource, frames: any FrameSource, logger: Logger
    ) throws {
        let settings = configuration.coreSettings(model: source.identity)
        _ = try configuration.fixedPlan?.validated("fixed plan")
        self.configuration = configuration
        self.frames = frames
        self.logger = logger
        outbox = Outbox {
            logger.warning("the controller is away for long: the oldest telemetry is dropped and counted")
        }
        engine = try EdgeEngine(source: source, client: configuration.device, slowdown: configuration.slowdown)
        link = configuration.worker.map {
            WorkerLink(endpoint: $0, client: configuration.device, model: source.identity, logger: logger)
        }
        core = Mutex(AgentCore(settings: settings, edgeOnly: configuration.epochZeroPlan))
        (observations, observed) = AsyncStream.makeStream()
        (failures, failed) = AsyncStream.makeStream()
    }

    /// Runs once: until the source's frames are all answered, or `stop`, or the task's cancellation, which both let the
    /// frames under way be answered first.
    ///
    /// - Parameter onObservation: called in order, from one task.
    /// - Returns: what became of the frames.
    /// - Throws: `DataPlaneError`, and what building the model or reading a frame throws.
    public func run(
        onObservation: @escaping @Sendable (Observation) -> Void = { _ in }
    ) async throws -> FrameLedger {
        let work = Task { [self] in
            let observer = Task { [observations] in for await observation in observations { onObservation(observation) }
            }
            var failure: (any Error)?
            do { try await serve() } catch { failure = error }
            ahead.withLock { $0?.cancel() }
            engine.stop()
            observed.finish()
            await observer.value
            if untold > 0 { logger.warning("the controller was not told everything", metadata: ["rows": "\(untold)"]) }
            if let failure { throw failure }
            return core.withLock { $0.ledger }
        }
        return try await withTaskCancellationHandler {
            try await work.value
        } onCancel: {
            stop()
        }
    }

    /// Samples, frames' records and outcomes of moves that a controller which was named has not been sent; after `run`, those
    /// that it never will be.
    public var untold: Int { configuration.controller == nil ? 0 : outbox.untold }

    /// Captures no more frames.
    public func stop() { isStopping.store(true, ordering: .relaxed) }

    private func serve() async throws {
        try await engine.warmUp()
        handle(.start)
        try await withThrowingTaskGroup { group in
            if let link { group.addTask { [self] in await link.run { [self] in receive($1, of: $0, at: $2) } } }
            if let controller = configuration.controller { group.addTask { [self] in await control(controller).run() } }
            group.addTask { [self] in await repeatedly(every: .milliseconds(10)) { handle(.tick) } }
            group.addTask { [self] in await meterSystem() }
            group.addTask { [failures] in for await failure in failures { throw failure } }
            group.addTask { [self] in try await feed() }
            // Only the last two end by themselves: with all frames answered, or with what went wrong.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: Frames

    private func feed() async throws {
        try await waitUntilReady()
        let begun = MonotonicClock.now()
        var number = 0
        while number < configuration.frames ?? .max, !isStopping.load(ordering: .relaxed) {
            let due = begun + Nanoseconds(configuration.frameInterval.count * Int64(number))
            let wait = due - MonotonicClock.now()
            if wait > .zero { try await Task.sleep(for: Duration(wait), tolerance: .zero) }
            while core.withLock({ $0.framesUnderWay >= configuration.largestBacklog }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            try engine.load(frames.frame(number), as: number)
            handle(.captured)
            number += 1
        }
        try await wait(atMost: configuration.drainWithin) { [self] in core.withLock { $0.isIdle } }
        outbox.close()
        if configuration.controller != nil { try await wait(atMost: .seconds(1)) { [outbox] in outbox.isDelivered } }
    }

    private func waitUntilReady() async throws {
        try await wait(atMost: configuration.readyWithin) { [self] in
            core.withLock { core in
                guard core.isPlanReady else { return false }
                guard configuration.waitsForPeers else { return true }
                return (link == nil || core.isLinkUp) && (configuration.controller == nil || core.planSet != nil)
            } || isStopping.load(ordering: .relaxed)
        }
        guard core.withLock({ $0.isPlanReady }) || isStopping.load(ordering: .relaxed) else {
            throw DataPlaneError.planNotReady(
                plan: configuration.fixedPlan?.id ?? "",
                reason: "the worker did not answer within \(configuration.readyWithin.inSeconds) s")
        }
    }

    private func wait(atMost limit: Nanoseconds, until isDone: @Sendable () -> Bool) async throws {
        let end = MonotonicClock.now() + limit
        while !isDone(), MonotonicClock.now() < end { try await Task.sleep(for: .milliseconds(5)) }
    }

    // MARK: Events and effects

    private func handle(_ event: AgentCore.Event, at now: Instant = MonotonicClock.now()) {
        core.withLock { core in
            for effect in core.step(event, at: now) { perform(effect) }
        }
    }

    private func perform(_ effect: AgentCore.Effect) {
        switch effect {
        case .compute(let frame, let urgent): engine.compute.submit(urgent: urgent) { [self] in compute(frame) }
        case .send(let frame): if let request = engine.request(frame) { link?.send(request) }
        case .forget(let frame): engine.forget(frame)
        case .ping(let number, let padding, let answer): link?.ping(number, padding: padding, answer: answer)
        case .buildHead(let epoch, let plan): engine.builder.submit { [self] in buildHead(plan, for: epoch) }
        case .buildAhead(let plans): buildAhead(plans)
        case .prepareWorker(let epoch, let plan): link?.prepare(epoch, plan)
        case .retire(let epoch):
            engine.dropHead(epoch)
            link?.retire(epoch)
        case .probeEdge: engine.compute.submit { [self] in probe() }
        case .reconnect: link?.reconnect()
        case .record(let record):
            observed.yield(.frame(record))
            if configuration.controller != nil { outbox.add(record) }
        case .sample(let sample): report(sample)
        case .tell(let message): tell(message)
        case .log(let text): logger.warning("\(text)")
        case .fail(let error): failed.yield(error)
        }
    }

    private func report(_ sample: Sample) {
        observed.yield(.sample(sample))
        if configuration.controller != nil { outbox.add(sample) }
    }

    private func tell(_ message: AgentMessage) {
        if configuration.controller != nil { outbox.add(message) }
        switch message {
        case .activated(let epoch, let firstFrame):
            logger.info("plan active", metadata: ["epoch": "\(epoch)", "first_frame": "\(firstFrame)"])
            observed.yield(.activated(epoch, firstFrame: firstFrame))
        case .prepareFailed(let epoch, let reason):
            logger.warning("plan not prepared", metadata: ["epoch": "\(epoch)", "reason": "\(reason)"])
        case .linkLost(let time):
            logger.warning("link to the worker lost")
            observed.yield(.linkLost(time))
        case .linkRestored(let time):
            logger.info("link to the worker restored")
            observed.yield(.linkRestored(time))
        case .hello, .samples, .frames, .prepared, .drained: break
        }
    }

    // MARK: On the computing and building threads

    private func compute(_ frame: Int) {
        let begun = MonotonicClock.now()
        switch core.withLock({ $0.begin(frame, at: begun) }) {
        case .nothing: handle(.skipped(frame: frame))
        case .whole(let epoch):
            do {
                if let verdict = try engine.runWhole(frame, epoch: epoch) {
                    handle(.answeredAlone(frame: frame, begun: begun, verdict))
                } else {
                    handle(.skipped(frame: frame))
                }
            } catch {
                failed.yield(DataPlaneError.modelFailed(reason: "\(error)"))
            }
        case .head(let epoch, _):
            do {
                if let (times, bytes) = try engine.runHead(frame, epoch: epoch, begun: begun) {
                    handle(.encoded(frame: frame, times, bytes: bytes))
                } else {
                    handle(.headFailed(frame: frame, reason: "epoch \(epoch) is not held any more"))
                }
            } catch {
                handle(.headFailed(frame: frame, reason: "\(error)"))
            }
        }
    }

    private func probe() {
        let plans = core.withLock { $0.planSet?.plans ?? [] }
        guard let (plan, elapsed) = try? engine.probe(among: plans) else { return handle(.skipped(frame: -1)) }
        handle(.probed(plan, elapsed))
    }

    private func buildHead(_ plan: Plan, for epoch: Epoch) {
        do {
            try engine.buildHead(plan, for: epoch)
            handle(.headBuilt(epoch))
        } catch {
            handle(.headNotBuilt(epoch, reason: "\(error)"))
        }
    }

    /// One at a time with pauses, so that frames and moves under way go first; anew where it is asked for again.
    private func buildAhead(_ plans: [Plan]) {
        let task = Task { [engine, link, logger] in
            for plan in plans {
                do {
                    if !plan.isCloudOnly, !engine.isBuilt(plan) {
                        try await engine.builder.run { try engine.buildAhead(plan) }
                    }
                } catch {
                    logger.warning(
                        "a head could not be built ahead", metadata: ["plan": "\(plan.id)", "reason": "\(error)"])
                }
                if !plan.isEdgeOnly { link?.buildAhead(plan) }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        ahead.withLock { former in
            former?.cancel()
            former = task
        }
    }

    // MARK: From the network

    private func receive(_ incoming: WorkerLink.Incoming, of connection: Int, at now: Instant) {
        let event: AgentCore.LinkEvent
        switch incoming {
        case .event(let known): event = known
        case .reply(.receipt(let frame)): event = .receipt(frame: frame)
        case .reply(.refused(let frame, let refusal, let reason)):
            event = .refused(frame: frame, refusal, reason: reason)
        case .reply(.answer(let frame, let queue, let compute, let outputs)):
            // Without a verdict the frame was answered before: the core drops the answer and counts it.
            let verdict = engine.verdict(frame, outputs) ?? .init(topClass: 0, isCorrect: nil)
            event = .answer(frame: frame, queue: queue, compute: compute, verdict)
        }
        handle(.link(connection, event), at: now)
    }

    private func control(_ endpoint: Endpoint) -> ControlLink {
        ControlLink(endpoint: endpoint, outbox: outbox, logger: logger) { [self] in
            core.withLock { core in
                AgentMessage.Hello(
                    device: configuration.device, modelSHA256: engine.source.identity.sha256, boot: boot,
                    frameInterval: configuration.frameInterval, activePlan: core.activePlan.id,
                    activeEpoch: core.activeEpoch, time: MonotonicClock.now(), lastEpoch: core.lastEpoch)
            }
        } handler: { [self] order in
            handle(.order(order))
        }
    }

    // MARK: Time

    private func repeatedly(every interval: Duration, _ body: @Sendable () -> Void) async {
        while !Task.isCancelled {
            body()
            try? await Task.sleep(for: interval)
        }
    }

    private func meterSystem() async {
        var meter = SystemMeter()
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(500))
            for sample in meter.samples() { report(sample) }
        }
    }
}
