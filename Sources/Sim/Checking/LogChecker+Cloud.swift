import Model

extension LogChecker {
    mutating func cloudBegan(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.cloudBegan, after: \.atCloud) else { return }
        serve(entry, key)
    }

    mutating func cloudEnded(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.cloudEnded, after: \.cloudBegan), let began = flights[key]?.cloudBegan,
            let plan = plan(key)
        else { return }
        release(entry, key)
        devices[key.device].returnQueue.append(key.frame)
        let work = plan.cloudWork.scaled(by: ratios(plan, key).cloud)
        let least = work.scaled(by: world.cloud.slowdown.value(at: began))
        let took = entry.time - began
        guard group(key).variation == .none else { return }
        if world.cloud.batching == nil ? took != least : took < least {
            breach(entry, "its work took \(took.count) ns and not \(least.count)")
        }
    }

    /// Gone with its worker, which it may have waited for.
    mutating func abandoned(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.abandoned, after: \.atCloud) else { return }
        guard world.faults.contains(where: { $0.start == entry.time - .zero && $0.isCrash }) else {
            return breach(entry, "no worker has crashed")
        }
        if flights[key]?.cloudBegan != nil { release(entry, key) }
    }

    /// A worker serves one job, or a batch of one plan that it begins at once.
    private mutating func serve(_ entry: LogEntry, _ key: FrameKey) {
        guard let worker = entry.worker else {
            if world.cloud.workers != nil { breach(entry, "no worker serves it") }
            return
        }
        let others = serving[worker] ?? []
        serving[worker] = others + [key]
        if world.cloud.scaling == nil, worker >= world.cloud.workers ?? 0 { breach(entry, "there is no such worker") }
        guard let first = others.first else { return }
        let isBatch =
            world.cloud.batching.map { others.count < $0.most } == true
            && flights[first]?.cloudBegan == entry.time && flights[first]?.plan == entry.plan
            && groups[first.device] == groups[key.device]
        if !isBatch { breach(entry, "worker \(worker) serves another") }
    }

    private mutating func release(_ entry: LogEntry, _ key: FrameKey) {
        guard let worker = entry.worker else { return }
        guard let index = serving[worker]?.firstIndex(of: key) else {
            return breach(entry, "worker \(worker) does not serve it")
        }
        serving[worker]?.remove(at: index)
    }

    /// Frames of others have no names: one is as another.
    mutating func foreign(_ entry: LogEntry) {
        let key = FrameKey(device: -1, frame: -1)
        switch entry.kind {
        case .cloudBegan:
            guard let worker = entry.worker else { return breach(entry, "no worker serves it") }
            if serving[worker]?.isEmpty == false { breach(entry, "worker \(worker) serves another") }
            serving[worker, default: []].append(key)
        case .cloudEnded, .abandoned: release(entry, key)
        default: break
        }
    }
}

extension Fault {
    var isCrash: Bool { if case .workerCrash = kind { true } else { false } }
}
