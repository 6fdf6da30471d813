import Model
import Optimizer
import Testing

@Suite struct ExplanationTests {
    @Test func itAgreesWithTheRankingAndTheRanges() throws {
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let conditions = random.nextConditions()
            let ranking = try #require(set.best(under: conditions))
            let explanation = try #require(set.explanation(under: conditions))
            #expect(explanation.best == set.plans[ranking.best], "seed \(seed)")
            #expect(explanation.latency == ranking.value, "seed \(seed)")
            #expect(isClose(explanation.stages.total, ranking.value), "seed \(seed)")
            #expect(explanation.runnerUp == ranking.runnerUp.map { set.plans[$0] }, "seed \(seed)")
            #expect(explanation.runnerUpLatency == ranking.runnerUpValue, "seed \(seed)")
            #expect(explanation.staysWhile == set.staysBest(explanation.best, under: conditions), "seed \(seed)")
        }
    }

    @Test func noPlanNoExplanation() {
        let now = Conditions(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero)
        #expect(planSet([plan("a")]).explanation(under: now, among: { _ in false }) == nil)
    }
}
