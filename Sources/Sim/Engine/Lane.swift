import Model

/// A device that shares nothing with others, and whose frames only wait for those before them: each station's next moment follows
/// from the last by Lindley's recursion, begin = max(arrival, end of the one before) (Lindley, "The theory of queues with a
/// single server", Proceedings of the Cambridge Philosophical Society 48(2), 1952). So a frame's whole way is reckoned at its
/// capture, without an event. Where each frame has a worker of its own the cloud may change the order: what comes from there
/// waits until nothing can come before it any more. Where devices share the cloud, there are events for that alone: a
/// frame's arrival there, before which nothing has to happen to the device's later frames, since none overtakes another on the
/// way; and the end of its service.
///
/// The same frames take the same times as in the events of `Simulation`, to the nanosecond.
struct Lane: Sendable {
    /// A moment that never comes.
    static let never = Int64.max

    let facts: GroupFacts
    private let mostJitter: Int64
    /// One worker serves all frames; otherwise each has its own, or they are shared.
    let hasOneWorker: Bool
    /// Whether others use the cloud too, which then is none of the lane's business.
    let sharesCloud: Bool
    var arrivals: ArrivalProcess
    /// On its way to a cloud that is shared.
    var departed: Returning?
    let cloudSlowdown: Course<Double>
    let foreignQueue: Course<Int64>
    var frames = FrameColumns()
    var tally: DeviceTally
    var at: Stations
    /// On their way back or about to be, in the order in which the cloud is done with them.
    var returning: ContiguousArray<Returning> = []
    /// Position of the first of them; those before are back.
    var firstReturning = 0
    var lastAnswer: Int64 = 0

    /// Where each station stands.
    struct Stations: Sendable {
        /// When each is free; `never` where it never is.
        var edge: Int64 = 0
        var up: Int64 = 0
        var cloud: Int64 = 0
        var down: Int64 = 0
        /// When the last of each way arrives.
        var lastAtCloud: Int64 = 0
        var lastBack: Int64 = 0
        var edgeCursor = Course<Double>.Cursor()
        var upCursor = Course<LinkState>.Cursor()
        var downCursor = Course<LinkState>.Cursor()
        var cloudCursor = Course<Double>.Cursor()
        var foreignCursor = Course<Int64>.Cursor()
        var upJitter: SeededGenerator
        var downJitter: SeededGenerator

        init(up: SeededGenerator, down: SeededGenerator) { (upJitter, downJitter) = (up, down) }
    }

    /// A frame until the cloud is done with it.
    struct Returning: Sendable {
        var frame: Int
        var plan: Int
        var captured: Int64
        var edgeBegun: Int64
        var headDone: Int64
        var encoded: Int64
        var sendBegun: Int64 = 0
        var sent: Int64 = 0
        /// What the work of others takes there.
        var others: Int64 = 0
        var atCloud: Int64 = 0
        var cloudBegun: Int64 = 0
        var cloudDone: Int64 = 0
    }

    /// - Parameter state: the device's, as it is at the start.
    init(_ facts: GroupFacts, _ pool: PoolState, _ state: DeviceState, sharesCloud: Bool) {
        self.facts = facts
        self.sharesCloud = sharesCloud
        arrivals = state.arrivals
        mostJitter = facts.group.link.jitter.count
        hasOneWorker = pool.workers != nil && !sharesCloud
        cloudSlowdown = pool.slowdown
        foreignQueue = pool.foreign
        tally = DeviceTally(plans: facts.demands.count)
        at = Stations(up: state.up.random, down: state.down.random)
    }

    /// Takes a frame.
    ///
    /// - Parameter time: no sooner than that of the frame before.
    @inline(__always)
    mutating func capture(at time: Int64, plan: Int) {
        guard var way = depart(at: time, plan: plan), serveCloud(&way) else { return }
        finish(before: way.atCloud)
        var position = returning.count
        while position > firstReturning, returning[position - 1].cloudDone > way.cloudDone { position -= 1 }
        returning.insert(way, at: position)
    }

