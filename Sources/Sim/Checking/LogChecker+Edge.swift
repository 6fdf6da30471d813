import Model

extension LogChecker {
    mutating func edgeBegan(_ entry: LogEntry, _ key: FrameKey) {
        guard let flight = flights[key] else { return }
        let group = group(key)
        if devices[key.device].edgeQueue.remove(key.frame) == nil { breach(entry, "it did not wait") }
        if flight.edgeBegan == nil, flight.gaveUp == nil {
            flights[key]?.edgeBegan = entry.time
        } else if flight.gaveUp == nil || flight.aloneBegan != nil {
            breach(entry, "the edge has had it before")
        } else {
            flights[key]?.aloneBegan = entry.time
        }
        if group.edge.discipline == .firstCome {
            if let before = devices[key.device].edgeQueue.first(where: { $0 < key.frame && !isSettled($0, key) }) {
                breach(entry, "frame \(before) was captured before it and waits")
            }
            let busy = devices[key.device].onEdge.count + (devices[key.device].edgeProbe == nil ? 0 : 1)
            if busy >= group.edge.cores { breach(entry, "no core is free") }
        }
        devices[key.device].onEdge.insert(key.frame)
    }

    func isSettled(_ frame: Int, _ key: FrameKey) -> Bool {
        flights[FrameKey(device: key.device, frame: frame)]?.settled != nil
    }

    mutating func edgeEnded(_ entry: LogEntry, _ key: FrameKey) {
        guard let flight = flights[key], let plan = plan(key) else { return }
        if devices[key.device].onEdge.remove(key.frame) == nil { breach(entry, "it was not on the edge") }
        let isAlone = flight.aloneBegan != nil
        guard let began = isAlone ? flight.aloneBegan : flight.edgeBegan else {
            return breach(entry, "it was not begun")
        }
        if isAlone { flights[key]?.aloneEnded = entry.time } else { flights[key]?.edgeEnded = entry.time }
        let group = group(key)
        let served = isAlone ? group.planSet.edgeOnly ?? plan : plan
        let ratio = ratios(served, key).edge
        let work = served.isEdgeOnly ? served.edgeWork : served.edgeWork + served.encodeWork
        if group.variation == .none { checkEdgeWork(entry, group, work.scaled(by: ratio), began) }
        guard !isAlone, !plan.isEdgeOnly else { return }
        if flight.gaveUp != nil {
            devices[key.device].edgeQueue.insert(key.frame)
        } else {
            devices[key.device].sendQueue.append(key.frame)
        }
    }

    /// First-come work has the slowdown at its start, more while the edge builds or is hot. Shared work is never faster than
    /// alone under the least slowdown on its way.
    mutating func checkEdgeWork(
        _ entry: LogEntry, _ group: DeviceGroup, _ work: Nanoseconds, _ began: Instant
    ) {
        let spikes = world.faults.filter { fault in
            if case .loadSpike = fault.kind { fault.groups.map { $0.contains(group.name) } ?? true } else { false }
        }
        func slowdown(at time: Instant) -> Double {
            spikes.reduce(group.edge.slowdown.value(at: time)) { slowdown, fault in
                guard case .loadSpike(let factor) = fault.kind, fault.holds(at: time) else { return slowdown }
                return slowdown * factor
            }
        }
        let took = entry.time - began
        guard group.edge.discipline == .firstCome else { return }
        let expected = work.scaled(by: slowdown(at: began))
        let isExact = group.edge.thermal == nil && group.moves.buildSlowdown == 1
        if isExact ? took != expected : took < expected && group.moves.buildSlowdown >= 1 {
            breach(entry, "its work took \(took.count) ns and not \(expected.count)")
        }
    }

    mutating func gaveUp(_ entry: LogEntry, _ key: FrameKey) {
        guard let flight = flights[key], mark(entry, key, \.gaveUp, after: \.firstMoment) else { return }
        if flight.settled != nil { breach(entry, "it has its answer") }
        if group(key).planSet.edgeOnly == nil { breach(entry, "the edge cannot answer it") }
        devices[key.device].sendQueue.removeAll { $0 == key.frame }
        let isOnEdge = devices[key.device].onEdge.contains(key.frame)
        if !isOnEdge || flight.edgeEnded != nil { devices[key.device].edgeQueue.insert(key.frame) }
    }

    mutating func refused(_ entry: LogEntry, _ key: FrameKey) {
        guard mark(entry, key, \.refused, after: \.edgeEnded), let plan = plan(key) else { return }
        devices[key.device].sendQueue.removeAll { $0 == key.frame }
        guard let limit = group(key).link.queueLimit else { return breach(entry, "the queue has no limit") }
        if waitingBytes(key.device) + plan.transmitBytes <= limit { breach(entry, "there was room") }
    }

    func waitingBytes(_ device: Int) -> Int {
        devices[device].sendQueue.reduce(0) { sum, frame in
            sum + (plan(FrameKey(device: device, frame: frame))?.transmitBytes ?? 0)
        }
    }

    mutating func settled(_ entry: LogEntry, _ key: FrameKey) {
        guard let flight = flights[key] else { return }
        if flight.settled != nil { breach(entry, "it has its answer, or is lost") }
        flights[key]?.settled = entry.time
        devices[key.device].edgeQueue.remove(key.frame)
        let group = group(key)
        switch entry.kind {
        case .lost:
            let isDropped = flight.edgeBegan == nil && (group.drop.edgeQueue != nil || group.drop.late)
            if !isDropped, flight.refused == nil, flight.abandoned == nil { breach(entry, "for no reason") }
        case .answeredAlone:
            if flight.gaveUp == nil || flight.aloneEnded != entry.time { breach(entry, "the edge has not done it") }
        default:
            guard plan(key)?.isEdgeOnly != true else {
                if flight.edgeEnded != entry.time { breach(entry, "the edge has not done it") }
                return
            }
            guard let returned = flight.returnEnded else { return breach(entry, "nothing has come back") }
            let rtt = devices[key.device].link.rtt(at: returned)
            if entry.time - returned < rtt - Nanoseconds(rtt.count / 2) { breach(entry, "sooner than the round trip") }
        }
    }
}

extension LogChecker.Flight {
    /// Every frame has it.
    var firstMoment: Instant? { captured }
}
