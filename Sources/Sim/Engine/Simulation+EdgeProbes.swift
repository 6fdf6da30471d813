import Model
import Telemetry

/// Probes of the edge's speed, as in the field (`AgentCore`, `EdgeEngine`): where the plan gives the edge no layers and nothing
/// else has measured it for `probeAfter`, an idle edge runs the smallest head once. That takes its time of the processor, and
/// frames that come meanwhile wait for it, or share with it.
extension Simulation {
    /// The first at once. Later ones come at moments that have nothing to do with those of frames, since agents look every few
    /// milliseconds: within the time between two pings any moment is as likely.
    mutating func planEdgeProbe(_ device: Int) {
        guard isEdgeProbeDue(device) else { return }
        guard devices[device].edge.lastReading > .min else { return probeEdge(device) }
        let phase = world.telemetry.pingPeriod.scaled(by: agents[device].noise.nextUnit())
        schedule(Happening(.edgeProbe, device: device), after: phase.count)
    }

    private func isEdgeProbeDue(_ device: Int) -> Bool {
        let facts = facts(device)
        let last = devices[device].edge.lastReading
        let rest = EdgeProbing.rest(after: devices[device].edge.lastProbe, least: world.telemetry.probeAfter)
        return facts.probe != nil && facts.group.planSet.plans[devices[device].plan].isCloudOnly
            && (last == .min || now.nanoseconds - last >= rest.count)
    }

    mutating func probeEdge(_ device: Int) {
        guard isEdgeProbeDue(device), devices[device].edge.isIdle, let plan = facts(device).probe else { return }
        devices[device].edge.lastReading = now.nanoseconds
        let slot = jobs.insert(
            Job(
                content: .edgeProbe, place: .onEdge, device: Int32(device), plan: Int32(plan),
                captured: now.nanoseconds))
        beginEdge(slot, device)
    }

    mutating func edgeProbed(_ slot: Int, _ device: Int) {
        devices[device].edge.lastProbe = Nanoseconds(now.nanoseconds - jobs[slot].captured)
        readEdge(slot, device)
        remove(slot)
    }
}
