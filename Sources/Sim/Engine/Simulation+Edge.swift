import Model

/// Captures, and the edge's processor.
extension Simulation {
    mutating func scheduleCapture(_ device: Int) {
        guard let time = devices[device].arrivals.next(), time < world.duration.count else { return }
        schedule(Happening(.capture, device: device), at: time)
    }

    mutating func captureDue(_ device: Int) {
        let time = now.nanoseconds
        if devices[device].drivenBy == .oracle { devices[device].plan = clairvoyantPlan(device) }
        scheduleCapture(device)
        let plan = devices[device].plan
        let frame = devices[device].frames.count
        devices[device].frames.append(captured: time, plan: plan)
        let facts = groups[devices[device].group]
        let slot = jobs.insert(
            Job(
                device: Int32(device), frame: Int32(truncatingIfNeeded: frame), plan: Int32(plan),
                epoch: Int32(devices[device].epoch), captured: time))
        if facts.group.variation == .exponential {
            jobs[slot].variation = devices[device].variation.exponential()
        }
        devices[device].underWay += 1
        enterEpoch(device)
        note(.captured, slot)
        if let limit = facts.group.drop.edgeQueue, devices[device].edge.waiting.count >= limit,
            devices[device].edge.busy >= facts.group.edge.cores
        {
            return drop(slot)
        }
        enterEdge(slot)
        if let patience = facts.group.link.fallbackAfter, !facts.demands[plan].isEdgeOnly {
            schedule(Happening(.patience, device: device, subject: slot), after: patience.count)
        }
    }

    /// The order of capture is the order of service.
    mutating func enterEdge(_ slot: Int) {
        let device = Int(jobs[slot].device)
        let frame = jobs[slot].frame
        jobs[slot].place = .atEdge
        if let last = devices[device].edge.waiting.last, jobs[last].frame > frame {
            let jobs = jobs
            devices[device].edge.waiting.insert(slot) { frame < jobs[$0].frame }
        } else {
            devices[device].edge.waiting.append(slot)
        }
        serveEdge(device)
    }

    mutating func serveEdge(_ device: Int) {
        let facts = groups[devices[device].group]
        while devices[device].edge.shared != nil || devices[device].edge.busy < facts.cores,
            let slot = devices[device].edge.waiting.popFirst()
        {
            if jobs[slot].isAnswered {
                remove(slot)
            } else if facts.dropsLate, now.nanoseconds - jobs[slot].captured > facts.deadline, !jobs[slot].isAlone {
                drop(slot)
            } else {
                if !isCloudAwaited(device, Int(jobs[slot].plan)) { answerWithoutCloud(slot) }
                beginEdge(slot, device)
            }
        }
    }

    mutating func beginEdge(_ slot: Int, _ device: Int) {
        let time = now.nanoseconds
        let isAlone = jobs[slot].isAlone
        let facts = groups[devices[device].group]
        let demand = facts.demands[isAlone ? facts.refuge ?? 0 : Int(jobs[slot].plan)]
        jobs[slot].place = .onEdge
        let isProbe = jobs[slot].content == .edgeProbe
        let work = isProbe ? demand.head : demand.edge
        jobs[slot].isWhole = isAlone || demand.isEdgeOnly || isProbe
        if jobs[slot].isWhole { jobs[slot].aloneBegun = time } else { jobs[slot].edgeBegun = time }
        note(.edgeBegan, slot)
        if devices[device].edge.shared != nil {
            return share(slot, device, work: stretched(work, by: jobs[slot].variation))
        }
        heat(device)
        devices[device].edge.busy += 1
        let slowdown =
            facts.edge.value(&devices[device].edge.cursor, at: time) * edgeFactor(device) * jobs[slot].variation
        let span = stretched(work, by: slowdown)
        devices[device].tally.computing += Int128(min(span, Instant.latest.nanoseconds - time))
        if !jobs[slot].isWhole {
            jobs[slot].headDone = time + min(stretched(demand.head, by: slowdown), Instant.latest.nanoseconds - time)
        }
        devices[device].edge.busyUntil = time + min(span, Instant.latest.nanoseconds - time)
        schedule(Happening(.edgeDone, device: device, subject: slot), after: span)
    }

    mutating func edgeDone(_ slot: Int) {
        let device = Int(jobs[slot].device)
        heat(device)
        devices[device].edge.busy -= 1
        leaveEdge(slot, device)
        serveEdge(device)
    }

    /// What the edge has done with a job.
    mutating func leaveEdge(_ slot: Int, _ device: Int) {
        note(.edgeEnded, slot)
        guard jobs[slot].content == .frame else { return edgeProbed(slot, device) }
        readEdge(slot, device)
        if jobs[slot].isWhole {
            answer(slot, by: jobs[slot].isAlone ? .fallback : .planned)
            remove(slot)
        } else {
            jobs[slot].encoded = now.nanoseconds
            if !isCloudAwaited(device, Int(jobs[slot].plan)) { answerWithoutCloud(slot) }
            if jobs[slot].isAlone { enterEdge(slot) } else { enterUplink(slot, device) }
        }
    }

    /// The agent does not wait for the cloud any more.
    mutating func losePatience(_ slot: Int, _ device: Int) {
        let patience = groups[devices[device].group].group.link.fallbackAfter ?? .zero
        let job = jobs[slot]
        // The job may have ended, and its number be another's.
        guard job.place != .gone || job.isAbandoned, job.content == .frame, Int(job.device) == device,
            job.captured + patience.count == now.nanoseconds
        else { return }
        answerWithoutCloud(slot)
    }

    /// The edge is to answer a frame alone, if it can: at once where the frame waits on the edge; beside the cloud, where that has
    /// it, and then the first answer counts.
    mutating func answerWithoutCloud(_ slot: Int) {
        guard !jobs[slot].isAlone, !jobs[slot].isAnswered, jobs[slot].twin < 0 else { return }
        let device = Int(jobs[slot].device)
        guard facts(device).refuge != nil else {
            // It is refused or gone, since nobody loses patience without a refuge.
            return lose(slot)
        }
        jobs[slot].gaveUp = now.nanoseconds
        note(.gaveUp, slot)
        switch jobs[slot].place {
        case .atEdge, .onEdge:
            jobs[slot].isAlone = true
        case .gone where !jobs[slot].isAbandoned:
            jobs[slot].isAlone = true
            enterEdge(slot)
        case .toUplink:
            jobs[slot].isAlone = true
            devices[device].up.waiting.remove { $0 == slot }
            devices[device].up.waitingBytes -= Int(jobs[slot].bytes)
            enterEdge(slot)
        case .gone, .onUplink, .toCloud, .inCloud, .onWorker, .toDownlink, .onDownlink, .toAgent:
            var alone = jobs[slot]
            alone.isAlone = true
            alone.twin = Int32(slot)
            let other = jobs.insert(alone)
            jobs[slot].twin = Int32(other)
            enterEdge(other)
        }
    }
}
