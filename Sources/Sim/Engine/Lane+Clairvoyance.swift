import Model

/// The oracle of a lane. It knows the future: every rate, delay and slowdown, and when the next frames come.
///
/// Where a frame, under the plan that answers it first, has left every station before the next one comes, nothing is better for it
/// and it is in no one's way. Otherwise a search ahead decides (`Outlook`): near the best of all sequences, and not proven to be it.
extension Lane {
    private static let horizon = 64
    private static let near = 24
    private static let width = 8
    private static let candidates = 8

    /// - Parameters:
    ///   - arrivals: yields the frames after this one.
    ///   - end: those at it or later are not captured.
    mutating func clairvoyantPlan(at time: Int64, before arrivals: ArrivalProcess, until end: Int64) -> Int {
        // Nothing is looked up before now any more.
        facts.edge.move(&at.edgeCursor, to: time)
        facts.link.move(&at.upCursor, to: time)
        finish(before: time)
        facts.link.move(&at.downCursor, to: time)
        let present = at
        defer { at = present }
        var answers = facts.demands.indices.map { (answer: answer(at: time, plan: $0), plan: $0) }
        answers.sort { ($0.answer, $0.plan) < ($1.answer, $1.plan) }
        var later = arrivals
        guard answers[0].answer != Self.never, let next = later.next() else { return answers[0].plan }
        _ = pass(at: time, plan: answers[0].plan)
        if returning.count == firstReturning, isFree(by: next) { return answers[0].plan }
        at = present
        for other in returning[firstReturning...] { _ = comeBack(other) }
        let plans = answers.prefix(Self.candidates).filter { $0.answer != Self.never }.map(\.plan)
        let interval = facts.group.arrivals.meanInterval.map { Double($0.count) } ?? Double(next - time)
        let times = arrivals.times(from: time, count: Self.horizon, before: end)
        return bestFirst(
            of: plans, from: at, at: times, interval: max(interval, 1), near: Self.near, width: Self.width)
    }

    private func isFree(by time: Int64) -> Bool {
        at.edge <= time && at.up <= time && at.down <= time && (!hasOneWorker || at.cloud <= time)
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

extension Lane: Outlook {
    mutating func pass(_ stations: inout Stations, at time: Int64, plan: Int) -> Double? {
        swap(&at, &stations)
        defer { swap(&at, &stations) }
        let answer = pass(at: time, plan: plan)
        return answer == Self.never ? nil : Double(answer - time)
    }

    func backlog(_ stations: Stations, at time: Int64) -> Double {
        squaredSpan(time, stations.edge) + squaredSpan(time, stations.up) + squaredSpan(time, stations.down)
            + (hasOneWorker ? squaredSpan(time, stations.cloud) : 0)
    }

    func isAlike(_ a: Stations, _ b: Stations, at time: Int64) -> Bool {
        isSame(a.edge, b.edge, from: time) && isSame(a.up, b.up, from: time) && isSame(a.down, b.down, from: time)
            && (!hasOneWorker || isSame(a.cloud, b.cloud, from: time))
            && isSame(a.lastAtCloud, b.lastAtCloud, from: time) && isSame(a.lastBack, b.lastBack, from: time)
    }
}
