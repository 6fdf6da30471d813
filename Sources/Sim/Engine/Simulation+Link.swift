import Model

/// The uplink and the downlink, each one message at a time.
extension Simulation {
    mutating func enterUplink(_ slot: Int, _ device: Int) {
        let facts = groups[devices[device].group]
        let bytes = Int(facts.demands[Int(jobs[slot].plan)].sentBytes)
        if let limit = facts.group.link.queueLimit, devices[device].up.isBusy || !isWindowOpen(device),
            devices[device].up.waitingBytes + bytes > limit
        {
            note(.refused, slot)
            jobs[slot].place = .gone
            return answerWithoutCloud(slot)
        }
        jobs[slot].bytes = Int32(bytes)
        jobs[slot].place = .toUplink
        wait(slot, device, .up)
    }

    /// Puts a job behind those that wait for a way.
    mutating func wait(_ slot: Int, _ device: Int, _ way: Way) {
        let bytes = Int(jobs[slot].bytes)
        switch way {
        case .up: devices[device].up.add(slot, bytes)
        case .down: devices[device].down.add(slot, bytes)
        }
        serve(device, way)
    }

    /// Begins to carry the first that waits for a way, if the way is free.
    mutating func serve(_ device: Int, _ way: Way) {
        if way == .up, !isNextFree(device) { return }
        let next = way == .up ? devices[device].up.takeNext() : devices[device].down.takeNext()
        guard let slot = next else { return }
        let bytes = Int(jobs[slot].bytes)
        switch way {
        case .up:
            devices[device].up.waitingBytes -= bytes
            devices[device].tally.uplinkBytes += bytes
            jobs[slot].place = .onUplink
            jobs[slot].sendBegun = now.nanoseconds
            note(.sendBegan, slot)
            if jobs[slot].content == .frame { enterWindow(device) }
        case .down:
            devices[device].down.waitingBytes -= bytes
            devices[device].tally.downlinkBytes += bytes
            jobs[slot].place = .onDownlink
            jobs[slot].returnBegun = now.nanoseconds
            note(.returnBegan, slot)
        }
        carry(slot, device, way)
    }

    mutating func sendDone(_ slot: Int) {
        let device = Int(jobs[slot].device)
        let time = now.nanoseconds
        jobs[slot].sent = time
        devices[device].up.carried = -1
        devices[device].tally.sending += Int128(time - jobs[slot].sendBegun)
        note(.sendEnded, slot)
        let rtt = groups[devices[device].group].link.value(&devices[device].up.cursor, at: time).rtt
        if jobs[slot].content == .probe {
            probeSent(slot, device, rtt: rtt)
        } else {
            let foreign = min(pool.foreignQueue(at: time), Instant.latest.nanoseconds)
            jobs[slot].foreignQueue = foreign
            jobs[slot].place = .toCloud
            let delay = rtt / 2 + jitter(device, .up)
            let arrival = max(later(later(time, delay), foreign), devices[device].up.lastArrival)
            devices[device].up.lastArrival = arrival
            if arrival <= Instant.latest.nanoseconds {
                scheduleArrival(slot, device, at: arrival, number: devices[device].up.sent)
            }
            devices[device].up.sent &+= 1
            readUplink(slot, device, rtt: rtt)
            awaitReceipt(device, rtt: rtt)
        }
        serve(device, .up)
    }

    mutating func enterDownlink(_ slot: Int, bytes: Int32) {
        let device = Int(jobs[slot].device)
        jobs[slot].bytes = bytes
        jobs[slot].place = .toDownlink
        wait(slot, device, .down)
    }

    mutating func returnDone(_ slot: Int) {
        let device = Int(jobs[slot].device)
        let time = now.nanoseconds
        jobs[slot].returned = time
        devices[device].down.carried = -1
        devices[device].tally.receiving += Int128(time - jobs[slot].returnBegun)
        note(.returnEnded, slot)
        let rtt = groups[devices[device].group].link.value(&devices[device].down.cursor, at: time).rtt
        jobs[slot].place = .toAgent
        let delay = rtt - rtt / 2 + jitter(device, .down)
        let arrival = max(held(device, until: later(time, delay)), devices[device].down.lastArrival)
        devices[device].down.lastArrival = arrival
        if arrival <= Instant.latest.nanoseconds {
            schedule(Happening(.atEdge, device: device, subject: slot), at: arrival)
        }
        serve(device, .down)
    }

    /// What comes down has come.
    mutating func arriveBack(_ slot: Int) {
        guard jobs[slot].content == .frame else { return weightsArrived(slot) }
        let device = Int(jobs[slot].device)
        readAnswer(slot, device)
        answer(slot, by: .planned)
        remove(slot)
    }

    mutating func jitter(_ device: Int, _ way: Way) -> Int64 {
        let most = groups[devices[device].group].group.link.jitter
        guard most > .zero else { return 0 }
        return most.scaled(by: devices[device][way].random.nextUnit()).count
    }
}

/// A sum that stays within what 64 bits hold.
@inline(__always)
private func later(_ time: Int64, _ span: Int64) -> Int64 {
    min(time, Instant.latest.nanoseconds + 1) + min(span, Instant.latest.nanoseconds)
}
