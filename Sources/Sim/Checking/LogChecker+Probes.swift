import Model

extension LogChecker {
    mutating func edgeProbeBegan(_ entry: LogEntry) {
        guard let device = entry.device else { return }
        if probed(device) == nil { breach(entry, "no plan has a head to probe the edge with") }
        let waiting = devices[device].edgeQueue.contains { !isSettled($0, FrameKey(device: device, frame: $0)) }
        if waiting || !devices[device].onEdge.isEmpty || devices[device].edgeProbe != nil {
            breach(entry, "the edge has something to do")
        }
        if let last = devices[device].lastEdgeProbe, entry.time - last < world.telemetry.probeAfter {
            breach(entry, "the last probe is only \((entry.time - last).count) ns past")
        }
        devices[device].edgeProbe = entry.time
        devices[device].lastEdgeProbe = entry.time
    }

    mutating func edgeProbeEnded(_ entry: LogEntry) {
        guard let device = entry.device, let began = devices[device].edgeProbe, let plan = probed(device) else {
            return breach(entry, "no probe is on the edge")
        }
        devices[device].edgeProbe = nil
        let group = world.devices[groups[device]]
        let work = plan.edgeWork.scaled(by: (group.truth[plan.id] ?? SiteRatios()).edge)
        checkEdgeWork(entry, group, work, began)
    }

    /// The plan whose head the device's probes run.
    private func probed(_ device: Int) -> Plan? {
        let plans = world.devices[groups[device]].planSet.plans
        return plans.filter { !$0.isEdgeOnly && !$0.isCloudOnly && $0.edgeWork > .zero }
            .min { ($0.edgeWork, $0.id) < ($1.edgeWork, $1.id) }
    }
}
