import Model

/// The cloud's workers, first come, first served.
extension Simulation {
    mutating func arriveAtCloud(_ slot: Int) {
        jobs[slot].atCloud = now.nanoseconds
        jobs[slot].place = .inCloud
        let work = cloudWork(of: slot)
        jobs[slot].cloudWork = work
        note(.atCloud, slot)
        if world.cloud.scaling != nil { pool.count(1, at: now.nanoseconds) }
        if join(slot) { return }
        pool.waiting.append(slot)
        servePool()
    }

    mutating func servePool() {
        while !pool.waiting.isEmpty, let worker = pool.takeFree(), let slot = pool.waiting.popFirst() {
            if worker >= 0 { pool.workers?[worker].job = Int32(slot) }
            jobs[slot].worker = Int32(worker)
            if let batching = world.cloud.batching, worker >= 0, jobs[slot].content == .frame {
                fill(slot, worker, batching)
            } else {
                beginCloud(slot)
            }
        }
    }

    /// Of frames of others it lies where frames have their wait for others.
    private func cloudWork(of slot: Int) -> Int64 {
        if jobs[slot].content != .frame { return jobs[slot].foreignQueue }
        let plan = Int(jobs[slot].plan)
        let lane = Int(jobs[slot].lane)
        if lane >= 0 { return fast[lane].facts.demands[plan].cloud }
        return groups[devices[Int(jobs[slot].device)].group].demands[plan].cloud
    }

    /// Whether frames can be of one batch.
    func isSamePlan(_ a: Int, _ b: Int) -> Bool {
        jobs[b].content == .frame && jobs[a].plan == jobs[b].plan
            && devices[Int(jobs[a].device)].group == devices[Int(jobs[b].device)].group
    }

    /// Begins to serve a job, and the `count - 1` of its batch.
    mutating func beginCloud(_ slot: Int, count: Int = 1) {
        let time = now.nanoseconds
        var factor = pool.slowdown(at: time) * jobs[slot].variation
        if count > 1, let batching = world.cloud.batching { factor *= 1 + batching.marginal * Double(count - 1) }
        var member = Int32(slot)
        while member >= 0 {
            jobs[Int(member)].cloudBegun = time
            jobs[Int(member)].place = .onWorker
            jobs[Int(member)].worker = jobs[slot].worker
            note(.cloudBegan, Int(member))
            member = jobs[Int(member)].next
        }
        schedule(Happening(.cloudDone, subject: slot), after: stretched(jobs[slot].cloudWork, by: factor))
    }

    mutating func cloudDone(_ slot: Int) {
        // What was gone with its worker is gone.
        guard jobs[slot].place == .onWorker else { return }
        free(Int(jobs[slot].worker))
        var member = Int32(slot)
        while member >= 0 {
            let job = Int(member)
            member = jobs[job].next
            jobs[job].next = -1
            jobs[job].cloudDone = now.nanoseconds
            note(.cloudEnded, job)
            if world.cloud.scaling != nil { pool.count(-1, at: now.nanoseconds) }
            if jobs[job].lane >= 0 {
                bringBack(lane: Int(jobs[job].lane), job)
            } else if jobs[job].content == .foreign {
                remove(job)
            } else {
                let demands = groups[devices[Int(jobs[job].device)].group].demands
                enterDownlink(job, bytes: demands[Int(jobs[job].plan)].returnedBytes)
            }
        }
        servePool()
    }

    private mutating func free(_ worker: Int) {
        guard worker >= 0 else { return }
        pool.workers?[worker].job = -1
        if pool.workers?[worker].isLeaving == true {
            pool.workers?[worker].isLeaving = false
            pool.workers?[worker].isGone = true
        } else {
            pool.free.append(Int32(worker))
        }
    }

    /// A frame of others comes, and the next of its surge is on its way.
    mutating func foreignFrame(_ fault: Int) {
        guard case .cloudSurge(let rate, let work) = world.faults[fault].kind, pool.workers != nil else { return }
        let mean = Nanoseconds(seconds: 1 / rate)
        let gap = Nanoseconds(seconds: surges[fault].exponential() * mean.inSeconds)
        if now + gap < .zero + world.faults[fault].end {
            schedule(Happening(.foreign, subject: fault), after: gap.count)
        }
        let slot = jobs.insert(
            Job(content: .foreign, device: -1, captured: now.nanoseconds, foreignQueue: work.count))
        arriveAtCloud(slot)
    }
}
