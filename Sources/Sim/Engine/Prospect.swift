import Model

/// What the oracle expects of a device's next frames where devices share, or frames come back to the edge. Slowdowns, heat and the
/// rates of an own link are as they will be; what others do is as it is now: their shares of a cell, and their work in the cloud.
///
/// The stations are those of `Simulation`, each free from a moment on; an edge of several cores, one that shares, and a pool of
/// several workers pass on their work as many times as fast, and a frame takes its own time all the same. An answer counts for the
/// nanoseconds that it takes, and for those that it keeps others waiting.
struct Prospect: Outlook {
    struct Stations: Sendable {
        /// When each is done with what it has.
        var edge: Int64
        var up: Int64
        var cloud: Int64
        var down: Int64
        var edgeCursor: Course<Double>.Cursor
        var upCursor: Course<LinkState>.Cursor
        var downCursor: Course<LinkState>.Cursor
        var thermal: ThermalState?
        /// What waits for the edge, and for the uplink.
        var edgeLine = WaitingLine()
        var upLine = WaitingLine()
    }

    /// What others leave of a cell for one more, in bit/s.
    struct Share: Sendable {
        var up: Double
        var down: Double
    }

    let facts: GroupFacts
    /// When the frame is captured that is to be decided.
    let now: Int64
    let refuge: Demand?
    /// `nil`: a link of its own.
    var share: Share?
    var cloudSlowdown: Double
    var foreignQueue: Int64
    /// `nil`: one for each frame.
    var workers: Double?
    /// By position in the plan set: nanoseconds for which a frame keeps others waiting, in all.
    var tolls: [Double]

    mutating func pass(_ stations: inout Stations, at time: Int64, plan: Int) -> Double? {
        let demand = facts.demands[plan]
        guard isAdmitted(stations, at: time), let encoded = work(&stations, demand, from: time) else { return nil }
        if demand.isEdgeOnly { return Double(encoded - time) }
        let back = passCloud(&stations, demand, from: encoded)
        guard let refuge, let patience else { return back.map { Double($0 - time) + tolls[plan] } }
        if let back, back - time <= patience { return Double(back - time) + tolls[plan] }
        // The edge answers it, sooner where it is refused, and the first answer counts.
        let since = back == nil ? encoded : max(encoded, time + patience)
        guard let alone = work(&stations, refuge, from: since) else { return back.map { Double($0 - time) } }
        return Double(min(alone, back ?? .max) - time) + tolls[plan]
    }

    private var patience: Int64? { facts.group.link.fallbackAfter?.count }

    /// - Returns: when the edge is done; `nil` where it drops the frame, or never is.
    private func work(_ stations: inout Stations, _ demand: Demand, from time: Int64) -> Int64? {
        let begin = max(time, stations.edge)
        let slowdown = facts.edge.value(&stations.edgeCursor, at: begin)
        stations.thermal?.move(to: begin, busyShare: 0)
        let span = stretched(demand.edge, by: slowdown * (stations.thermal?.slowdown ?? 1))
        guard let end = Self.later(begin, span), !facts.dropsLate || begin - time <= facts.deadline else { return nil }
        stations.edge = begin + span / Int64(facts.cores)
        if facts.group.drop.edgeQueue != nil { stations.edgeLine.add(begin: begin) }
        stations.thermal?.move(to: end, busyShare: 1 / Double(facts.cores))
        return end
    }

    /// Whether the drop rule takes one more.
    private func isAdmitted(_ stations: Stations, at time: Int64) -> Bool {
        guard let limit = facts.group.drop.edgeQueue, stations.edge > time else { return true }
        return stations.edgeLine.waitingCount(at: time) < limit
    }

    /// - Returns: when the answer is back; `nil` where the uplink refuses it, or never.
    private func passCloud(_ stations: inout Stations, _ demand: Demand, from encoded: Int64) -> Int64? {
        let begin = max(encoded, stations.up)
        let bytes = Int(demand.sentBytes)
        if let limit = facts.group.link.queueLimit, stations.up > encoded {
            if Int(stations.upLine.waitingBytes(at: encoded)) + bytes > limit { return nil }
            stations.upLine.add(begin: begin, bytes: Int64(bytes))
        }
        guard let sent = carry(bytes, from: begin, .up, &stations.upCursor) else {
            stations.up = Instant.latest.nanoseconds
            return nil
        }
        stations.up = sent
        let rtt = facts.link.value(&stations.upCursor, at: sent).rtt
        let work = stretched(demand.cloud, by: cloudSlowdown)
        guard let atCloud = Self.later(sent, rtt / 2 + foreignQueue) else { return nil }
        let free = workers.map { max(atCloud, stations.cloud + surgingWork(until: atCloud, $0)) } ?? atCloud
        let served = afterBlackouts(free, work)
        guard let done = Self.later(served, work) else { return nil }
        if let workers { stations.cloud = served + Int64(Double(work) / workers) }
        guard
            let returned = carry(Int(demand.returnedBytes), from: max(done, stations.down), .down, &stations.downCursor)
        else { return nil }
        stations.down = returned
        return Self.later(returned, rtt - rtt / 2)
    }

    /// What a worker gets by then of the work that others are to bring, on average.
    private func surgingWork(until time: Int64, _ workers: Double) -> Int64 {
        facts.surges.reduce(0) { sum, fault in
            guard case .cloudSurge(let rate, let work) = fault.kind else { return sum }
            let span = min(time, fault.end.count) - max(now, fault.start.count)
            guard span > 0 else { return sum }
            return sum + Int64(min(Double(span) * rate * work.inSeconds * cloudSlowdown / workers, 1e15))
        }
    }

    /// When work can begin that no crash of all workers takes along.
    private func afterBlackouts(_ begin: Int64, _ work: Int64) -> Int64 {
        facts.blackouts.reduce(begin) { begin, fault in
            begin < fault.end.count && begin + min(work, fault.end.count) > fault.start.count ? fault.end.count : begin
        }
    }

    private func rate(_ way: Way, _ cursor: inout Course<LinkState>.Cursor, at time: Int64) -> Double {
        let own = Double(way.rate(facts.link.value(&cursor, at: time)))
        guard let share else { return own }
        return min(own, way == .up ? share.up : share.down)
    }

    func carry(_ bytes: Int, from start: Int64, _ way: Way, _ cursor: inout Course<LinkState>.Cursor) -> Int64? {
        if share == nil { return facts.link.completion(ofBytes: bytes, from: start, way, &cursor) }
        let rate = rate(way, &cursor, at: start)
        guard bytes > 0 else { return start }
        return rate > 0 ? Self.later(start, Int64(min(Double(bytes) * 8e9 / rate, 1e18))) : nil
    }

    private static func later(_ time: Int64, _ span: Int64) -> Int64? {
        span <= Instant.latest.nanoseconds - time ? time + span : nil
    }

    func backlog(_ stations: Stations, at time: Int64) -> Double {
        squaredSpan(time, stations.edge) + squaredSpan(time, stations.up) + squaredSpan(time, stations.down)
            + (workers == nil ? 0 : squaredSpan(time, stations.cloud))
    }

    func isAlike(_ a: Stations, _ b: Stations, at time: Int64) -> Bool {
        isSame(a.edge, b.edge, from: time) && isSame(a.up, b.up, from: time) && isSame(a.down, b.down, from: time)
            && (workers == nil || isSame(a.cloud, b.cloud, from: time)) && a.thermal == nil && b.thermal == nil
    }
}
