import Model

/// The oracle where devices share, or frames come back to the edge: each plan's answer by the queues as they are now. Where a
/// device has everything for itself its lane knows the future, see `Lane.clairvoyantPlan`.
extension Simulation {
    /// The plan under which a frame captured now would be answered first, of equals the first: the work that waits at each
    /// station goes first, rates of an own link are as they will be, shares of cells, processors and workers as they are.
    func clairvoyantPlan(_ device: Int) -> Int {
        let facts = groups[devices[device].group]
        let backlog = Backlog(self, device)
        var best = (answer: Double.infinity, plan: facts.refuge ?? 0)
        for plan in facts.demands.indices {
            let answer = expectedAnswer(facts, plan, backlog)
            if answer < best.answer { best = (answer, plan) }
        }
        return best.plan
    }

    /// Nanoseconds from now to the answer.
    private func expectedAnswer(_ facts: GroupFacts, _ plan: Int, _ backlog: Backlog) -> Double {
        let demand = facts.demands[plan]
        let edge = backlog.edge + Double(demand.edge) * backlog.slowdown
        if demand.isEdgeOnly { return edge }
        let bytes = backlog.bytes + Int(demand.sentBytes)
        guard bytes <= Int(Int32.max) else { return .infinity }
        let start = now.nanoseconds + Int64(min(max(edge, backlog.uplink), 1e18))
        var sent: Double
        var cursor = backlog.cursor
        if let rate = backlog.cellRate {
            guard rate > 0 else { return .infinity }
            sent = Double(start - now.nanoseconds) + Double(bytes) * 8e9 / rate
        } else {
            guard let end = facts.link.completion(ofBytes: bytes, from: start, .up, &cursor) else { return .infinity }
            sent = Double(end - now.nanoseconds)
        }
        let state = facts.link.value(&cursor, at: min(now.nanoseconds + Int64(sent), Instant.latest.nanoseconds))
        let down = backlog.cellDown ?? Double(state.down)
        guard down > 0 || demand.returnedBytes == 0 else { return .infinity }
        let returning = demand.returnedBytes == 0 ? 0 : Double(demand.returnedBytes) * 8e9 / down
        return sent + Double(state.rtt) + backlog.cloud + Double(demand.cloud) * backlog.cloudSlowdown + returning
    }
}

/// What lies before a frame that comes now, in nanoseconds and bytes.
struct Backlog: Sendable {
    var edge: Double
    var slowdown: Double
    /// Until the uplink is done with what it carries.
    var uplink: Double = 0
    /// That wait for the uplink, or will when the edge is done with them.
    var bytes = 0
    var cursor: Course<LinkState>.Cursor
    /// bit/s that one more would get in a cell; `nil` without one.
    var cellRate: Double?
    var cellDown: Double?
    var cloud: Double
    var cloudSlowdown: Double

    init(_ run: Simulation, _ device: Int) {
        let state = run.devices[device]
        let facts = run.groups[state.group]
        let now = run.now.nanoseconds
        var edgeCursor = state.edge.cursor
        let alone = facts.edge.value(&edgeCursor, at: now) * run.edgeFactor(device)
        let served = state.edge.shared?.count ?? 0
        let cores = Double(facts.group.edge.cores)
        slowdown = alone * max(1, Double(served + 1) / cores)
        cursor = state.up.cursor
        var work = 0.0
        for slot in state.edge.waiting.slots.map(Int.init) {
            let demand = facts.demands[run.jobs[slot].isAlone ? facts.refuge ?? 0 : Int(run.jobs[slot].plan)]
            work += Double(demand.edge)
            bytes += run.jobs[slot].isAlone ? 0 : Int(demand.sentBytes)
        }
        // Of the work under way half is done, for all that is known here.
        work += Double(state.edge.busy) * 0.5 * Double(facts.demands[state.plan].edge)
        edge = state.edge.busy < facts.group.edge.cores ? 0 : work * alone / cores
        bytes += state.up.waitingBytes
        cloudSlowdown = run.pool.slowdownNow(at: now)
        cloud = run.pool.foreignQueueNow(at: now)
        if let workers = run.pool.workers?.count(where: { !$0.isGone }) {
            let waiting = run.pool.waiting.slots.reduce(0.0) { $0 + run.cloudWork(Int($1)) }
            cloud += waiting * cloudSlowdown / Double(max(workers, 1))
        }
        guard let cell = facts.group.link.cell else {
            if state.up.isBusy { uplink = Double((state.up.carriedUntil ?? Instant.latest.nanoseconds) - now) }
            return
        }
        share(run.cells[cell], facts, state, at: now)
    }

    private mutating func share(_ cell: CellState, _ facts: GroupFacts, _ state: DeviceState, at now: Int64) {
        var own = cursor
        var shared = cell.up.cursor
        let link = facts.link.value(&own, at: now)
        let rates = cell.course.value(&shared, at: now)
        cellRate = min(Double(link.up), Double(rates.up) / Double(cell.up.transfers.count + 1))
        cellDown = min(Double(link.down), Double(rates.down) / Double(cell.down.transfers.count + 1))
        if state.up.isBusy, let transfer = cell.up.transfers.first(where: { $0.slot == state.up.carried }) {
            uplink = transfer.rate > 0 ? Double(transfer.left) / Double(transfer.rate) : 1e18
        }
    }
}

extension Simulation {
    /// Nanoseconds of a job that is or will be in the cloud.
    func cloudWork(_ slot: Int) -> Double {
        guard jobs[slot].content == .frame else { return Double(jobs[slot].foreignQueue) }
        return Double(groups[devices[Int(jobs[slot].device)].group].demands[Int(jobs[slot].plan)].cloud)
    }
}

extension PoolState {
    func slowdownNow(at time: Int64) -> Double {
        var cursor = slowdownCursor
        return slowdown.value(&cursor, at: time)
    }

    func foreignQueueNow(at time: Int64) -> Double {
        var cursor = foreignCursor
        return Double(foreign.value(&cursor, at: time))
    }
}
