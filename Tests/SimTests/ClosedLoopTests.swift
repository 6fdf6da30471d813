import Controller
import Model
import Optimizer
import Sim
import TestSupport
import Testing

private let frames = periodicFrames(count: 150, interval: .milliseconds(200))

private func adaptive() throws -> (ClosedLoop.Result, SplitController) {
    let workload = Workload(frameInterval: .milliseconds(200), horizon: .seconds(2))
    let settings = try ControllerSettings(workload: workload)
    let controller = SplitController(planSet: madeUpPlanSet(), settings: settings)
    let first = try #require(controller.planSet.plans.firstIndex { $0.isEdgeOnly })
    let result = ClosedLoop.run(controller, conditions: try goldenConditions(), frames: frames, firstPlan: first)
    return (result, controller)
}

@Suite struct ClosedLoopTests {
    @Test func adaptiveBeatsEveryFixedPlanOnTheGoldenTrace() throws {
        let (result, controller) = try adaptive()
        let replay = FixedPlanReplay.bestStatic(
            planSet: controller.planSet, conditions: try goldenConditions(), frames: frames)
        let summary = try #require(result.summary)
        for fixed in replay.results {
            let other = try #require(fixed.summary)
            let isBetter = summary.mean < other.mean && summary.p95 < other.p95
            #expect(isBetter, "\(fixed.planID): \(other) against \(summary)")
        }
        #expect(result.moves >= 3)
    }

    @Test func everyFrameIsAnsweredOnce() throws {
        let (result, _) = try adaptive()
        #expect(result.outcomes.map(\.frame) == Array(frames.indices))
        #expect(result.outcomes.allSatisfy { $0.answered != nil })
        #expect(result.decisions.count { $0.kind == .moved } == result.moves)
    }

    /// Random plan sets, conditions and delays: no frame is lost, and the events replay to the same decisions.
    @Test func randomWorldsLoseNothingAndReplay() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 5, using: &random)
            var world = ClosedLoop.World()
            world.preparation = .milliseconds(.random(in: 0...6_000, using: &random))
            world.activation = .milliseconds(.random(in: 0...1_500, using: &random))
            world.windowSamples = .random(in: 1...6, using: &random)
            let conditions = try #require(randomTrace(seed: seed)).conditions { 1 + $0 }
            let controller = SplitController(planSet: planSet, settings: .standard)
            let frames = periodicFrames(count: 100, interval: .milliseconds(100))
            let first = Int.random(in: planSet.plans.indices, using: &random)
            let result = ClosedLoop.run(
                controller, conditions: conditions, frames: frames, firstPlan: first, world: world)
            #expect(result.outcomes.map(\.frame) == Array(frames.indices), "seed \(seed)")
            let isUpSometimes = [\Conditions.uplink, \.downlink].allSatisfy { rate in
                conditions.pieces.contains { $0.value[keyPath: rate] > .zero }
            }
            let lost = result.outcomes.count { $0.answered == nil }
            #expect(lost == 0 || !isUpSometimes, "seed \(seed)")
            var again = controller
            let decisions = result.events.flatMap { again.step($0.event, at: $0.time) }.compactMap { action in
                if case .record(let decision) = action { decision } else { nil }
            }
            #expect(decisions == result.decisions, "seed \(seed)")
        }
    }
}
