import Controller
import Model
import Optimizer
import Sim
import TestSupport
import Testing

/// Frames with a deadline on a link that falters now and then, for half a second and without warning: the split takes 33 ms, and 195
/// while the link is slow; the edge alone takes 80 ms, always.
@Suite struct DeadlinePolicyTests {
    private static let frames = 600

    private func world(seed: UInt64) throws -> World {
        var random = SeededGenerator(seed: seed)
        let fast = Conditions(uplink: .mbps(20), downlink: .mbps(20), rtt: .milliseconds(10))
        var slow = fast
        slow.uplink = .mbps(0.94)
        let pieces = (0..<240 as Range<Int64>).map { slot in
            (time: Instant.zero + .milliseconds(500 * slot), conditions: random.nextUnit() < 0.15 ? slow : fast)
        }
        let planSet = PlanSet(
            model: madeUpPlanSet().model,
            plans: [
                madeUpPlan("split", head: 3, edge: 10, bytes: 20_000, cloud: 5),
                madeUpPlan("edge-only", head: 10, edge: 80, bytes: nil),
            ])
        var world = World(
            conditions: try #require(Schedule(recorded: pieces)), planSet: planSet,
            frames: periodicFrames(count: Self.frames, interval: .milliseconds(200)))
        world.devices[0].deadline = .milliseconds(100)
        world.telemetry.noise = 0.1
        return world
    }

    private func run(_ objective: Objective, seed: UInt64) throws -> RunSummary {
        let world = try world(seed: seed)
        let settings = try ControllerSettings(objective: objective)
        let driver = try #require(try PolicyName.adaptive.driver(of: world.devices[0], settings: settings))
        var simulation = try Simulation(world: world, drivers: [driver], seed: seed)
        simulation.runToEnd()
        return simulation.result.summary()
    }

    @Test func countingLateFramesMakesThemFewer() throws {
        var missed = (mean: 0, deadline: 0)
        for seed in 0..<20 as Range<UInt64> {
            let mean = try run(.mean, seed: seed)
            let deadline = try run(.deadline(.milliseconds(100)), seed: seed)
            #expect(deadline.deadlineMissed <= mean.deadlineMissed, "seed \(seed)")
            #expect(mean.lost == 0 && deadline.lost == 0, "seed \(seed)")
            missed.mean += mean.deadlineMissed
            missed.deadline += deadline.deadlineMissed
        }
        #expect(missed.deadline * 2 < missed.mean, "\(missed)")
    }
}
