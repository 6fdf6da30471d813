import Model

/// How frames end.
extension Simulation {
    /// Takes an answer, unless the frame has one.
    mutating func answer(_ slot: Int, by answer: FrameRecord.Answer) {
        guard !jobs[slot].isAnswered else { return }
        let device = Int(jobs[slot].device)
        let frame = Int(jobs[slot].frame)
        let plan = Int(jobs[slot].plan)
        settle(slot)
        let stages = stages(of: jobs[slot])
        devices[device].frames.latencies[frame] = now.nanoseconds - jobs[slot].captured
        if answer == .fallback { devices[device].frames.flags[frame].insert(.fallback) }
        devices[device].tally.answered[plan] += 1
        devices[device].tally.stages[plan] += stages
        if !jobs[slot].isWhole {
            // What the edge waits for without its radio at work.
            let carried = jobs[slot].returned - jobs[slot].returnBegun
            devices[device].tally.idling += Int128(now.nanoseconds - jobs[slot].sent - carried)
        }
        note(answer == .fallback ? .answeredAlone : .answered, slot)
        report(slot, answer, stages)
        leave(device, epoch: Int(jobs[slot].epoch))
    }

    /// Gives a frame up.
    mutating func lose(_ slot: Int) {
        guard !jobs[slot].isAnswered else { return }
        let device = Int(jobs[slot].device)
        settle(slot)
        devices[device].frames.flags[Int(jobs[slot].frame)].insert(.lost)
        note(.lost, slot)
        leave(device, epoch: Int(jobs[slot].epoch))
        if !jobs[slot].isAbandoned { remove(slot) }
    }

    /// By the drop rule.
    mutating func drop(_ slot: Int) {
        devices[Int(jobs[slot].device)].frames.flags[Int(jobs[slot].frame)].insert(.dropped)
        lose(slot)
    }

    mutating func remove(_ slot: Int) { jobs.remove(slot) }

    /// No other answer counts from now on.
    private mutating func settle(_ slot: Int) {
        jobs[slot].isAnswered = true
        let twin = Int(jobs[slot].twin)
        guard twin >= 0 else { return }
        jobs[twin].isAnswered = true
        if jobs[twin].place == .atEdge {
            devices[Int(jobs[twin].device)].edge.waiting.remove { $0 == twin }
            remove(twin)
        }
    }

    private mutating func leave(_ device: Int, epoch: Int) {
        devices[device].underWay -= 1
        if let think = devices[device].arrivals.think, now + think < .zero + world.duration {
            schedule(Happening(.capture, device: device), after: think.count)
        }
        leaveEpoch(device, epoch)
    }

    /// Where a frame's time went, as an agent sees it: network is the transfer and both ways' delays, returning the wait for the
    /// downlink and the transfer there. They add up to the latency exactly.
    private func stages(of job: Job) -> StageTimes {
        var stages = StageTimes()
        var last = job.captured
        func lap(to moment: Int64) -> Nanoseconds {
            guard moment > last else { return .zero }
            defer { last = moment }
            return Nanoseconds(moment - last)
        }
        if job.edgeBegun >= 0 {
            stages.edgeQueue = lap(to: job.edgeBegun)
            stages.edge = lap(to: min(job.headDone, now.nanoseconds))
            stages.encode = lap(to: job.encoded)
        }
        if job.isWhole {
            if job.encoded >= 0 {
                stages.send = lap(to: job.sendBegun >= 0 ? job.sendBegun : job.gaveUp)
                stages.network = lap(to: job.gaveUp)
            }
            stages.edgeQueue += lap(to: job.aloneBegun)
            stages.edge += lap(to: now.nanoseconds)
            return stages
        }
        stages.send = lap(to: job.sendBegun)
        stages.network = lap(to: job.atCloud - job.foreignQueue)
        stages.workerQueue = lap(to: job.cloudBegun)
        stages.workerCompute = lap(to: job.cloudDone)
        stages.returning = lap(to: job.returned)
        stages.network += lap(to: now.nanoseconds)
        return stages
    }
}
