import Model
import Optimizer
import Testing

@Suite struct PredictionTests {
    private let conditions = Conditions(
        uplink: .mbps(8), downlink: .mbps(16), rtt: .milliseconds(20), edgeSlowdown: 2, cloudSlowdown: 3,
        cloudQueue: .milliseconds(5))

    @Test func everyStageIsPriced() {
        let stages = plan("p", edge: 10_000_000, encode: 1_000_000, bytes: 10_000, cloud: 4_000_000, result: 2_000)
            .stages(under: conditions)
        #expect(isClose(stages.edge, 0.020))
        #expect(isClose(stages.encode, 0.002))
        #expect(isClose(stages.transfer, 0.010))
        #expect(isClose(stages.roundTrip, 0.020))
        #expect(isClose(stages.cloudQueue, 0.005))
        #expect(isClose(stages.cloud, 0.012))
        #expect(isClose(stages.returning, 0.001))
        #expect(isClose(stages.total, 0.070))
    }

    @Test func edgeOnlyHasItsEdgeStageAlone() {
        let stages = plan("p", bits: nil, edge: 10_000_000, encode: 7, bytes: 7, cloud: 7, result: 7)
            .stages(under: conditions)
        #expect(stages.edge == 0.02)
        #expect(stages.total == 0.02)
    }

    @Test func latencyEqualsTheFormulaAndTheStages() {
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let conditions = random.nextConditions()
            for plan in random.nextPlanSet().plans {
                let latency = plan.latency(under: conditions)
                #expect(isClose(latency, dumbLatency(plan, conditions)), "seed \(seed), plan \(plan.id)")
                #expect(isClose(latency, plan.stages(under: conditions).total), "seed \(seed), plan \(plan.id)")
            }
        }
    }

    @Test func anOutageIsInfiniteButForWhatSendsNothing() {
        var outage = conditions
        outage.uplink = .zero
        #expect(plan("p", bytes: 1).latency(under: outage) == .infinity)
        #expect(plan("p", bytes: 0).latency(under: outage) == 0.025)
        #expect(plan("e", bits: nil, edge: 1_000_000_000).latency(under: outage) == 2)
    }

    @Test func nonsenseCountsAsInfinitelyBad() {
        let remote = plan("p", edge: 1, bytes: 1, cloud: 1, result: 1)
        for value in [Double.nan, -1, .infinity] {
            for (index, path) in [\Conditions.edgeSlowdown, \.cloudSlowdown].enumerated() {
                var nonsense = conditions
                nonsense[keyPath: path] = value
                #expect(remote.latency(under: nonsense) == .infinity, "\(value) as number \(index)")
            }
        }
        for value in [Double.nan, -1] {
            var nonsense = conditions
            nonsense.uplink = BitRate(bitsPerSecond: value)
            #expect(remote.latency(under: nonsense) == .infinity)
        }
        var nonsense = conditions
        nonsense.rtt = Nanoseconds(-1)
        #expect(remote.latency(under: nonsense) == .infinity)
    }
}
