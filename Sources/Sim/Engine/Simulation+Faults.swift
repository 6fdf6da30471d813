import Controller
import Model

/// Faults that are more than a change of a rate or a reading.
extension Simulation {
    mutating func beginFaults() {
        for (position, fault) in world.faults.enumerated() where fault.start < fault.end {
            switch fault.kind {
            case .workerCrash, .controllerAway, .cloudSurge:
                schedule(Happening(.faultBegins, subject: position), at: fault.start.count)
                schedule(Happening(.faultEnds, subject: position), at: fault.end.count)
            case .outage, .loadSpike, .clockStep, .staleTelemetry, .lyingTelemetry: break
            }
        }
        if let scaling = world.cloud.scaling { schedule(Happening(.scale), after: scaling.period.count) }
    }

    mutating func faultBegins(_ position: Int) {
        switch world.faults[position].kind {
        case .workerCrash(let workers): crashed[position] = crash(workers)
        case .cloudSurge: foreignFrame(position)
        default: break
        }
    }

    mutating func faultEnds(_ position: Int) {
        switch world.faults[position].kind {
        case .workerCrash: bringBack(crashed[position])
        case .controllerAway:
            for device in devices.indices where agents.has(device) && concerns(position, device) {
                attachAnew(device)
            }
        default: break
        }
    }

    private func concerns(_ fault: Int, _ device: Int) -> Bool {
        world.faults[fault].groups?.contains(groups[devices[device].group].group.name) ?? true
    }

    /// Takes workers out, the first numbered first, with what they serve. Where each frame has its own worker, those of the frames
    /// that were begun first.
    ///
    /// - Returns: how many came to be missing.
    private mutating func crash(_ count: Int) -> Int {
        guard let workers = pool.workers else {
            let served = jobs.slots.filter { jobs[$0].place == .onWorker && jobs[$0].content == .frame }
            let ordered = served.sorted { (jobs[$0].cloudBegun, $0) < (jobs[$1].cloudBegun, $1) }
            for slot in ordered.prefix(count) { abandon(slot) }
            return 0
        }
        var left = count
        for worker in workers.indices where left > 0 && !workers[worker].isGone {
            let first = workers[worker].job
            pool.workers?[worker] = PoolState.Worker(waits: workers[worker].waits, isGone: true)
            pool.holding.removeAll { $0 == Int32(worker) }
            left -= 1
            var member = first
            while member >= 0 {
                let next = jobs[Int(member)].next
                abandon(Int(member))
                member = next
            }
        }
        return count - left
    }

    /// A job is gone with its worker. Its number is never used again, since its end is still to happen; the agent notices
    /// when it notices outages.
    private mutating func abandon(_ slot: Int) {
        note(.abandoned, slot)
        jobs[slot].place = .gone
        jobs[slot].isAbandoned = true
        jobs[slot].next = -1
        if world.cloud.scaling != nil { pool.count(-1, at: now.nanoseconds) }
        guard jobs[slot].content == .frame else { return }
        let notice = world.telemetry.outageDetection.count
        schedule(Happening(.noticed, device: Int(jobs[slot].device), subject: slot), after: notice)
    }

    mutating func notice(_ slot: Int) {
        answerWithoutCloud(slot)
    }

    // MARK: Whoever decides is away

    /// Whether nobody decides for a device now.
    func isAway(_ device: Int) -> Bool {
        groups[devices[device].group].absences.contains { $0.holds(at: now) }
    }

    /// Whoever decides begins anew, and the agent holds what it runs and its refuge.
    private mutating func attachAnew(_ device: Int) {
        guard !isAway(device) else { return }
        let agent = agents[device]
        let active = devices[device].epoch
        for position in agent.held.indices where position != active && agent.held[position].epoch != 0 {
            dismiss(device, position)
        }
        agents[device].policy = agent.fresh
        let held = agent.held[active]
        let last = agent.held.map(\.epoch).max() ?? held.epoch
        let plan = groups[devices[device].group].group.planSet.plans[held.plan].id
        tell(device, .attached(activePlan: plan, epoch: held.epoch, lastEpoch: last))
        if agent.isLossTold { tell(device, .linkLost) }
    }
}