    /// Takes a frame up to its arrival in the cloud.
    ///
    /// - Returns: `nil` where it never gets there: the edge answers it, or it is stuck.
    @inline(__always)
    mutating func depart(at time: Int64, plan: Int) -> Returning? {
        let frame = frames.count
        frames.append(captured: time, plan: plan)
        guard let begun = serveEdge(time, plan) else { return nil }
        var way = Returning(
            frame: frame, plan: plan, captured: time, edgeBegun: begun.start, headDone: begun.head, encoded: begun.end)
        tally.computing += Int128(min(begun.end, Instant.latest.nanoseconds) - begun.start)
        if begun.end == Self.never { return nil }
        if facts.demands[plan].isEdgeOnly {
            answerAlone(way)
            return nil
        }
        let hadUplink = at.up != Self.never
        let isSent = send(&way)
        if hadUplink {
            tally.uplinkBytes += Int(facts.demands[plan].sentBytes)
            if isSent { tally.sending += Int128(way.sent - way.sendBegun) }
        }
        return isSent && arrive(&way) ? way : nil
    }

    /// Answers what nothing can overtake any more, all that the cloud is done with by `time`.
    @inline(__always)
    mutating func finish(before time: Int64) {
        while firstReturning < returning.count, returning[firstReturning].cloudDone <= time {
            bringBack(returning[firstReturning])
            firstReturning += 1
        }
        if firstReturning == returning.count {
            returning.removeAll(keepingCapacity: true)
            firstReturning = 0
        } else if firstReturning > 1024, firstReturning * 2 > returning.count {
            returning.removeFirst(firstReturning)
            firstReturning = 0
        }
    }

    /// How it looks from outside at a moment: with the frames that are captured before it, and the answers that have come by then.
    func seen(before time: Int64, plan: Int, until end: Int64) -> Lane {
        var lane = self
        lane.finish(before: time)
        if sharesCloud {
            lane.frames.removeCaptures(from: time)
            while let next = lane.arrivals.next(), next < min(time, end) {
                lane.frames.append(captured: next, plan: plan)
            }
        }
        if time < .max { lane.frames.forget(from: time) }
        return lane
    }

    // MARK: Stations

    @inline(__always)
    mutating func serveEdge(_ time: Int64, _ plan: Int) -> (start: Int64, head: Int64, end: Int64)? {
        guard at.edge != Self.never else { return nil }
        let start = max(time, at.edge)
        let slowdown = facts.edge.value(&at.edgeCursor, at: start)
        let end = later(start, stretched(facts.demands[plan].edge, by: slowdown))
        at.edge = end
        guard end != Self.never, !facts.demands[plan].isEdgeOnly else { return (start, start, end) }
        return (start, start + stretched(facts.demands[plan].head, by: slowdown), end)
    }

    /// - Returns: whether the frame reaches the cloud; what never ends keeps the uplink for good.
    @inline(__always)
    mutating func send(_ way: inout Returning) -> Bool {
        guard at.up != Self.never else { return false }
        way.sendBegun = max(way.encoded, at.up)
        let bytes = Int(facts.demands[way.plan].sentBytes)
        guard let sent = facts.link.completion(ofBytes: bytes, from: way.sendBegun, .up, &at.upCursor) else {
            at.up = Self.never
            return false
        }
        at.up = sent
        way.sent = sent
        return true
    }

    /// - Returns: whether the frame ever arrives in the cloud.
    @inline(__always)
    mutating func arrive(_ way: inout Returning) -> Bool {
        let rtt = facts.link.value(&at.upCursor, at: way.sent).rtt
        way.others = foreignQueue.value(&at.foreignCursor, at: way.sent)
        let arrival = later(later(way.sent, rtt / 2 + jitter(mostJitter, &at.upJitter)), way.others)
        way.atCloud = max(arrival, at.lastAtCloud)
        at.lastAtCloud = way.atCloud
        return way.atCloud != Self.never
    }

