import Model

/// The oracle of a lane. It knows the future: every rate, delay and slowdown, and when the next frames come.
///
/// Where a frame, under the plan that answers it first, has left every station before the next one comes, nothing is better for it
/// and it is in no one's way. Otherwise the plan is chosen by parallel rollout (Chang, Givan and Chong, "Parallel rollout for
/// online solution of partially observable Markov decision processes", Discrete Event Dynamic Systems 14(3), 2004): that
/// which has the least sum of latencies of this frame and the next few, if these all had the one plan that is then best. Were the
/// rollouts to go on to the end, that would be no worse than any fixed plan; they do not, and the best of all sequences it need not be.
extension Lane {
    private static let horizon = 40
    private static let candidates = 6

    /// - Parameter arrivals: yields the frames after this one.
    mutating func clairvoyantPlan(at time: Int64, before arrivals: ArrivalProcess) -> Int {
        // Nothing is looked up before now any more.
        facts.edge.move(&at.edgeCursor, to: time)
        facts.link.move(&at.upCursor, to: time)
        finish(before: time)
        facts.link.move(&at.downCursor, to: time)
        let present = at
        defer { at = present }
        var answers = facts.demands.indices.map { (answer: answer(at: time, plan: $0), plan: $0) }
        answers.sort { ($0.answer, $0.plan) < ($1.answer, $1.plan) }
        var arrivals = arrivals
        guard answers[0].answer != Self.never, let next = arrivals.next() else { return answers[0].plan }
        _ = pass(at: time, plan: answers[0].plan)
        if returning.count == firstReturning, isFree(by: next) { return answers[0].plan }
        let times = [next] + (1..<Self.horizon).compactMap { _ in arrivals.next() }
        at = present
        return rollOut(time, times, answers.prefix(Self.candidates).filter { $0.answer != Self.never }.map(\.plan))
    }

    private func isFree(by time: Int64) -> Bool {
        at.edge <= time && at.up <= time && at.down <= time && (!hasOneWorker || at.cloud <= time)
    }

    /// The first of the plans whose best rollout has the least sum of latencies.
    private mutating func rollOut(_ time: Int64, _ times: [Int64], _ plans: [Int]) -> Int {
        for other in returning[firstReturning...] { _ = comeBack(other) }
        let present = at
        var best = (sum: Double.infinity, plan: plans[0])
        for plan in plans {
            at = present
            let own = pass(at: time, plan: plan)
            let reached = at
            for base in plans {
                at = reached
                var sum = Double(own - time)
                for time in times where sum < best.sum { sum += Double(pass(at: time, plan: base) - time) }
                if sum < best.sum { best = (sum, plan) }
            }
        }
        return best.plan
    }

    /// When a frame captured now would be answered under a plan, if no later one overtakes it; `never` for never.
    private mutating func answer(at time: Int64, plan: Int) -> Int64 {
        let before = at
        defer { at = before }
        guard var way = passToCloud(at: time, plan: plan) else { return Self.never }
        if facts.demands[plan].isEdgeOnly { return way.encoded }
        guard arrive(&way), serveCloud(&way) else { return Self.never }
        for other in returning[firstReturning...] where other.cloudDone <= way.cloudDone { _ = comeBack(other) }
        return comeBack(way)?.back ?? Self.never
    }

    /// Takes a frame through all stations, before any later one; `never` where it gets stuck.
    private mutating func pass(at time: Int64, plan: Int) -> Int64 {
        guard var way = passToCloud(at: time, plan: plan) else { return Self.never }
        if facts.demands[plan].isEdgeOnly { return way.encoded }
        guard arrive(&way), serveCloud(&way) else { return Self.never }
        return comeBack(way)?.back ?? Self.never
    }

    private mutating func passToCloud(at time: Int64, plan: Int) -> Returning? {
        guard let begun = serveEdge(time, plan), begun.end != Self.never else { return nil }
        var way = Returning(
            frame: 0, plan: plan, captured: time, edgeBegun: begun.start, headDone: begun.head, encoded: begun.end)
        return facts.demands[plan].isEdgeOnly || send(&way) ? way : nil
    }
}
