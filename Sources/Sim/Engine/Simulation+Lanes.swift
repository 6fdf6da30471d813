import Model

/// Devices that need no events.
extension Simulation {
    /// Whether a device shares nothing, and nothing comes back to a station that is before it.
    func isLane(_ device: Int) -> Bool {
        let group = groups[devices[device].group].group
        guard !options.log, !options.frames, options.usesLanes, devices[device].drivenBy != .causal,
            devices[device].arrivals.inFlight == nil
        else { return false }
        let isPlainEdge = group.edge.discipline == .firstCome && group.edge.cores == 1 && group.edge.thermal == nil
        let hasNoRules = group.drop.edgeQueue == nil && !group.drop.late && group.variation == .none
        let isPlainLink =
            group.link.cell == nil && group.link.queueLimit == nil && group.link.window == nil
            && !group.link.holdsAnswers
            && group.link.fallbackAfter == nil
        return isPlainEdge && hasNoRules && isPlainLink && isCloudPrivate
    }

    /// Devices that go without events.
    package var lanes: Int { devices.count { $0.lane != nil } }

    private var isCloudPrivate: Bool {
        let isTroubled = world.faults.contains { fault in
            switch fault.kind {
            case .workerCrash, .cloudSurge: true
            default: false
            }
        }
        guard !isTroubled else { return false }
        guard let workers = world.cloud.workers else { return true }
        return workers == 1 && world.deviceCount == 1 && world.cloud.batching == nil && world.cloud.scaling == nil
    }

    /// Runs a lane from a capture that is due on, as far as captures come before `horizon`; the first in any case.
    mutating func runLane(_ device: Int, until horizon: Int64) {
        guard var lane = devices[device].lane else { return }
        devices[device].lane = nil
        var arrivals = devices[device].arrivals
        let end = world.duration.count
        let plan = devices[device].plan
        let isOracle = devices[device].drivenBy == .oracle
        var due: Int64? = now.nanoseconds
        while let time = due, time < horizon || time == now.nanoseconds {
            lane.capture(at: time, plan: isOracle ? lane.clairvoyantPlan(at: time, before: arrivals) : plan)
            due = arrivals.next().flatMap { $0 < end ? $0 : nil }
        }
        if let due {
            schedule(Happening(.capture, device: device), at: due)
        } else {
            lane.finish(before: Lane.never)
        }
        devices[device].arrivals = arrivals
        devices[device].lane = lane
    }
}
