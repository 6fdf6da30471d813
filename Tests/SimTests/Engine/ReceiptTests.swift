import Model
import Sim
import TestSupport
import Testing

/// The sender's window, and answers that an outage keeps.
@Suite struct ReceiptTests {
    /// Against Lindley's recursion with a window, frame for frame. Frames come in bursts, so that the window matters.
    @Test func framesWaitForReceipts() throws {
        var (slower, held) = (0, 0)
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 3, using: &random)
            let conditions = try #require(randomSchedule(using: &random))
            var time = Instant.zero
            let frames = (0..<20).map { _ in
                time += .milliseconds(.random(in: 0...120, using: &random))
                return time
            }
            var world = World(conditions: conditions, planSet: planSet, frames: frames)
            world.devices[0].link.window = .random(in: 1...4, using: &random)
            world.devices[0].link.holdsAnswers = seed % 2 == 0
            for (position, plan) in planSet.plans.enumerated() {
                var oracle = LindleyOracle(planSet, conditions)
                var free = oracle
                (oracle.window, oracle.holdsAnswers) = (world.devices[0].link.window, seed % 2 == 0)
                let expected = frames.map { oracle.answer(plan, captured: $0.nanoseconds) }
                let found = try answers(world, position, seed)
                #expect(found == expected, "seed \(seed), plan \(position)")
                let without = frames.map { free.answer(plan, captured: $0.nanoseconds) }
                if without != expected { (slower, held) = (slower + 1, held + (oracle.holdsAnswers ? 1 : 0)) }
            }
        }
        #expect(slower > 900 && held > 400 && slower - held > 400, "\(slower), \(held)")
    }

    private func answers(_ world: World, _ plan: Int, _ seed: UInt64) throws -> [Int64?] {
        var simulation = try Simulation(world: world, drivers: [.fixed(plan)], seed: seed)
        simulation.runToEnd()
        let frames = simulation.result.devices[0].frames
        return (0..<frames.count).map { frame in
            frames.latency(of: frame).map { frames.captured[frame].nanoseconds + $0.count }
        }
    }

    /// Fifteen frames wait for a link of 50 ms round trip: two of them pass in each.
    @Test func aBacklogGoesAWindowAtATime() throws {
        let out = Conditions(uplink: .zero, downlink: .zero, rtt: .milliseconds(50))
        let up = Conditions(uplink: .mbps(1000), downlink: .mbps(1000), rtt: .milliseconds(50))
        let conditions = try #require(Schedule(recorded: [(.zero, out), (.zero + .seconds(1), up)]))
        let plan = madeUpPlan("half", head: 1, edge: 0, bytes: 125, cloud: 0)
        let planSet = PlanSet(model: madeUpPlanSet().model, plans: [plan])
        var world = World(
            conditions: conditions, planSet: planSet, frames: periodicFrames(count: 15, interval: .milliseconds(20)))
        world.devices[0].link.window = 2
        let times = try answers(world, 0, 0).compactMap(\.self)
        #expect(times.count == 15)
        let trips = times.map { ($0 - 1_000_000_000) / 50_000_000 }
        #expect(trips == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8])
    }

    @Test func aWindowOfNothingIsRefused() throws {
        let conditions = Schedule.constant(Conditions(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero))
        var world = World(conditions: conditions, planSet: madeUpPlanSet(), frames: [.zero])
        world.devices[0].link.window = 0
        #expect(throws: WorldError.self) { try Simulation(world: world, drivers: [.fixed(0)], seed: 0) }
    }
}
