import Model
import Sim

/// Which fixed plans would have served the recorded conditions best. It nominates; which one was best is then seen live, since
/// the slowdown that one plan's work meets is not quite what another's would have met.
struct Hindsight {
    private let planSet: PlanSet
    private let replay: FixedPlanReplay?

    /// The link is what the trace made of it; how slow edge and cloud were is what the adaptive run measured.
    init(_ outcome: DemoOutcome, planSet: PlanSet, settings: Demo.Settings) throws(WorldError) {
        self.planSet = planSet
        let step = Nanoseconds.milliseconds(100)
        let conditions = (0..<(settings.seconds * 10)).map { tick in
            let time = step * Int64(tick)
            let state = settings.trace.state(at: time)
            return (
                time: Instant.zero + time,
                conditions: Conditions(
                    uplink: state.uplink, downlink: state.downlink, rtt: state.rtt,
                    edgeSlowdown: Self.median(.edgeSlowdown, of: outcome, around: time) ?? settings.slowdown,
                    cloudSlowdown: Self.median(.cloudSlowdown, of: outcome, around: time) ?? 1)
            )
        }
        let frames = periodicFrames(count: settings.frames, interval: settings.frameInterval)
        if let schedule = Schedule(recorded: conditions) {
            replay = try FixedPlanReplay.bestStatic(planSet: planSet, conditions: schedule, frames: frames)
        } else {
            replay = nil
        }
    }

    /// Of the samples within a second and a half; of all where there are none.
    private static func median(_ metric: Metric, of outcome: DemoOutcome, around time: Nanoseconds) -> Double? {
        let samples = outcome.samples.filter { $0.metric == metric }
        let centre = outcome.records.origin + time
        let reach = Nanoseconds.milliseconds(1500)
        let near = samples.filter { $0.time > centre - reach && $0.time < centre + reach }
        let values = (near.isEmpty ? samples : near).map(\.value).sorted()
        return values.isEmpty ? nil : values[values.count / 2]
    }

    /// Edge-only, the best cloud-only plan and the best split.
    var nominees: [Plan] {
        [best(\.isEdgeOnly), best(\.isCloudOnly), best { !$0.isEdgeOnly && !$0.isCloudOnly }].compactMap(\.self)
    }

    /// What the replay says of a plan; `nil` where it answers no frame.
    func summary(of plan: Plan) -> LatencySummary? { replay?.results.first { $0.planID == plan.id }?.summary }

    /// The best of the plans that `isAdmitted`: fewest frames unanswered, then least mean, then least p95.
    private func best(_ isAdmitted: (Plan) -> Bool) -> Plan? {
        guard let results = replay?.results else { return nil }
        return zip(planSet.plans, results).filter { isAdmitted($0.0) }.min { a, b in
            (a.1.unanswered, a.1.summary?.mean ?? .zero, a.1.summary?.p95 ?? .zero)
                < (b.1.unanswered, b.1.summary?.mean ?? .zero, b.1.summary?.p95 ?? .zero)
        }?.0
    }
}
