import Model
public import Sim

/// One policy in a scenario's world, under one seed.
public struct ScenarioRun: Sendable {
    public var policy: PolicyName
    public var seed: UInt64
    /// Of all devices.
    public var summary: RunSummary
    public var result: RunResult
    /// Frames captured and answered, events that policies were told, and decisions; of `best-static` those of its best run.
    public var steps: Int
    /// All that happened, where that was asked for.
    public var log: [LogEntry]

    /// The same without its devices and their frames: a few hundred bytes, and the log.
    public var withoutResult: ScenarioRun {
        var run = self
        run.result.devices = []
        return run
    }
}

extension Scenario {
    /// Runs one policy to the end.
    ///
    /// - Throws: `WorldError` where the world cannot be; `PolicyError` where it lacks what the policy needs.
    public func run(
        _ policy: PolicyName, seed: UInt64, recording options: RecordingOptions = RecordingOptions()
    ) throws -> ScenarioRun {
        try run(drivers(of: policy, seed: seed), as: policy, seed: seed, recording: options)
    }

    /// One a group of devices.
    func drivers(of policy: PolicyName, seed: UInt64) throws -> [Driver] {
        policy == .bestStatic ? try bestStatic(seed: seed) : try drivers(of: policy)
    }

    /// - Parameter drivers: one a group of devices.
    func run(
        _ drivers: [Driver], as policy: PolicyName, seed: UInt64, recording options: RecordingOptions
    ) throws(WorldError) -> ScenarioRun {
        let groups = world.devices.enumerated().flatMap { index, group in repeatElement(index, count: group.count) }
        var simulation = try Simulation(world: world, seed: seed, recording: options) { drivers[groups[$0]] }
        simulation.runToEnd()
        let result = simulation.result
        let summary = result.summary()
        return ScenarioRun(
            policy: policy, seed: seed, summary: summary, result: result,
            steps: result.devices.reduce(2 * summary.frames - summary.lost) {
                $0 + $1.events.count + $1.decisions.count
            },
            log: simulation.takeLog())
    }

    private func drivers(of policy: PolicyName) throws(PolicyError) -> [Driver] {
        var drivers: [Driver] = []
        for group in world.devices {
            guard let driver = try policy.driver(of: group, settings: settings) else {
                preconditionFailure("only best-static is known by its runs alone")
            }
            drivers.append(driver)
        }
        return drivers
    }
}
