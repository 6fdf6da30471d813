import Model

/// What a plan asks of each station, in nanoseconds and bytes, as it truly is.
struct Demand: Sendable {
    var isEdgeOnly: Bool
    var head: Int64
    /// Head and encoding; the whole model where the plan is edge-only.
    var edge: Int64
    var sentBytes: Int32
    var cloud: Int64
    var returnedBytes: Int32
    /// What the profile says of the head and of the tail: what telemetry compares with.
    var profiledHead: Int64
    var profiledCloud: Int64
    var moveBytes: Int

    init(_ plan: Plan, truth: SiteRatios) {
        isEdgeOnly = plan.isEdgeOnly
        head = plan.edgeWork.scaled(by: truth.edge).count
        edge = isEdgeOnly ? head : (plan.edgeWork + plan.encodeWork).scaled(by: truth.edge).count
        sentBytes = isEdgeOnly ? 0 : Int32(plan.transmitBytes)
        cloud = isEdgeOnly ? 0 : plan.cloudWork.scaled(by: truth.cloud).count
        returnedBytes = isEdgeOnly ? 0 : Int32(plan.resultBytes)
        profiledHead = plan.edgeWork.count
        profiledCloud = plan.cloudWork.count
        moveBytes = plan.moveBytes ?? 0
    }
}

/// What all devices of a group have in common, made ready for a run. Shared, and never changed.
final class GroupFacts: Sendable {
    let group: DeviceGroup
    /// By position in the plan set.
    let demands: ContiguousArray<Demand>
    let planIDs: [String]
    /// Position of the plan by which the edge answers alone.
    let refuge: Int?
    let firstPlan: Int
    /// Position of the plan whose head measures an idle edge: of those that split the least work, as in the field (`EdgeEngine`).
    let probe: Int?
    let cores: Int
    /// A frame that waits longer is dropped, where the rule says so.
    let dropsLate: Bool
    let deadline: Int64
    let link: Course<LinkState>
    let edge: Course<Double>
    let energy: EnergyModel?
    /// When nobody decides for these devices.
    let absences: [Fault]
    let readings: ReadingFaults
    /// When crashes leave the cloud no worker, of as many as it has at the start.
    let blackouts: [Fault]
    /// When others send the cloud work of theirs.
    let surges: [Fault]

    /// - Precondition: the world is valid.
    init(_ group: DeviceGroup, in world: World) {
        let plans = group.planSet.plans
        self.group = group
        planIDs = plans.map(\.id)
        demands = ContiguousArray(plans.map { Demand($0, truth: group.truth[$0.id] ?? SiteRatios()) })
        refuge = group.planSet.edgeOnly.flatMap { plan in plans.firstIndex { $0.id == plan.id } }
        firstPlan = group.firstPlan.flatMap { id in plans.firstIndex { $0.id == id } } ?? refuge ?? 0
        let splitting = plans.indices.filter {
            !plans[$0].isEdgeOnly && !plans[$0].isCloudOnly && plans[$0].edgeWork > .zero
        }
        probe = splitting.min { (plans[$0].edgeWork, plans[$0].id) < (plans[$1].edgeWork, plans[$1].id) }
        cores = group.edge.cores
        dropsLate = group.drop.late && group.deadline != nil
        deadline = group.deadline?.count ?? .max
        energy = group.edge.energy ?? group.planSet.energy
        let faults = world.faults.filter { $0.groups?.contains(group.name) ?? true }
        absences = faults.filter { $0.kind == .controllerAway }
        readings = ReadingFaults(faults)
        blackouts = world.faults.filter { fault in
            guard case .workerCrash(let count) = fault.kind, let workers = world.cloud.workers else { return false }
            return count >= workers
        }
        surges = world.faults.filter { if case .cloudSurge = $0.kind { true } else { false } }
        let outages = faults.filter { $0.kind == .outage }
        var link = CourseDraft(
            group.link.trace.schedule.mapValues(LinkState.init), from: group.link.offset, once: Self.last(outages))
        for fault in outages {
            link.change(from: fault.start.count, to: fault.end.count) { state in
                var state = state
                state.cut()
                return state
            }
        }
        self.link = Course(link)
        var edge = CourseDraft(group.edge.slowdown, once: Self.last(faults))
        for fault in faults {
            guard case .loadSpike(let slowdown) = fault.kind else { continue }
            edge.change(from: fault.start.count, to: fault.end.count) { $0 * slowdown }
        }
        self.edge = Course(edge)
    }

    private static func last(_ faults: [Fault]) -> Nanoseconds { faults.map(\.end).max() ?? .zero }
}
