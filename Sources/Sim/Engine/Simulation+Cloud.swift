import Model

/// The cloud's workers.
extension Simulation {
    mutating func arriveAtCloud(_ slot: Int) {
        jobs[slot].atCloud = now.nanoseconds
        jobs[slot].place = .inCloud
        note(.atCloud, slot)
        pool.waiting.append(slot)
        servePool()
    }

    private mutating func servePool() {
        while pool.hasFreeWorker, let slot = pool.waiting.popFirst() {
            let time = now.nanoseconds
            let device = Int(jobs[slot].device)
            pool.busy += 1
            jobs[slot].cloudBegun = time
            jobs[slot].place = .onWorker
            note(.cloudBegan, slot)
            let work = groups[devices[device].group].demands[Int(jobs[slot].plan)].cloud
            let span = stretched(work, pool.slowdown(at: time))
            schedule(Happening(.cloudDone, device: device, subject: slot), after: span)
        }
    }

    mutating func cloudDone(_ slot: Int) {
        pool.busy -= 1
        jobs[slot].cloudDone = now.nanoseconds
        note(.cloudEnded, slot)
        let facts = facts(Int(jobs[slot].device))
        enterDownlink(slot, bytes: facts.demands[Int(jobs[slot].plan)].returnedBytes)
        servePool()
    }
}
