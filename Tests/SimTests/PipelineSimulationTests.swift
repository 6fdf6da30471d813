import Model
import Optimizer
import Sim
import TestSupport
import Testing

/// The same model by Lindley's recursion (1952): frame after frame, each station begins when the frame is there and the one before
/// has left. It knows no events.
private struct LindleyOracle {
    let planSet: PlanSet
    let conditions: Schedule<Conditions>
    /// When each station is free.
    var free = [Int64](repeating: 0, count: 4)
    var lastAtCloud: Int64 = 0
    var lastAnswer: Int64 = 0

    init(_ planSet: PlanSet, _ conditions: Schedule<Conditions>) {
        self.planSet = planSet
        self.conditions = conditions
    }

    func at(_ time: Int64) -> Conditions { conditions.value(at: Instant(nanoseconds: time)) }

    /// Goes from piece to piece by looking a nanosecond ahead of every boundary.
    func transfer(_ bytes: Int, from start: Int64, _ rate: (Conditions) -> BitRate) -> Int64? {
        var left = Int64(bytes) * 8 * 1_000_000_000
        var now = start
        for piece in conditions.pieces.map(\.start.nanoseconds) + [Int64.max] where piece > now {
            let speed = Int64(rate(at(now)).bitsPerSecond)
            if speed > 0, left <= (piece - now).multipliedReportingOverflow(by: speed).partialValue || piece == .max {
                return now + (left + speed - 1) / speed
            }
            if piece == .max { return left == 0 ? now : nil }
            left -= speed * (piece - now)
            now = piece
        }
        return nil
    }

    mutating func answer(_ plan: Plan, captured: Int64) -> Int64? {
        let begin = max(captured, free[0])
        let work = plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork
        let atEdge = begin + work.scaled(by: at(begin).edgeSlowdown).count
        free[0] = atEdge
        if plan.isEdgeOnly { return atEdge }
        guard free[1] != .max, let sent = transfer(plan.transmitBytes, from: max(atEdge, free[1]), \.uplink) else {
            free[1] = .max
            return nil
        }
        free[1] = sent
        lastAtCloud = max(lastAtCloud, sent + at(sent).rtt.count / 2 + at(sent).cloudQueue.count)
        let cloudBegin = max(lastAtCloud, free[2])
        free[2] = cloudBegin + plan.cloudWork.scaled(by: at(cloudBegin).cloudSlowdown).count
        guard free[3] != .max, let back = transfer(plan.resultBytes, from: max(free[2], free[3]), \.downlink) else {
            free[3] = .max
            return nil
        }
        free[3] = back
        let rtt = at(back).rtt.count
        lastAnswer = max(lastAnswer, back + rtt - rtt / 2)
        return lastAnswer
    }
}

private func randomSchedule(using random: inout SeededGenerator) throws -> Schedule<Conditions> {
    var time = Instant.zero
    let samples = (0..<Int.random(in: 1...8, using: &random)).map { _ in
        defer { time += .milliseconds(.random(in: 1...900, using: &random)) }
        return (time, randomConditions(using: &random))
    }
    return try #require(Schedule(recorded: samples))
}

@Suite struct PipelineSimulationTests {
    @Test func framesTakeWhatLindleySays() throws {
        for seed in 0..<4_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 4, using: &random)
            let conditions = try randomSchedule(using: &random)
            var pipeline = PipelineSimulation(planSet: planSet, conditions: conditions)
            var oracle = LindleyOracle(planSet, conditions)
            var expected: [Int64?] = []
            var time = Instant.zero
            for frame in 0..<Int.random(in: 1...30, using: &random) {
                let plan = Int.random(in: planSet.plans.indices, using: &random)
                pipeline.run(until: time)
                pipeline.capture(frame: frame, plan: plan, epoch: plan, at: time)
                expected.append(oracle.answer(planSet.plans[plan], captured: time.nanoseconds))
                time += .milliseconds(.random(in: 0...150, using: &random))
            }
            pipeline.runToEnd()
            #expect(pipeline.outcomes.map { $0.answered?.nanoseconds } == expected, "seed \(seed)")
            #expect(pipeline.outcomes.map(\.frame) == Array(expected.indices), "each frame once, seed \(seed)")
            let underWay = planSet.plans.indices.reduce(0) { $0 + pipeline.framesUnderWay(in: $1) }
            #expect(underWay == expected.count { $0 == nil }, "seed \(seed)")
        }
    }

    @Test func aFrameAloneTakesWhatThePlanPredicts() throws {
        for seed in 0..<1_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let planSet = randomPlanSet(upTo: 5, using: &random)
            let conditions = randomConditions(using: &random)
            let schedule = try #require(Schedule(recorded: [(.zero, conditions)]))
            for (index, plan) in planSet.plans.enumerated() {
                let outcomes = FixedPlanReplay.outcomes(
                    of: index, planSet: planSet, conditions: schedule, frames: [.zero])
                let predicted = plan.latency(under: conditions)
                let simulated = outcomes[0].latency?.inSeconds ?? .infinity
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
        let outcomes = FixedPlanReplay.outcomes(
            of: cloud, planSet: planSet, conditions: conditions, frames: frames)
        // 3 s of outage, 150 ms a transfer, 20 ms of cloud, 20 ms round trip, 40 µs for the result.
        #expect(outcomes.map { $0.latency?.inMilliseconds } == [3190.04, 2340.04])
    }

    @Test func aCopyIsACheckpoint() throws {
        var random = SeededGenerator(seed: 9)
        let planSet = madeUpPlanSet()
        let conditions = try randomSchedule(using: &random)
        var pipeline = PipelineSimulation(planSet: planSet, conditions: conditions)
        for (frame, time) in periodicFrames(count: 20, interval: .milliseconds(40)).enumerated() {
            pipeline.capture(frame: frame, plan: frame % 5, at: time)
        }
        pipeline.run(until: .zero + .milliseconds(300))
        var resumed = pipeline
        pipeline.runToEnd()
        #expect(resumed.outcomes != pipeline.outcomes)
        resumed.runToEnd()
        #expect(resumed.outcomes == pipeline.outcomes)
    }
}
