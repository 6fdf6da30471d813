import Model
import Sim

/// Which fixed plans would have served the recorded conditions best. It nominates; which one was best is then seen live.
struct Hindsight {
    private let planSet: PlanSet
    private let replay: FixedPlanReplay

    /// The link is what the trace made of it; edge and cloud are what the adaptive run met. Frames wait for the link, as under fixed
    /// plans live.
    init(_ run: RecordedRun, trace: Trace) throws(WorldError) {
        planSet = run.planSet
        var world = run.world(link: trace)
        world.devices[0].link.fallbackAfter = nil
        replay = try FixedPlanReplay.bestStatic(in: world)
    }

    /// Edge-only, the best cloud-only plan and the best split.
    var nominees: [Plan] {
        [best(\.isEdgeOnly), best(\.isCloudOnly), best { !$0.isEdgeOnly && !$0.isCloudOnly }].compactMap(\.self)
    }

    /// What the replay says of a plan; `nil` where it answers no frame.
    func summary(of plan: Plan) -> LatencySummary? { replay.results.first { $0.planID == plan.id }?.summary }

    /// The best of the plans that `isAdmitted`: fewest frames unanswered, then least mean, then least p95.
    private func best(_ isAdmitted: (Plan) -> Bool) -> Plan? {
        zip(planSet.plans, replay.results).filter { isAdmitted($0.0) }.min { a, b in
            (a.1.unanswered, a.1.summary?.mean ?? .zero, a.1.summary?.p95 ?? .zero)
                < (b.1.unanswered, b.1.summary?.mean ?? .zero, b.1.summary?.p95 ?? .zero)
        }?.0
    }
}
