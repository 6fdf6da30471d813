import Controller
import Model

/// Devices that need no events, or those of a shared cloud alone.
extension Simulation {
    /// Whether nothing of a device's frames is shared before the cloud, and nothing comes back to a station that is before it.
    func isLane(_ device: Int) -> Bool {
        let group = groups[devices[device].group].group
        guard !options.log, !options.frames, options.usesLanes, devices[device].drivenBy != .causal,
            devices[device].arrivals.inFlight == nil
        else { return false }
        let isPlainEdge = group.edge.discipline == .firstCome && group.edge.cores == 1 && group.edge.thermal == nil
        let hasNoRules = group.drop.edgeQueue == nil && !group.drop.late && group.variation == .none
        let isPlainLink =
            group.link.cell == nil && group.link.queueLimit == nil && group.link.window == nil
            && !group.link.holdsAnswers && group.link.fallbackAfter == nil
        return isPlainEdge && hasNoRules && isPlainLink
            && (isCloudPrivate || devices[device].drivenBy == .fixed && !hasCrashes)
    }

    /// Devices that go without events, but for those of a shared cloud.
    package var lanes: Int { fast.count }
    package var sharingLanes: Int { fast.indices.count { fast[$0].sharesCloud } }

    /// What a crash takes comes back to the edge.
    private var hasCrashes: Bool {
        world.faults.contains { if case .workerCrash = $0.kind { true } else { false } }
    }

    var isCloudPrivate: Bool {
        let hasSurges = world.faults.contains { if case .cloudSurge = $0.kind { true } else { false } }
        guard !hasSurges, !hasCrashes else { return false }
        guard let workers = world.cloud.workers else { return true }
        return workers == 1 && world.deviceCount == 1 && world.cloud.batching == nil && world.cloud.scaling == nil
    }

    /// What happens first to a lane.
    mutating func beginLane(_ device: Int) {
        let lane = devices[device].lane
        if fast[lane].sharesCloud { return sendNext(lane, device) }
        guard let time = fast[lane].arrivals.next(), time < world.duration.count else { return }
        schedule(Happening(.capture, device: device), at: time)
    }

    /// Runs a lane from a capture that is due on, as far as captures come before `horizon`; the first in any case.
    mutating func runLane(_ device: Int, until horizon: Int64) {
        let position = devices[device].lane
        let end = world.duration.count
        let plan = devices[device].plan
        let isOracle = devices[device].drivenBy == .oracle
        let first = now.nanoseconds
        var due: Int64? = first
        func run(_ lane: inout Lane) {
            while let time = due, time < horizon || time == first {
                lane.capture(
                    at: time, plan: isOracle ? lane.clairvoyantPlan(at: time, before: lane.arrivals, until: end) : plan)
                due = lane.arrivals.next().flatMap { $0 < end ? $0 : nil }
            }
            if due == nil { lane.finish(before: Lane.never) }
        }
        run(&fast[position])
        if let due { schedule(Happening(.capture, device: device), at: due) }
    }

    // MARK: A shared cloud

    /// Sends the next frame that gets there to a cloud that is shared. What comes after it arrives no sooner.
    private mutating func sendNext(_ position: Int, _ device: Int) {
        let end = world.duration.count
        let plan = devices[device].plan
        while let time = fast[position].arrivals.next(), time < end {
            guard let way = fast[position].depart(at: time, plan: plan) else { continue }
            fast[position].departed = way
            let number = UInt32(truncatingIfNeeded: way.frame)
            return scheduleArrival(-1 - position, device, at: way.atCloud, number: number)
        }
    }

    mutating func arriveFromLane(_ position: Int, _ device: Int) {
        guard let way = fast[position].departed else { return }
        fast[position].departed = nil
        sendNext(position, device)
        arriveAtCloud(jobs.insert(Job(way, lane: position, device: device)))
    }

    /// The cloud is done with a frame of a lane.
    mutating func bringBack(lane position: Int, _ slot: Int) {
        fast[position].bringBack(jobs[slot].way)
        remove(slot)
    }
}
