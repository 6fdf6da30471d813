import Controller
import Model
import Telemetry

/// Outages as agents see them: by signs of life that do not come (as in the field, `AgentCore`).
extension Simulation {
    /// Jitter of a link and of busy processors that is no sign of anything.
    private static let jitter = 0.1
    private static let repeatAfter = Nanoseconds.milliseconds(500).count

    /// The agent has waited for the worker before its first frame: where nothing comes through at the start, it knows, and counts the
    /// link as lost until the first sign. Nobody is told, since nothing is lost that was there.
    mutating func beginWithLink(_ device: Int) {
        guard emptyWait(device, devices[device].up.cursor) > 0 || !pool.isAlive else { return }
        agents[device].isLinkLost = true
        agents[device].lostAt = 0
    }

    /// To be called with every message of the agent.
    mutating func lookAtLink(_ device: Int) {
        let time = now.nanoseconds
        if agents[device].isLinkLost {
            let sign = agents[device].lastSign
            if sign > agents[device].lostAt, sign <= time { return restore(device) }
            if agents[device].isLossTold, time - agents[device].lastUplinkReading >= Self.repeatAfter {
                readOutage(device)
            }
        } else if let due = signDue(device), due <= time {
            if due + allowance(device) <= time { return declareLost(device) }
            guard canFallBack(device) else { return }
            for slot in devices[device].up.waiting.slots.map(Int.init) where jobs[slot].content == .frame {
                answerWithoutCloud(slot)
            }
        }
    }

    /// A receipt or an answer to a ping, now or at a moment that is certain.
    mutating func alive(_ device: Int, at time: Int64) {
        agents[device].lastSign = max(agents[device].lastSign, time)
        if time <= now.nanoseconds, agents[device].isLinkLost { restore(device) }
    }

    /// Whether the cloud is likely to answer a frame of a plan that comes now, or is waited for in any case; where it is not, the edge
    /// answers alone without having tried.
    func isCloudAwaited(_ device: Int, _ plan: Int) -> Bool {
        guard devices[device].needs.contains(.samples), canFallBack(device) else { return true }
        if facts(device).demands[plan].isEdgeOnly { return true }
        return !agents[device].isLinkLost && signDue(device).map { $0 > now.nanoseconds } ?? true
    }

    private func canFallBack(_ device: Int) -> Bool {
        let facts = groups[devices[device].group]
        return facts.group.link.fallbackAfter != nil && facts.refuge != nil
    }

    /// When the next sign of life should have come; `nil` where none is awaited, or nothing is known of the link.
    private func signDue(_ device: Int) -> Int64? {
        let carried = devices[device].up.carriedJob
        let since = min(carried.map { jobs[Int($0)].sendBegun } ?? .max, agents[device].pingSent ?? .max)
        guard since < .max, let rtt = agents[device].meter.baseRTT else { return nil }
        var expected = rtt.inSeconds * 2 + Self.jitter
        if let carried {
            guard let rate = agents[device].meter.cautiousRate else { return nil }
            expected += rate.seconds(for: Int(jobs[Int(carried)].bytes)) * 1.5
        }
        return max(since, agents[device].lastSign) + Nanoseconds(seconds: min(expected, 3600)).count
    }

    /// How long after a sign was due the link is waited for: at least `outageDetection`, and as long as the edge alone takes, so that
    /// waiting in vain costs no more than not waiting would have.
    private func allowance(_ device: Int) -> Int64 {
        let facts = facts(device)
        guard let refuge = facts.refuge else { return world.telemetry.outageDetection.count }
        var cursor = devices[device].edge.cursor
        let slowdown = facts.edge.value(&cursor, at: now.nanoseconds)
        let alone = Nanoseconds(facts.demands[refuge].edge).scaled(by: slowdown)
        return min(max(world.telemetry.outageDetection, alone), .seconds(5)).count
    }

    private mutating func declareLost(_ device: Int) {
        agents[device].isLinkLost = true
        agents[device].isLossTold = true
        agents[device].lostAt = now.nanoseconds
        readOutage(device)
        tell(device, .linkLost)
        guard canFallBack(device) else { return }
        for slot in unreceipted(device) { answerWithoutCloud(slot) }
    }

    /// Frames for the cloud, of which no worker has said that they came, in the order of capture.
    private func unreceipted(_ device: Int) -> [Int] {
        let waiting = jobs.slots.filter { slot in
            guard Int(jobs[slot].device) == device, jobs[slot].content == .frame else { return false }
            switch jobs[slot].place {
            case .atEdge, .onEdge, .gone: return false
            default: return !jobs[slot].isReceipted
            }
        }
        return waiting.sorted { (jobs[$0].frame, $0) < (jobs[$1].frame, $1) }
    }

    private mutating func restore(_ device: Int) {
        let isTold = agents[device].isLossTold
        agents[device].isLinkLost = false
        agents[device].isLossTold = false
        // What was read of the link is over: the next ping measures it.
        agents[device].lastUplinkReading = .min / 2
        announceWaiting(device)
        if isTold { tell(device, .linkRestored) }
    }

    /// So that a window of recent readings holds the outage as long as it lasts.
    private mutating func readOutage(_ device: Int) {
        agents[device].lastUplinkReading = now.nanoseconds
        read(device, .uplink, 0, at: now)
    }
}
