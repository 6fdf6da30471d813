public import Model

/// Why a plan is best under some conditions, and until when.
public struct Explanation: Hashable, Sendable {
    public var best: Plan
    /// Seconds, by stage.
    public var stages: PredictedStages
    /// Seconds.
    public var latency: Double
    public var runnerUp: Plan?
    /// Seconds.
    public var runnerUpLatency: Double?
    /// For each condition the range in which `best` remains so while the others stay.
    public var staysWhile: [ConditionRange]
}

extension PlanSet {
    /// The best plan by latency, with its reasons. `nil` where no plan is admitted.
    public func explanation(
        under conditions: Conditions, among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Explanation? {
        guard let ranking = best(under: conditions, among: isAdmitted) else { return nil }
        let best = plans[ranking.best]
        return Explanation(
            best: best, stages: best.stages(under: conditions), latency: ranking.value,
            runnerUp: ranking.runnerUp.map { plans[$0] }, runnerUpLatency: ranking.runnerUpValue,
            staysWhile: staysBest(best, under: conditions, among: isAdmitted))
    }
}
