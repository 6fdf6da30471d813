import Controller
import Model
import Telemetry

/// Outages as agents see them: by signs of life that do not come (as in the field, `AgentCore`).
extension Simulation {
    /// Jitter of a link and of busy processors that is no sign of anything.
    private static let jitter = 0.1
    private static let repeatAfter = Nanoseconds.milliseconds(500).count

    /// To be called with every message of the agent.
    mutating func lookAtLink(_ device: Int) {
        let time = now.nanoseconds
        if agents[device].isLossTold {
            let sign = agents[device].lastSign
            if sign > agents[device].lostAt, sign <= time { return restore(device) }
            if time - agents[device].lastUplinkReading >= Self.repeatAfter { readOutage(device) }
        } else if let due = signDue(device), due + allowance(device) <= time {
            declareLost(device)
        }
    }

    /// A receipt or an answer to a ping, now or at a moment that is certain.
    mutating func alive(_ device: Int, at time: Int64) {
        agents[device].lastSign = max(agents[device].lastSign, time)
        if time <= now.nanoseconds, agents[device].isLossTold { restore(device) }
    }

    /// When the next sign of life should have come; `nil` where none is awaited, or nothing is known of the link.
    private func signDue(_ device: Int) -> Int64? {
        guard let rtt = agents[device].meter.baseRTT else { return nil }
        let carried = devices[device].up.carriedJob.map { jobs[Int($0)] }
        guard let since = [carried?.sendBegun, agents[device].pingSent].compactMap(\.self).min() else { return nil }
        var expected = rtt.inSeconds * 2 + Self.jitter
        if let carried {
            guard let rate = agents[device].meter.cautiousRate else { return nil }
            expected += rate.seconds(for: Int(carried.bytes)) * 1.5
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
        agents[device].isLossTold = true
        agents[device].lostAt = now.nanoseconds
        readOutage(device)
        tell(device, .linkLost)
        guard groups[devices[device].group].group.link.fallbackAfter != nil else { return }
        var waiting = devices[device].up.waiting.slots.map { Int($0) }
        if let carried = devices[device].up.carriedJob { waiting.insert(Int(carried), at: 0) }
        for slot in waiting where jobs[slot].content == .frame { answerWithoutCloud(slot) }
    }

    private mutating func restore(_ device: Int) {
        agents[device].isLossTold = false
        // What was read of the link is over: the next ping measures it.
        agents[device].lastUplinkReading = .min / 2
        announceWaiting(device)
        tell(device, .linkRestored)
    }

    /// So that a window of recent readings holds the outage as long as it lasts.
    private mutating func readOutage(_ device: Int) {
        agents[device].lastUplinkReading = now.nanoseconds
        read(device, .uplink, 0, at: now)
    }
}
