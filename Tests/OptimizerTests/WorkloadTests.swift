import Model
import Optimizer
import Testing

@Suite struct WorkloadTests {
    /// Mean time in the system of `count` frames that pass `services` in series, one arriving every `interval`: frame by frame,
    /// station by station (Lindley's recursion), in seconds.
    private func simulatedMean(_ services: [Double], interval: Double, count: Int) -> Double {
        var freeAt = services.map { _ in 0.0 }
        var total = 0.0
        for frame in 0..<count {
            let arrival = Double(frame) * interval
            var time = arrival
            for station in services.indices {
                time = max(time, freeAt[station]) + services[station]
                freeAt[station] = time
            }
            total += time - arrival
        }
        return total / Double(count)
    }

    @Test func theMeanOverTheHorizonEqualsASimulatedTandem() {
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let conditions = Conditions(
                uplink: .mbps(Double.random(in: 0.5...10, using: &random)), downlink: .mbps(10),
                rtt: .milliseconds(10), edgeSlowdown: Double.random(in: 0.5...3, using: &random),
                cloudSlowdown: Double.random(in: 0.5...3, using: &random))
            let set = random.nextPlanSet()
            let interval = Nanoseconds(milliseconds: Double.random(in: 2...40, using: &random))
            let count = Int.random(in: 1...200, using: &random)
            let workload = Workload(frameInterval: interval, horizon: interval * Int64(count))
            for plan in set.plans {
                let stages = plan.stages(under: conditions)
                let services = [stages.edge + stages.encode, stages.transfer, stages.cloud]
                let expected =
                    simulatedMean(services, interval: interval.inSeconds, count: count)
                    + stages.roundTrip + stages.cloudQueue + stages.returning
                let actual = plan.value(for: ConditionsWindow(certain: conditions), workload: workload)
                #expect(abs(actual - expected) <= 1e-9 * max(1, expected), "seed \(seed), plan \(plan.id)")
            }
        }
    }

    @Test func overloadCanTurnTheDecision() {
        // One at a time the edge is faster; at thirty frames a second its backlog grows.
        let set = planSet([
            plan("cloud", head: 0, bytes: 10_000, cloud: 5_000_000), plan("edge", bits: nil, head: 9, edge: 40_000_000),
        ])
        let conditions = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(30))
        #expect(set.best(under: conditions)?.best == 1)
        let workload = Workload(frameInterval: Nanoseconds(milliseconds: 33.3), horizon: .seconds(2))
        #expect(set.best(under: conditions, workload: workload)?.best == 0)
        #expect(set.best(for: ConditionsWindow(certain: conditions), workload: workload)?.best == 0)
    }

    @Test func anOutageUnderLoadIsInfiniteNotUndefined() {
        let outage = Conditions(uplink: .zero, downlink: .mbps(1), rtt: .zero)
        for horizon in [Nanoseconds.zero, .milliseconds(10), .seconds(5)] {
            let workload = Workload(frameInterval: .milliseconds(10), horizon: horizon)
            let value = plan("p", bytes: 1).value(for: ConditionsWindow(certain: outage), workload: workload)
            #expect(value == .infinity)
        }
    }
}
