import Model

/// The oracle where devices share, or frames come back to the edge: it looks ahead in a `Prospect`. Where a device has everything for
/// itself its lane knows the future, see `Lane.clairvoyantPlan`.
extension Simulation {
    private static let horizon = 48
    private static let near = 12
    private static let width = 4
    private static let candidates = 6

    /// The plan under which a frame captured now and the next ones would cost the least.
    func clairvoyantPlan(_ device: Int) -> Int {
        let facts = groups[devices[device].group]
        var (prospect, stations) = prospect(device)
        let time = now.nanoseconds
        var answers: [(cost: Double, plan: Int)] = []
        for plan in facts.demands.indices {
            var ahead = stations
            if let cost = prospect.pass(&ahead, at: time, plan: plan) { answers.append((cost, plan)) }
        }
        answers.sort { ($0.cost, $0.plan) < ($1.cost, $1.plan) }
        // Where none answers it, that counts which is least in the way of the next.
        let plans = answers.isEmpty ? Array(facts.demands.indices) : answers.prefix(Self.candidates).map(\.plan)
        let times = devices[device].arrivals.times(
            from: time, count: Self.horizon, before: world.duration.count)
        guard times.count > 1, plans.count > 1 else { return answers.first?.plan ?? facts.refuge ?? 0 }
        // Heat builds up over many frames: a beam would have given up by then what avoids it.
        guard stations.thermal == nil else {
            return prospect.rolledOutFirst(of: plans, from: stations, at: times, below: (.infinity, plans[0]))
        }
        let interval = facts.group.arrivals.meanInterval.map { Double($0.count) } ?? Double(times[1] - time)
        return prospect.bestFirst(
            of: plans, from: stations, at: times, interval: max(interval, 1), near: Self.near, width: Self.width)
    }

    private func prospect(_ device: Int) -> (Prospect, Prospect.Stations) {
        let facts = groups[devices[device].group]
        let slowdown = pool.slowdownNow(at: now.nanoseconds)
        let workers = pool.workers.map { Double(max($0.count { !$0.isGone }, 1)) }
        let prospect = Prospect(
            facts: facts, now: now.nanoseconds, refuge: facts.refuge.map { facts.demands[$0] }, share: share(device),
            cloudSlowdown: slowdown, foreignQueue: pool.foreignQueueNow(at: now.nanoseconds), workers: workers,
            tolls: tolls(device, cloudSlowdown: slowdown, workers: workers))
        return (prospect, stations(device, prospect))
    }

    // MARK: What the device has

    private func stations(_ device: Int, _ prospect: Prospect) -> Prospect.Stations {
        let state = devices[device]
        let time = now.nanoseconds
        var stations = Prospect.Stations(
            edge: time, up: time, cloud: time, down: time, edgeCursor: state.edge.cursor, upCursor: state.up.cursor,
            downCursor: state.down.cursor, thermal: state.edge.thermal)
        let coming = putEdgeWork(&stations, device)
        stations.up = uplinkEnd(device, prospect, &stations)
        if coming > 0 {
            stations.up = prospect.carry(coming, from: stations.up, .up, &stations.upCursor) ?? stations.up
        }
        if let workers = prospect.workers {
            let waiting = pool.waiting.slots.reduce(0.0) { $0 + cloudWork(Int($1)) }
            stations.cloud += Int64(min(waiting * prospect.cloudSlowdown / workers, 1e18))
        }
        return stations
    }

    /// What is on the edge and waits for it, with the heat that it makes.
    ///
    /// - Returns: bytes that are to be sent when it is done.
    private func putEdgeWork(_ stations: inout Prospect.Stations, _ device: Int) -> Int {
        let facts = groups[devices[device].group]
        let edge = devices[device].edge
        let time = now.nanoseconds
        let busy = edge.shared?.count ?? edge.busy
        let busyShare = min(Double(busy) / Double(facts.cores), 1)
        stations.thermal?.move(to: time, busyShare: busyShare)
        var cursor = edge.cursor
        let slowdown = facts.edge.value(&cursor, at: time) * edgeFactor(device)
        var work = 0.0
        if facts.cores == 1, edge.shared == nil {
            work = Double(max(edge.busyUntil - time, 0))
        } else if busy >= facts.cores {
            // Of the work under way half is done, for all that is known here.
            work = Double(busy) * 0.5 * Double(facts.demands[devices[device].plan].edge) * slowdown
        }
        func after(_ work: Double) -> Int64 { time + Int64(min(work / Double(facts.cores), 1e18)) }
        var bytes = 0
        for slot in edge.waiting.slots.map(Int.init) {
            let demand = facts.demands[jobs[slot].isAlone ? facts.refuge ?? 0 : Int(jobs[slot].plan)]
            stations.edgeLine.add(begin: after(work) + 1)
            work += Double(demand.edge) * slowdown
            bytes += jobs[slot].isAlone ? 0 : Int(demand.sentBytes)
        }
        stations.edge = after(work)
        stations.thermal?.move(to: stations.edge, busyShare: busyShare)
        return bytes
    }

