import Model
import Sim
import TestSupport
import Testing

@Suite struct FixedPlanReplayTests {
    @Test func theBestHasTheLeastMean() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 6, using: &random)
            let trace = try #require(randomTrace(seed: seed))
            let conditions = trace.conditions { 1 + $0 }
            let frames = periodicFrames(count: 40, interval: .milliseconds(100))
            let replay = try FixedPlanReplay.bestStatic(planSet: planSet, conditions: conditions, frames: frames)
            #expect(replay.results.map(\.planID) == planSet.plans.map(\.id))
            for result in replay.results {
                #expect((result.summary?.frames ?? 0) + result.unanswered == frames.count, "seed \(seed)")
            }
            let position = try #require(replay.best)
            let best = replay.results[position]
            for result in replay.results where result.unanswered <= best.unanswered {
                let mean = try #require(result.summary?.mean ?? best.summary?.mean ?? .zero)
                #expect(result.unanswered == best.unanswered && mean >= best.summary?.mean ?? .zero, "seed \(seed)")
            }
        }
    }

    @Test func ofEqualsTheFirst() throws {
        let planSet = PlanSet(
            model: madeUpPlanSet().model,
            plans: ["b", "a", "c"].map { madeUpPlan($0, head: 1, edge: 10, bytes: 1000, cloud: 5) })
        let constant = Conditions(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero)
        let conditions = try #require(Schedule(recorded: [(.zero, constant)]))
        let replay = try FixedPlanReplay.bestStatic(planSet: planSet, conditions: conditions, frames: [.zero])
        #expect(replay.best == 0)
        let none = PlanSet(model: planSet.model, plans: [])
        #expect(try FixedPlanReplay.bestStatic(planSet: none, conditions: conditions, frames: [.zero]).best == nil)
    }
}
