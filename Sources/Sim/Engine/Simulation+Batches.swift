import Model

/// Batches: a worker that is free takes the first frame that waits and those of the same plan behind it, and where it may wait it
/// does so for more.
extension Simulation {
    mutating func fill(_ slot: Int, _ worker: Int, _ batching: CloudPool.Batching) {
        var last = slot
        var count = 1
        for other in pool.waiting.slots.map(Int.init) where count < batching.most && isSamePlan(slot, other) {
            jobs[last].next = Int32(other)
            last = other
            count += 1
        }
        if count > 1 {
            var taken = Set<Int>()
            var member = jobs[slot].next
            while member >= 0 {
                taken.insert(Int(member))
                member = jobs[Int(member)].next
            }
            pool.waiting.remove { taken.contains($0) }
        }
        guard count < batching.most && batching.wait > .zero else { return beginCloud(slot, count: count) }
        pool.workers?[worker].held = count
        pool.workers?[worker].waits += 1
        pool.holding.append(Int32(worker))
        schedule(
            Happening(.batchCloses, device: pool.workers?[worker].waits ?? 0, subject: worker),
            after: batching.wait.count)
    }

    /// Puts a frame into the batch of a worker that waits for such, the one that began first.
    ///
    /// - Returns: whether there was one.
    mutating func join(_ slot: Int) -> Bool {
        guard let batching = world.cloud.batching, jobs[slot].content == .frame else { return false }
        for worker in pool.holding.map(Int.init) {
            guard let state = pool.workers?[worker], isSamePlan(slot, Int(state.job)) else { continue }
            var last = Int(state.job)
            while jobs[last].next >= 0 { last = Int(jobs[last].next) }
            jobs[last].next = Int32(slot)
            pool.workers?[worker].held += 1
            if state.held + 1 >= batching.most { close(worker) }
            return true
        }
        return false
    }

    mutating func batchCloses(_ worker: Int, _ wait: Int) {
        guard let state = pool.workers?[worker], state.held > 0, state.waits & 0xFF_FFFF == wait else { return }
        close(worker)
    }

    private mutating func close(_ worker: Int) {
        guard let state = pool.workers?[worker] else { return }
        pool.workers?[worker].held = 0
        pool.holding.removeAll { $0 == Int32(worker) }
        beginCloud(Int(state.job), count: state.held)
    }
}
