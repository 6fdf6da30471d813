import Controller
import Model
import Telemetry

/// Pings, and bytes that probe an idle link. Workers answer them.
extension Simulation {
    mutating func ping(_ device: Int) {
        guard now < .zero + world.duration else { return }
        schedule(Happening(.ping, device: device), after: world.telemetry.pingPeriod.count)
        if agents[device].pingNumber == 0 { beginWithLink(device) }
        planEdgeProbe(device)
        guard agents[device].pingSent.map({ now.nanoseconds - $0 >= Self.reconnectAfter }) ?? true else { return }
        let isIdle = !devices[device].up.isBusy && devices[device].up.waiting.isEmpty
        let isStale = now.nanoseconds - agents[device].lastUplinkReading >= world.telemetry.probeAfter.count
        let isKnown = !agents[device].isLinkLost && agents[device].meter.baseRTT != nil
        let isProbed = isIdle && isStale && isKnown && world.telemetry.probeBytes > 0
        if isProbed { return probe(device) }
        agents[device].pingSent = now.nanoseconds
        agents[device].pingNumber += 1
        agents[device].isPingOnIdleLink = isIdle
        // An empty message goes behind what is on its way, and takes no time of the link itself.
        let link = facts(device).link
        if isIdle { link.move(&devices[device].up.cursor, to: now.nanoseconds) }
        var cursor = devices[device].up.cursor
        let wait = isIdle ? emptyWait(device, cursor) : uplinkBacklog(device, cursor)
        guard wait < Instant.latest.nanoseconds - now.nanoseconds else { return }
        let rtt = link.value(&cursor, at: now.nanoseconds + wait).rtt
        let drawn = agents[device].noise.nextUnit() + agents[device].noise.nextUnit()
        let delay = wait + rtt + facts(device).group.link.jitter.scaled(by: drawn).count
        schedule(Happening(.pong, device: device, subject: agents[device].pingNumber), after: delay)
    }

    /// A connection without an answer for so long is opened anew, with a new ping.
    private static let reconnectAfter = Nanoseconds.seconds(1).count

    /// How long an empty link keeps a message that has next to no bytes: for as long as it is out.
    func emptyWait(_ device: Int, _ cursor: Course<LinkState>.Cursor) -> Int64 {
        let time = now.nanoseconds
        if let cell = facts(device).group.link.cell {
            var shared = agents[device].cellCursor
            if cells[cell].course.value(&shared, at: time).isOut { return .max }
        }
        var ahead = cursor
        guard let end = facts(device).link.completion(ofBytes: 1, from: time, .up, &ahead) else { return .max }
        // What a byte takes is nothing where the link is up.
        return facts(device).link.value(&ahead, at: time).isOut || end - time > Self.longestByte ? end - time : 0
    }

    /// A link on which a byte takes longer has gone out meanwhile.
    private static let longestByte = Nanoseconds.milliseconds(10).count

    /// How long the uplink has to carry what it has now, if its rate stays; beyond simulated time where that is never.
    func uplinkBacklog(_ device: Int, _ cursor: Course<LinkState>.Cursor) -> Int64 {
        let link = facts(device).link
        let time = now.nanoseconds
        let waiting = min(devices[device].up.waitingBytes, Int(Int32.max))
        guard let carried = devices[device].up.carriedJob else { return 0 }
        if let cell = facts(device).group.link.cell {
            guard let transfer = cells[cell].up.transfers.first(where: { $0.slot == carried }), transfer.rate > 0
            else { return .max }
            let left = transfer.left.addingReportingOverflow(transferAmount(ofBytes: waiting))
            return left.overflow ? .max : Int64(clamping: left.partialValue / transfer.rate)
        }
        // The cursor stands where the transfer under way will end.
        var ahead = cursor
        guard let done = devices[device].up.carriedUntil,
            let end = link.completion(ofBytes: waiting, from: max(done, time), .up, &ahead)
        else { return .max }
        return end - time
    }

    mutating func pong(_ device: Int, _ number: Int) {
        guard let sent = agents[device].pingSent, number == agents[device].pingNumber, pool.isAlive else { return }
        agents[device].pingSent = nil
        alive(device, at: now.nanoseconds)
        let rtt = Nanoseconds(now.nanoseconds - sent)
        if agents[device].isPingOnIdleLink || agents[device].meter.baseRTT == nil {
            agents[device].meter.pong(rtt: rtt)
            read(device, .rtt, rtt.inSeconds, at: now, origin: .ping)
        } else {
            read(device, .loadedRTT, rtt.inSeconds, at: now, origin: .ping)
        }
    }

    /// Sends bytes over an idle link to measure it.
    private mutating func probe(_ device: Int) {
        let bytes = world.telemetry.probeBytes
        agents[device].lastUplinkReading = now.nanoseconds
        let slot = jobs.insert(
            Job(
                content: .probe, place: .toUplink, device: Int32(device), bytes: Int32(bytes),
                captured: now.nanoseconds))
        wait(slot, device, .up)
    }

    mutating func probeSent(_ slot: Int, _ device: Int, rtt: Int64) {
        readUplink(slot, device, rtt: rtt)
        remove(slot)
    }
}
