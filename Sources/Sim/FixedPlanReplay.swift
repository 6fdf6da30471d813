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
    /// - Throws: `WorldError` where the plans, conditions or frames are none that can be simulated.
    /// - Complexity: plans · frames, and the pieces passed.
    public static func bestStatic(
        planSet: PlanSet, conditions: Schedule<Conditions>, frames: [Instant]
    ) throws(WorldError) -> FixedPlanReplay {
        guard !planSet.plans.isEmpty else { return FixedPlanReplay(results: [], best: nil) }
        return try bestStatic(in: World(conditions: conditions, planSet: planSet, frames: frames))
    }

    /// - Parameter world: of one device, whose frames are served.
    /// - Throws: `WorldError` where the world is none that can be simulated, or has several devices.
    public static func bestStatic(in world: World) throws(WorldError) -> FixedPlanReplay {
        var results: [Result] = []
        for (position, plan) in (world.devices.first?.planSet.plans ?? []).enumerated() {
            var simulation = try Simulation(world: world, drivers: [.fixed(position)], seed: 0)
            simulation.runToEnd()
            let summary = simulation.result.summary()
            results.append(Result(planID: plan.id, summary: summary.latency, unanswered: summary.lost))
        }
        let best = results.indices.min { a, b in
            let (first, second) = (results[a], results[b])
            let firstKey = (first.unanswered, first.summary?.mean ?? .zero, first.summary?.p95 ?? .zero, a)
            return firstKey < (second.unanswered, second.summary?.mean ?? .zero, second.summary?.p95 ?? .zero, b)
        }
        return FixedPlanReplay(results: results, best: best)
    }
}

/// When frames are captured by a camera of a fixed rate.
///
/// - Precondition: `interval` is positive, `count` and `first` are not negative.
public func periodicFrames(count: Int, interval: Nanoseconds, first: Instant = .zero) -> [Instant] {
    precondition(interval > .zero && count >= 0 && first >= .zero, "frames come one after another")
    return (0..<count).map { first + interval * Int64($0) }
}