    /// When the uplink is done with what it carries and what waits for it.
    private func uplinkEnd(_ device: Int, _ prospect: Prospect, _ stations: inout Prospect.Stations) -> Int64 {
        let time = now.nanoseconds
        guard let carried = devices[device].up.carriedJob else { return time }
        var end = devices[device].up.carriedUntil ?? Instant.latest.nanoseconds
        if let cell = prospect.facts.group.link.cell {
            let transfer = cells[cell].up.transfers.first { $0.slot == carried }
            let left = transfer.map { $0.rate > 0 ? Double($0.left) / Double($0.rate) : 1e18 } ?? 0
            end = time + Int64(min(left, 1e18))
        }
        for slot in devices[device].up.waiting.slots.map(Int.init) where end < Instant.latest.nanoseconds {
            let bytes = Int(jobs[slot].bytes)
            stations.upLine.add(begin: max(end, time + 1), bytes: Int64(bytes))
            end = prospect.carry(bytes, from: end, .up, &stations.upCursor) ?? Instant.latest.nanoseconds
        }
        return end
    }

    // MARK: What others have

    private func share(_ device: Int) -> Prospect.Share? {
        guard let cell = groups[devices[device].group].group.link.cell else { return nil }
        var cursor = cells[cell].up.cursor
        let rates = cells[cell].course.value(&cursor, at: now.nanoseconds)
        func share(_ way: Way) -> Double {
            let others = cells[cell][way].transfers.count { Int($0.device) != device }
            return Double(way.rate(rates)) / Double(others + 1)
        }
        return Prospect.Share(up: share(.up), down: share(.down))
    }

    /// A transfer delays each other in its cell by what the cell takes for the lesser of the two; work in the cloud those that wait
    /// for it, as many as wait now, for its share of a worker's time.
    private func tolls(_ device: Int, cloudSlowdown: Double, workers: Double?) -> [Double] {
        let facts = groups[devices[device].group]
        var tolls = [Double](repeating: 0, count: facts.demands.count)
        if let workers, devices.count > 1 {
            let waiting = Double(pool.waiting.count) * cloudSlowdown / workers
            for plan in tolls.indices { tolls[plan] += waiting * Double(facts.demands[plan].cloud) }
        }
        guard let cell = facts.group.link.cell else { return tolls }
        var cursor = cells[cell].up.cursor
        let rate = Double(cells[cell].course.value(&cursor, at: now.nanoseconds).up)
        guard rate > 0 else { return tolls }
        for plan in tolls.indices where facts.demands[plan].sentBytes > 0 {
            let own = transferAmount(ofBytes: Int(facts.demands[plan].sentBytes))
            for other in cells[cell].up.transfers where Int(other.device) != device {
                tolls[plan] += Double(min(own, other.left)) / rate
            }
        }
        return tolls
    }

    /// Nanoseconds of a job that is or will be in the cloud.
    private func cloudWork(_ slot: Int) -> Double {
        guard jobs[slot].content == .frame else { return Double(jobs[slot].foreignQueue) }
        return Double(groups[devices[Int(jobs[slot].device)].group].demands[Int(jobs[slot].plan)].cloud)
    }
}

extension PoolState {
    func slowdownNow(at time: Int64) -> Double {
        var cursor = slowdownCursor
        return slowdown.value(&cursor, at: time)
    }

    func foreignQueueNow(at time: Int64) -> Int64 {
        var cursor = foreignCursor
        return min(foreign.value(&cursor, at: time), Instant.latest.nanoseconds)
    }
}
