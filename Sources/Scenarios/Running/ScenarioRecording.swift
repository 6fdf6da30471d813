public import Controller
public import Model
public import Sim
import Synchronization

/// One policy in a scenario's world, run stretch by stretch with all that a telemetry store keeps of a live run: frames, readings,
/// and of the product's own policy what its controllers were given, so that they can be replayed.
public struct ScenarioRecording {
    /// What a stretch of the run brought for one device.
    public struct DeviceRecords: Sendable {
        /// In the order of answers.
        public var frames: [FrameRecord] = []
        /// As whoever decides received them.
        public var samples: [Sample] = []
        public var events: [(time: Instant, event: Event)] = []
        /// Controllers that began, each with how many events the device's controllers had before.
        public var starts: [(controller: SplitController, time: Instant, eventsBefore: Int)] = []
    }

    public let policy: PolicyName
    public let seed: UInt64
    private var simulation: Simulation
    private let stretch: Nanoseconds
    private let tapes: [DeviceTape]
    private var end = Instant.zero

    /// - Parameter stretch: of simulated time; what it brings is held in memory.
    /// - Throws: `WorldError` where the world cannot be; `PolicyError` where it lacks what the policy needs.
    public init(
        _ scenario: Scenario, _ policy: PolicyName, seed: UInt64, stretch: Nanoseconds = .seconds(60)
    ) throws {
        let drivers = try scenario.drivers(of: policy, seed: seed)
        let groups = scenario.world.devices.enumerated().flatMap { repeatElement($0.offset, count: $0.element.count) }
        let tapes = groups.map { _ in DeviceTape() }
        var options = RecordingOptions()
        options.frames = true
        simulation = try Simulation(world: scenario.world, seed: seed, recording: options) { position in
            guard case .causal(let policy) = drivers[groups[position]] else { return drivers[groups[position]] }
            return .causal(TapedPolicy(policy, tapes[position]))
        }
        self.policy = policy
        self.seed = seed
        self.stretch = stretch
        self.tapes = tapes
    }

    /// Runs on.
    ///
    /// - Returns: what came, by the position of the device; `nil` at the end.
    public mutating func next() -> [DeviceRecords]? {
        guard simulation.peek != nil || end == .zero else { return nil }
        end += stretch
        simulation.run(until: end)
        let frames = simulation.takeFrames()
        return tapes.indices.map { position in
            var records = tapes[position].take()
            if position < frames.count { records.frames = frames[position] }
            return records
        }
    }

    /// Of the run so far.
    public var result: RunResult { simulation.result }
}

/// What reached whoever decides for a device.
private final class DeviceTape: Sendable {
    private struct State {
        var records = ScenarioRecording.DeviceRecords()
        var events = 0
    }

    private let state = Mutex(State())

    func note(_ samples: [Sample]) { state.withLock { $0.records.samples += samples } }

    func note(_ event: Event, at time: Instant) {
        state.withLock { state in
            state.events += 1
            state.records.events.append((time, event))
        }
    }

    func begin(_ controller: SplitController, at time: Instant) {
        state.withLock { $0.records.starts.append((controller, time, $0.events)) }
    }

    func take() -> ScenarioRecording.DeviceRecords {
        state.withLock { state in
            defer { state.records = .init() }
            return state.records
        }
    }
}

/// A policy whose signals are noted. A copy that has not begun is a controller of its own when it does.
private struct TapedPolicy: Policy {
    private var policy: any Policy
    private let tape: DeviceTape
    private var hasBegun = false

    init(_ policy: any Policy, _ tape: DeviceTape) {
        self.policy = policy
        self.tape = tape
        guard var adaptive = policy as? AdaptivePolicy else { return }
        adaptive.heard = { [tape] event, time in tape.note(event, at: time) }
        self.policy = adaptive
    }

    var needs: PolicyNeeds { policy.needs }

    func forDevice(_ number: Int) -> TapedPolicy { TapedPolicy(policy.forDevice(number), tape) }

    mutating func take(_ signal: Signal, at now: Instant) -> [Action] {
        if !hasBegun, let adaptive = policy as? AdaptivePolicy {
            hasBegun = true
            tape.begin(adaptive.decider.controller, at: now)
        }
        if case .samples(let samples) = signal { tape.note(samples) }
        return policy.take(signal, at: now)
    }
}
