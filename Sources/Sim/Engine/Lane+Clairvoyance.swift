import Model

extension Lane {
    /// When a frame captured now would be answered under a plan, if no later one overtakes it; `never` for never.
    mutating func answer(at time: Int64, plan: Int) -> Int64 {
        let before = at
        defer { at = before }
        guard let begun = serveEdge(time, plan), begun.end != Self.never else { return Self.never }
        if facts.demands[plan].isEdgeOnly { return begun.end }
        var way = Returning(
            frame: 0, plan: plan, captured: time, edgeBegun: begun.start, headDone: begun.head, encoded: begun.end)
        guard send(&way), serveCloud(&way) else { return Self.never }
        for other in returning[firstReturning...] where other.cloudDone <= way.cloudDone { _ = comeBack(other) }
        return comeBack(way)?.back ?? Self.never
    }

    /// The plan under which it would be answered first; of equals the first.
    mutating func firstPlan(at time: Int64) -> Int {
        // Nothing is looked up before now any more.
        facts.edge.move(&at.edgeCursor, to: time)
        facts.link.move(&at.upCursor, to: time)
        finish(before: time)
        facts.link.move(&at.downCursor, to: time)
        var best = (answer: Self.never, plan: 0)
        for plan in facts.demands.indices {
            let answer = answer(at: time, plan: plan)
            if answer < best.answer { best = (answer, plan) }
        }
        return best.plan
    }
}
