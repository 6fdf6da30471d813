import Model
import Optimizer
import Sim
import TestSupport
import Testing

private func answers(_ result: DeviceResult) -> [Int64?] {
    (0..<result.frames.count).map { frame in
        result.frames.latency(of: frame).map { (result.frames.captured[frame] + $0).nanoseconds }
    }
}

private func randomFrames(using random: inout SeededGenerator) -> [Instant] {
    var time = Instant.zero
    return (0..<Int.random(in: 1...30, using: &random)).map { _ in
        defer { time += .milliseconds(.random(in: 0...150, using: &random)) }
        return time
    }
}

@Suite struct SimulationTests {
    /// Fixed plans, and moves at random moments.
    @Test func framesTakeWhatLindleySays() throws {
        for seed in 0..<4_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 4, using: &random)
            let conditions = try #require(randomSchedule(using: &random))
            let frames = randomFrames(using: &random)
            let world = World(conditions: conditions, planSet: planSet, frames: frames)
            let fixed = Driver.fixed(.random(in: planSet.plans.indices, using: &random))
            let driver = seed % 2 == 0 ? fixed : .causal(RandomMover(planSet, seed: seed))
            var simulation = try Simulation(world: world, drivers: [driver], seed: seed)
            simulation.runToEnd()
            let result = simulation.result.devices[0]
            var oracle = LindleyOracle(planSet, conditions)
            let expected = frames.indices.map { frame in
                oracle.answer(planSet.plans[result.frames.plan(of: frame)], captured: frames[frame].nanoseconds)
            }
            #expect(answers(result) == expected, "seed \(seed)")
            #expect(result.frames.captured.elementsEqual(frames), "each frame once, seed \(seed)")
            let stages = result.stages.reduce(Nanoseconds.zero) { $0 + $1.total }
            let latencies = result.frames.answeredLatencies.reduce(Nanoseconds.zero) { $0 + $1 }
            #expect(stages == latencies, "stages add up, seed \(seed)")
        }
    }

    @Test func aFrameAloneTakesWhatThePlanPredicts() throws {
        for seed in 0..<1_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 5, using: &random)
            let conditions = randomConditions(using: &random)
            let schedule = try #require(Schedule(recorded: [(.zero, conditions)]))
            for (index, plan) in planSet.plans.enumerated() {
                let world = World(conditions: schedule, planSet: planSet, frames: [.zero])
                var simulation = try Simulation(world: world, drivers: [.fixed(index)], seed: seed)
                simulation.runToEnd()
                let predicted = plan.latency(under: conditions)
                let simulated = simulation.result.devices[0].frames.latency(of: 0)?.inSeconds ?? .infinity
                #expect(simulated == predicted || abs(simulated - predicted) < 1e-8, "seed \(seed), \(plan.id)")
            }
        }
    }

    @Test func transfersWaitThroughAnOutage() throws {
        let planSet = madeUpPlanSet()
        func at(_ mbps: Double) -> Conditions {
            Conditions(uplink: .mbps(mbps), downlink: .mbps(mbps), rtt: .milliseconds(20))
        }
        let conditions = try #require(
            Schedule(recorded: [(.zero, at(0)), (.zero + .seconds(3), at(8)), (.zero + .seconds(100), at(8))]))
        let cloud = try #require(planSet.plans.firstIndex { $0.id == "cloud-8" })
        let frames = periodicFrames(count: 2, interval: .seconds(1))
        let world = World(conditions: conditions, planSet: planSet, frames: frames)
        var simulation = try Simulation(world: world, drivers: [.fixed(cloud)], seed: 0)
        simulation.runToEnd()
        // 3 s of outage, 150 ms a transfer, 20 ms of cloud, 20 ms round trip, 40 µs for the result.
        let latencies = simulation.result.devices[0].frames.answeredLatencies
        #expect(latencies.map(\.inMilliseconds) == [3190.04, 2340.04])
    }
}
