import Controller
import DataPlane
import Foundation
import Logging
import Model
import Optimizer
import Telemetry
import TelemetryStore

/// One device as the controller sees it: its windows, its `SplitController`, and whether it is attached. Outlives attachments.
actor DeviceSession {
    typealias Outbox = AsyncStream<ControllerMessage>.Continuation

    let device: String
    private let configuration: ControllerService.Configuration
    private let store: TelemetryStore
    private let logger: Logger
    private var decider: DeviceController
    private var boot: String?
    private var outbox: Outbox?
    /// Counts attachments: what comes on an old one is dropped.
    private var attachment = 0
    private var wake: Task<Void, Never>?
    private var eventCount = 0
    private var watchers: [Watcher] = []

    init(device: String, configuration: ControllerService.Configuration, store: TelemetryStore, logger: Logger) {
        self.device = device
        self.configuration = configuration
        self.store = store
        self.logger = logger
        decider = DeviceController(
            controller: SplitController(planSet: configuration.planSet, settings: configuration.settings),
            estimator: ConditionsEstimator(settings: configuration.estimator))
    }

    var controller: SplitController { decider.controller }
    var estimator: ConditionsEstimator { decider.estimator }

    // MARK: Attachments

    /// Takes over from any earlier attachment of the device. A device that has not restarted since finds its windows as they
    /// were, from the store where this process has.
    ///
    /// - Returns: what to name this attachment by.
    func attach(_ hello: AgentMessage.Hello, _ outbox: Outbox) async throws -> Int {
        self.outbox?.finish()
        attachment += 1
        let mine = attachment
        if boot != hello.boot {
            let estimator = await restoredWindows(hello)
            let settings = configuration.settings(for: hello)
            let herdPart = Double(Self.number(of: device) % 1024) / 1023
            let (sequence, time) = await recordStart(hello, settings, herdPart: herdPart)
            guard mine == attachment else { return mine }
            boot = hello.boot
            eventCount = sequence
            decider = DeviceController(
                controller: SplitController(
                    planSet: configuration.planSet, settings: settings, herdPart: herdPart),
                estimator: estimator)
            begin(hello, outbox, at: time)
        } else {
            begin(hello, outbox, at: MonotonicClock.now())
        }
        return mine
    }

    private func begin(_ hello: AgentMessage.Hello, _ outbox: Outbox, at now: Instant) {
        self.outbox = outbox
        decider.synchronise(with: hello.time, at: MonotonicClock.now())
        outbox.yield(.welcome(configuration.planSet))
        tellState()
        logger.info("\(device): attached, runs \(hello.activePlan)")
        step(
            .attached(activePlan: hello.activePlan, epoch: hello.activeEpoch, lastEpoch: hello.lastEpoch), at: now)
    }

    /// Keeps what the device's new controller decides by, so that its events can be replayed. Events of one boot are numbered
    /// on, whatever process receives them.
    ///
    /// - Returns: the number of the boot's last event, and the time of the controller's first.
    private func recordStart(
        _ hello: AgentMessage.Hello, _ settings: ControllerSettings, herdPart: Double
    ) async -> (sequence: Int, time: Instant) {
        let boot = Self.number(of: hello.boot)
        var sequence = 0
        var now = MonotonicClock.now()
        do {
            sequence = try await store.lastEventSequence(device: device, boot: boot)
            now = MonotonicClock.now()
            let start = ControllerStart(
                device: device, boot: boot, sequence: sequence + 1, time: now,
                planSet: Self.json(configuration.planSet), settings: Self.json(settings), herdPart: herdPart)
            try await store.write(start, deviceTime: hello.time)
        } catch {
            logger.error("\(device): plan set and settings are not recorded, so this run can't be replayed: \(error)")
        }
        return (sequence, now)
    }

    private func restoredWindows(_ hello: AgentMessage.Hello) async -> ConditionsEstimator {
        do {
            return try await store.estimator(
                device: device, boot: Self.number(of: hello.boot), at: hello.time, settings: configuration.estimator)
        } catch {
            logger.error("\(device): the windows could not be rebuilt and start empty: \(error)")
            return ConditionsEstimator(settings: configuration.estimator)
        }
    }

    func detach(_ attachment: Int) {
        guard attachment == self.attachment, outbox != nil else { return }
        outbox = nil
        tellState()
        step(.detached)
        logger.info("\(device): detached")
    }

    // MARK: Watchers

    private static let mostWatchers = 64

    /// From now on it hears what the device tells.
    /// - Returns: `false` where there are as many watchers as there may be.
    func admit(_ watcher: Watcher) -> Bool {
        guard watchers.count < Self.mostWatchers else { return false }
        watchers.append(watcher)
        watcher.hear(state)
        return true
    }

    func dismiss(_ watcher: Watcher) { watchers.removeAll { $0 === watcher } }

    private var state: DeviceState { DeviceState(device: device, boot: boot ?? "", isAttached: outbox != nil) }

    private func tellState() {
        for watcher in watchers { watcher.hear(state) }
    }

    // MARK: Events

    func receive(_ message: AgentMessage, on attachment: Int) {
        guard attachment == self.attachment else { return }
        let boot = boot.map(Self.number) ?? 0
        switch message {
        case .hello: logger.error("\(device): a second hello on one attachment is ignored")
        case .samples(let samples):
            let believed = decider.record(samples, at: MonotonicClock.now())
            store.append(samples: believed, device: device, boot: boot)
            for watcher in watchers { watcher.hear(believed) }
        case .frames(let frames):
            store.append(frames: frames, device: device, boot: boot)
            take(.frames(frames))
        case .prepared(let epoch): step(.prepared(epoch))
        case .prepareFailed(let epoch, let reason): step(.prepareFailed(epoch, reason: reason))
        case .activated(let epoch, _): step(.activated(epoch))
        case .drained(let epoch): step(.drained(epoch))
        case .linkLost: step(.linkLost)
        case .linkRestored: step(.linkRestored)
        }
    }

    /// Looks at the windows at every decision interval for as long as the attachment is the device's.
    func decideRegularly(_ attachment: Int) async {
        while attachment == self.attachment, outbox != nil {
            take(.tick)
            do { try await Task.sleep(for: .nanoseconds(configuration.decisionInterval.count)) } catch { return }
        }
    }

    private func step(_ event: Event, at now: Instant = MonotonicClock.now()) { take(.event(event), at: now) }

    private func take(_ signal: Signal, at now: Instant = MonotonicClock.now()) {
        for action in decider.take(signal, at: now, heard: { record($0, at: now) }) { perform(action) }
    }

    // MARK: Actions

    private func perform(_ action: Action) {
        switch action {
        case .prepare(let plan, let epoch): outbox?.yield(.prepare(epoch, plan))
        case .activate(let epoch): outbox?.yield(.activate(epoch))
        case .retire(let epoch): outbox?.yield(.retire(epoch))
        case .wake(let moment): wake(at: moment)
        case .record(let decision): record(decision)
        }
    }

    private func wake(at moment: Instant) {
        wake?.cancel()
        let wait = moment - MonotonicClock.now()
        wake = Task {
            do { try await Task.sleep(for: .nanoseconds(max(0, wait.count))) } catch { return }
            step(.wake)
        }
    }

    // MARK: Records

    private func record(_ decision: Decision) {
        logger.notice("\(device): \(decision.kind.rawValue): \(decision.reason)")
        store.append(
            decision: DecisionRecord(
                device: device, boot: boot.map(Self.number) ?? 0, time: decision.time, epoch: decision.epoch,
                plan: decision.to ?? decision.from ?? "", reason: decision.reason, body: Self.json(decision)))
    }

    private func record(_ event: Event, at time: Instant) {
        guard configuration.recordsEvents else { return }
        eventCount += 1
        let record = EventRecord(sequence: eventCount, time: time, body: Self.json(event))
        store.append(events: [record], device: device, boot: boot.map(Self.number) ?? 0)
    }

    private static func json(_ value: some Encodable) -> String { (try? StableJSON.line(value)) ?? "" }

    /// The store numbers boots by their names, which agents draw.
    private static func number(of boot: String) -> Int { Int(digest(of: boot) >> 1) }
}

extension ControllerService.Configuration {
    /// The settings for one device: as configured, for frames as often as it says.
    fileprivate func settings(for hello: AgentMessage.Hello) -> ControllerSettings {
        var settings = settings
        if settings.workload == .isolated, hello.frameInterval > .zero {
            settings.workload = Workload(frameInterval: hello.frameInterval, horizon: horizon)
        }
        return settings
    }
}