    /// - Returns: whether the cloud is ever done.
    @inline(__always)
    mutating func serveCloud(_ way: inout Returning) -> Bool {
        way.cloudBegun = hasOneWorker ? max(way.atCloud, at.cloud) : way.atCloud
        guard way.cloudBegun != Self.never else { return false }
        let slowdown = cloudSlowdown.value(&at.cloudCursor, at: way.cloudBegun)
        way.cloudDone = later(way.cloudBegun, stretched(facts.demands[way.plan].cloud, by: slowdown))
        at.cloud = way.cloudDone
        return way.cloudDone != Self.never
    }

    /// - Returns: when the downlink begins and ends with it, and when it is back; `nil` for never.
    @inline(__always)
    mutating func comeBack(_ way: Returning) -> (start: Int64, end: Int64, back: Int64)? {
        guard at.down != Self.never else { return nil }
        let start = max(way.cloudDone, at.down)
        let bytes = Int(facts.demands[way.plan].returnedBytes)
        guard let end = facts.link.completion(ofBytes: bytes, from: start, .down, &at.downCursor) else {
            at.down = Self.never
            return (start, Self.never, Self.never)
        }
        at.down = end
        let rtt = facts.link.value(&at.downCursor, at: end).rtt
        let back = max(later(end, rtt - rtt / 2 + jitter(mostJitter, &at.downJitter)), at.lastBack)
        at.lastBack = back
        return (start, end, back)
    }

    // MARK: Answers

    private mutating func answerAlone(_ way: Returning) {
        tally.answered[way.plan] += 1
        var stages = StageTimes()
        stages.edgeQueue = Nanoseconds(way.edgeBegun - way.captured)
        stages.edge = Nanoseconds(way.encoded - way.edgeBegun)
        tally.stages[way.plan] += stages
        frames.latencies[way.frame] = way.encoded - way.captured
        lastAnswer = max(lastAnswer, way.encoded)
    }

    /// Takes a frame that the cloud is done with to its answer, in the order in which the cloud is done with frames.
    @inline(__always)
    mutating func bringBack(_ way: Returning) {
        guard let back = comeBack(way) else { return }
        tally.downlinkBytes += Int(facts.demands[way.plan].returnedBytes)
        guard back.end != Self.never else { return }
        tally.receiving += Int128(back.end - back.start)
        guard back.back != Self.never else { return }
        tally.idling += Int128(back.back - way.sent - (back.end - back.start))
        tally.answered[way.plan] += 1
        var stages = StageTimes()
        stages.edgeQueue = Nanoseconds(way.edgeBegun - way.captured)
        stages.edge = Nanoseconds(way.headDone - way.edgeBegun)
        stages.encode = Nanoseconds(way.encoded - way.headDone)
        stages.send = Nanoseconds(way.sendBegun - way.encoded)
        let received = way.atCloud - way.others
        stages.network = Nanoseconds(received - way.sendBegun + (back.back - back.end))
        stages.workerQueue = Nanoseconds(way.cloudBegun - received)
        stages.workerCompute = Nanoseconds(way.cloudDone - way.cloudBegun)
        stages.returning = Nanoseconds(back.end - way.cloudDone)
        tally.stages[way.plan] += stages
        frames.latencies[way.frame] = back.back - way.captured
        lastAnswer = max(lastAnswer, back.back)
    }
}

/// A time and a span after it; `Lane.never` beyond the end of simulated time.
@inline(__always)
private func later(_ time: Int64, _ span: Int64) -> Int64 {
    time != Lane.never && span <= Instant.latest.nanoseconds - time ? time + span : Lane.never
}

/// Uniform from zero to `most`.
@inline(__always)
private func jitter(_ most: Int64, _ random: inout SeededGenerator) -> Int64 {
    most > 0 ? Nanoseconds(most).scaled(by: random.nextUnit()).count : 0
}

/// `span` times a factor, to the nearest nanosecond.
@inline(__always)
func stretched(_ span: Int64, by factor: Double) -> Int64 {
    factor == 1 ? span : Nanoseconds(span).scaled(by: factor).count
}
