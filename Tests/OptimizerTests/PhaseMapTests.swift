import Model
import Optimizer
import Testing

@Suite struct PhaseMapTests {
    @Test func everyCellIsWhatPlainArithmeticSays() {
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = random.nextPlanSet()
            let conditions = Conditions(uplink: .mbps(1), downlink: .mbps(5), rtt: .milliseconds(20))
            let map = PhaseMap(
                planSet, uplinks: [0.5, 3, 40].map { .mbps($0) }, edgeSlowdowns: [0.5, 4], under: conditions)
            for (row, slowdown) in map.edgeSlowdowns.enumerated() {
                for (column, uplink) in map.uplinks.enumerated() {
                    let here = Conditions(
                        uplink: uplink, downlink: max(uplink, .mbps(5)), rtt: .milliseconds(20), edgeSlowdown: slowdown)
                    let latencies = planSet.plans.map { dumbLatency($0, here) }
                    let cell = map.cells[row][column]
                    let least = latencies.min() ?? .infinity
                    guard let cell else {
                        #expect(least == .infinity, "seed \(seed)")
                        continue
                    }
                    #expect(isClose(cell.latency, least) && isClose(latencies[cell.best], least), "seed \(seed)")
                    let kind = planSet.plans[cell.best].kind
                    let others = zip(planSet.plans, latencies).filter { $0.0.kind != kind }.map(\.1).min() ?? .infinity
                    #expect(isClose(cell.lead * cell.latency, others), "seed \(seed)")
                }
            }
        }
    }

    @Test func preferredNumbersAreTenToADecade() {
        #expect(PhaseMap.preferredNumbers(in: 1...10) == [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8, 10])
        #expect(PhaseMap.preferredNumbers(in: 0.3...0.5).count == 3)
        #expect(PhaseMap.preferredNumbers(in: 0.1...200).count == 34)
    }
}
