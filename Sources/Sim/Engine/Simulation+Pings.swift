import Controller
import Model
import Telemetry

/// Pings, probes of idle resources, and outages as agents see them.
extension Simulation {
    mutating func ping(_ device: Int) {
        guard now < .zero + world.duration else { return }
        schedule(Happening(.ping, device: device), after: world.telemetry.pingPeriod.count)
        probeEdge(device)
        guard agents[device].pingSent == nil, agents[device].outSince == nil else { return }
        let isIdle = !devices[device].up.isBusy && devices[device].up.waiting.isEmpty
        let isStale = now.nanoseconds - agents[device].lastUplinkReading >= world.telemetry.probeAfter.count
        let isProbed = isIdle && isStale && agents[device].meter.baseRTT != nil && world.telemetry.probeBytes > 0
        if isProbed { return probe(device) }
        agents[device].pingSent = now.nanoseconds
        agents[device].pingNumber += 1
        agents[device].isPingOnIdleLink = isIdle
        // An empty message goes behind what is on its way, and takes no time of the link itself.
        let link = facts(device).link
        var cursor = devices[device].up.cursor
        let wait = isIdle ? 0 : uplinkBacklog(device, cursor)
        guard wait < Instant.latest.nanoseconds - now.nanoseconds else {
            agents[device].pingSent = nil
            return
        }
        let rtt = link.value(&cursor, at: now.nanoseconds + wait).rtt
        let drawn = agents[device].noise.nextUnit() + agents[device].noise.nextUnit()
        let delay = wait + rtt + facts(device).group.link.jitter.scaled(by: drawn).count
        schedule(Happening(.pong, device: device, subject: agents[device].pingNumber), after: delay)
    }

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
        guard let sent = agents[device].pingSent, number == agents[device].pingNumber else { return }
        agents[device].pingSent = nil
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
        devices[device].up.waiting.append(slot)
        devices[device].up.waitingBytes += bytes
        serveUplink(device)
    }

    mutating func probeSent(_ slot: Int, _ device: Int, rtt: Int64) {
        readUplink(slot, device, rtt: rtt)
        remove(slot)
    }

    /// How slow an idle edge is, while the plan gives it nothing to do: as a run of a small head would show.
    private mutating func probeEdge(_ device: Int) {
        let facts = facts(device)
        guard facts.demands[devices[device].plan].head == 0, devices[device].edge.busy == 0,
            now.nanoseconds - max(devices[device].edge.lastReading, 0) >= world.telemetry.probeAfter.count
                || devices[device].edge.lastReading == .min
        else { return }
        devices[device].edge.lastReading = now.nanoseconds
        let slowdown = facts.edge.value(&devices[device].edge.cursor, at: now.nanoseconds)
        read(device, .edgeSlowdown, slowdown * devices[device].edge.buildFactor, at: now, origin: .probe)
    }

    // MARK: Outages

    /// The link or its cell has gone out or come back.
    mutating func linkFlips(_ device: Int) {
        var own = agents[device].ownCursor
        var shared = agents[device].cellCursor
        let facts = facts(device)
        let time = now.nanoseconds
        let isOwnOut = facts.link.value(&own, at: time).isOut
        var next = facts.link.nextFlip(own, from: time, isOut: isOwnOut)
        var isOut = isOwnOut
        if let cell = facts.group.link.cell {
            let course = cells[cell].course
            let isCellOut = course.value(&shared, at: time).isOut
            isOut = isOwnOut || isCellOut
            next = [next, course.nextFlip(shared, from: time, isOut: isCellOut)].compactMap(\.self).min()
        }
        agents[device].ownCursor = own
        agents[device].cellCursor = shared
        if isOut != (agents[device].outSince != nil) { linkChanged(device, isOut: isOut) }
        if let next, next < world.duration.count {
            schedule(Happening(.linkFlips, device: device), at: next)
        }
    }

    private mutating func linkChanged(_ device: Int, isOut: Bool) {
        agents[device].outSince = isOut ? now.nanoseconds : nil
        agents[device].flips += 1
        // A ping under way is lost with the link, and the agent asks anew.
        if isOut { agents[device].pingSent = nil } else { announceWaiting(device) }
        let flips = agents[device].flips
        schedule(
            Happening(.linkLooks, device: device, subject: flips), after: world.telemetry.outageDetection.count)
    }

    /// The agent notices, where nothing has changed since.
    ///
    /// - Parameter flip: the number of the change that it may notice.
    mutating func linkLooks(_ device: Int, _ flip: Int) {
        guard flip == agents[device].flips else { return }
        let isOut = agents[device].outSince != nil
        if isOut { repeatOutage(device) }
        guard isOut != agents[device].isLossTold else { return }
        agents[device].isLossTold = isOut
        tell(device, isOut ? .linkLost : .linkRestored)
    }

    /// So that a window of recent readings holds the outage as long as it lasts.
    private mutating func repeatOutage(_ device: Int) {
        guard devices[device].needs.contains(.samples) else { return }
        read(device, .uplink, 0, at: now)
        agents[device].lastUplinkReading = now.nanoseconds
        guard now < .zero + world.duration else { return }
        let again = Nanoseconds.milliseconds(500).count
        schedule(Happening(.linkLooks, device: device, subject: agents[device].flips), after: again)
    }
}

extension Course where Value == LinkState {
    /// Whether the uplink is out at some moment from where a cursor stands to `end`.
    func isOut(from start: Cursor, to end: Int64) -> Bool {
        var cursor = start
        while true {
            if self[cursor.piece].up == 0 { return true }
            if cursor.end >= end { return false }
            next(&cursor)
        }
    }

    /// When the link next goes out or comes back; `nil` for never.
    func nextFlip(_ cursor: Cursor, from time: Int64, isOut: Bool) -> Int64? {
        var cursor = cursor
        move(&cursor, to: time)
        for _ in 0...count + 1 {
            let end = cursor.end
            guard end < Instant.latest.nanoseconds else { return nil }
            next(&cursor)
            if self[cursor.piece].isOut != isOut { return end }
        }
        return nil
    }
}
