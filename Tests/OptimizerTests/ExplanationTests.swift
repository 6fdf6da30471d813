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
            #expect(explanation.value == ranking.value, "seed \(seed)")
            #expect(isClose(explanation.stages.total, ranking.value), "seed \(seed)")
            #expect(explanation.runnerUp == ranking.runnerUp.map { set.plans[$0] }, "seed \(seed)")
            #expect(explanation.runnerUpValue == ranking.runnerUpValue, "seed \(seed)")
            let ranges = set.stays(explanation.best).ranges(around: conditions)
            #expect(explanation.staysWhile.map(\.range) == ranges, "seed \(seed)")
            for stay in explanation.staysWhile {
                #expect((stay.below != nil) == (stay.range.low.value > 0), "seed \(seed)")
                #expect((stay.above != nil) == (stay.range.high.value.isFinite && stay.range.high.value > 0))
                // The round trip is held in whole nanoseconds, so that a step may be none.
                if stay.range.condition == .rtt { continue }
                #expect(stay.below?.id != explanation.best.id && stay.above?.id != explanation.best.id, "seed \(seed)")
            }
        }
    }

    @Test func noPlanNoExplanation() {
        let now = Conditions(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero)
        #expect(planSet([plan("a")]).explanation(under: now, among: { _ in false }) == nil)
    }
}
