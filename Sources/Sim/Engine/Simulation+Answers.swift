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
        let stages = jobs[slot].stages(answeredAt: now.nanoseconds)
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
}
