import Model

/// Edges that serve all their frames at once, and what slows every edge.
extension Simulation {
    /// Factor on the time of work besides that of the slowdown's course.
    @inline(__always)
    func edgeFactor(_ device: Int) -> Double {
        devices[device].edge.buildFactor * (devices[device].edge.thermal?.slowdown ?? 1)
    }

    /// Brings the temperature up to now, before the load changes. The processor is looked at when work begins or ends.
    @inline(__always)
    mutating func heat(_ device: Int) {
        guard devices[device].edge.thermal != nil else { return }
        let busy = devices[device].edge.shared?.count ?? devices[device].edge.busy
        let share = min(Double(busy) / Double(groups[devices[device].group].cores), 1)
        devices[device].edge.thermal?.move(to: now.nanoseconds, busyShare: share)
    }

    mutating func share(_ slot: Int, _ device: Int, work: Int64) {
        moveSharedEdge(device)
        devices[device].edge.shared?.add(slot, work: work)
        planSharedEdge(device)
    }

    mutating func shareDone(_ device: Int, _ number: Int) {
        guard Int(devices[device].edge.shared?.number ?? 0) == number else { return }
        moveSharedEdge(device)
        var done: [Int] = []
        repeat {
            if let slot = devices[device].edge.shared?.removeFirst() { done.append(slot) }
        } while devices[device].edge.shared?.isNextDone == true
        planSharedEdge(device)
        for slot in done {
            if !jobs[slot].isWhole {
                let demand = groups[devices[device].group].demands[Int(jobs[slot].plan)]
                let elapsed = Double(now.nanoseconds - jobs[slot].edgeBegun)
                let head = demand.edge > 0 ? Int64((elapsed * Double(demand.head) / Double(demand.edge)).rounded()) : 0
                jobs[slot].headDone = jobs[slot].edgeBegun + head
            }
            leaveEdge(slot, device)
        }
    }

    /// Brings what is served up to now, before who is served or how fast changes.
    mutating func moveSharedEdge(_ device: Int) {
        guard devices[device].edge.shared != nil else { return }
        let facts = groups[devices[device].group]
        let factor = edgeFactor(device)
        let cores = facts.cores
        let served = devices[device].edge.shared?.move(
            to: now.nanoseconds, facts.edge, factor: factor, cores: cores)
        devices[device].tally.computing += Int128(served ?? 0)
        heat(device)
    }

    mutating func planSharedEdge(_ device: Int) {
        guard devices[device].edge.shared != nil else { return }
        let facts = groups[devices[device].group]
        let factor = edgeFactor(device)
        let cores = facts.cores
        let end = devices[device].edge.shared?.planNextEnd(facts.edge, factor: factor, cores: cores)
        guard let end, let number = devices[device].edge.shared?.number else { return }
        schedule(Happening(.shareDone, device: device, subject: Int(number)), at: end)
    }
}
