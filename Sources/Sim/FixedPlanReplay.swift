public import Model

/// The same frames under the same conditions, served under each plan alone: which single plan would have been best in hindsight.
public struct FixedPlanReplay: Sendable {
    public struct Result: Hashable, Sendable {
        public var planID: String
        /// Of the frames answered; `nil` where there are none.
        public var summary: LatencySummary?
        /// Frames never answered, because the link did not come back.
        public var unanswered: Int
    }

    /// One a plan, in the order of the plan set.
    public var results: [Result]
    /// Position in `results`: fewest frames unanswered, then least mean, then least p95, then first. `nil` without plans.
    public var best: Int?

    /// - Parameter frames: when each frame is captured, ascending, from zero on.
    /// - Complexity: plans · frames · (log pieces + pieces that a transfer passes).
    public static func bestStatic(
        planSet: PlanSet, conditions: Schedule<Conditions>, frames: [Instant]
    ) -> FixedPlanReplay {
        let results = planSet.plans.indices.map { plan in
            let outcomes = outcomes(of: plan, planSet: planSet, conditions: conditions, frames: frames)
            let latencies = outcomes.compactMap(\.latency)
            return Result(
                planID: planSet.plans[plan].id, summary: LatencySummary(latencies),
                unanswered: outcomes.count - latencies.count)
        }
        let best = results.indices.min { a, b in
            let (first, second) = (results[a], results[b])
            let firstKey = (first.unanswered, first.summary?.mean ?? .zero, first.summary?.p95 ?? .zero, a)
            return firstKey < (second.unanswered, second.summary?.mean ?? .zero, second.summary?.p95 ?? .zero, b)
        }
        return FixedPlanReplay(results: results, best: best)
    }

    /// The frames under one plan, in their order.
    ///
    /// - Precondition: `plan` is a position in the plan set; frames ascend from zero on.
    public static func outcomes(
        of plan: Int, planSet: PlanSet, conditions: Schedule<Conditions>, frames: [Instant]
    ) -> [FrameOutcome] {
        var pipeline = PipelineSimulation(planSet: planSet, conditions: conditions)
        for (number, time) in frames.enumerated() {
            pipeline.run(until: time)
            pipeline.capture(frame: number, plan: plan, at: time)
        }
        pipeline.runToEnd()
        return pipeline.outcomes
    }
}

/// When frames are captured by a camera of a fixed rate.
///
/// - Precondition: `interval` is positive, `count` and `first` are not negative.
public func periodicFrames(count: Int, interval: Nanoseconds, first: Instant = .zero) -> [Instant] {
    precondition(interval > .zero && count >= 0 && first >= .zero, "frames come one after another")
    return (0..<count).map { first + interval * Int64($0) }
}
