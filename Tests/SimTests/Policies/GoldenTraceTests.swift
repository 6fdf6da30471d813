import Controller
import Model
import Optimizer
import Sim
import TestSupport
import Testing

@Suite struct GoldenTraceTests {
    private let frames = periodicFrames(count: 150, interval: .milliseconds(200))

    private func run(_ policy: some Policy, _ world: World) throws -> DeviceResult {
        var simulation = try Simulation(world: world, drivers: [.causal(policy)], seed: 0)
        simulation.runToEnd()
        return simulation.result.devices[0]
    }

    /// The product, its moves paid for, against every fixed plan.
    @Test func adaptiveBeatsEveryFixedPlan() throws {
        let planSet = madeUpPlanSet()
        let conditions = try goldenConditions()
        let world = World(conditions: conditions, planSet: planSet, frames: frames)
        let replay = try FixedPlanReplay.bestStatic(planSet: planSet, conditions: conditions, frames: frames)
        let result = try run(AdaptivePolicy(world.devices[0]), world)
        let summary = try #require(LatencySummary(result.frames.answeredLatencies))
        for fixed in replay.results {
            let other = try #require(fixed.summary)
            #expect(summary.mean < other.mean, "\(fixed.planID): \(other) against \(summary)")
        }
        #expect(result.frames.count == frames.count && summary.frames == frames.count)
        #expect(result.decisions.count { $0.kind == .moved } == result.moves && result.moves >= 2)
    }

    /// Equal worlds bring equal decisions.
    @Test func decisionsRepeat() throws {
        let planSet = madeUpPlanSet()
        for seed in 0..<100 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            let world = World(conditions: trace.conditions { 1 + $0 }, planSet: planSet, frames: frames)
            let first = try run(AdaptivePolicy(world.devices[0]), world)
            let second = try run(AdaptivePolicy(world.devices[0]), world)
            #expect(first == second, "seed \(seed)")
        }
    }
}
