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
        devices[device].up.waiting.append(slot)
        devices[device].up.waitingBytes += bytes
        serveUplink(device)
    }

    mutating func serveUplink(_ device: Int) {
        guard !devices[device].up.isBusy, isNextFree(device), let slot = devices[device].up.waiting.popFirst() else {
            return
        }
        let time = now.nanoseconds
        let bytes = Int(jobs[slot].bytes)
        devices[device].up.waitingBytes -= bytes
        devices[device].up.carried = Int32(slot)
        devices[device].tally.uplinkBytes += bytes
        jobs[slot].place = .onUplink
        jobs[slot].sendBegun = time
        note(.sendBegan, slot)
        if jobs[slot].content == .frame { enterWindow(device) }
        carry(slot, device, .up)
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
                schedule(Happening(.atCloud, device: device, subject: slot), at: arrival)
            }
            readUplink(slot, device, rtt: rtt)
            awaitReceipt(device, rtt: rtt)
        }
        serveUplink(device)
    }

    mutating func enterDownlink(_ slot: Int, bytes: Int32) {
        let device = Int(jobs[slot].device)
        jobs[slot].bytes = bytes
        jobs[slot].place = .toDownlink
        devices[device].down.waiting.append(slot)
        serveDownlink(device)
    }

    private mutating func serveDownlink(_ device: Int) {
        guard !devices[device].down.isBusy, let slot = devices[device].down.waiting.popFirst() else { return }
        let time = now.nanoseconds
        devices[device].down.carried = Int32(slot)
        devices[device].tally.downlinkBytes += Int(jobs[slot].bytes)
        jobs[slot].place = .onDownlink
        jobs[slot].returnBegun = time
        note(.returnBegan, slot)
        carry(slot, device, .down)
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
        serveDownlink(device)
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
