public import Model

/// Why a plan is best under some conditions, and until when.
public struct Explanation: Hashable, Sendable {
    public var best: Plan
    /// Seconds, by stage.
    public var stages: PredictedStages
    /// The objective of the best plan, in seconds.
    public var value: Double
    public var runnerUp: Plan?
    /// The objective of the runner-up, in seconds.
    public var runnerUpValue: Double?
    /// For each condition the range in which `best` remains so while the others stay.
    public var staysWhile: [Stay]

    public struct Stay: Hashable, Sendable {
        public var range: ConditionRange
        /// Best just below the range; `nil` where it has no lower end.
        public var below: Plan?
        /// Best just above the range; `nil` where it has no upper end.
        public var above: Plan?
    }
}

extension PlanSet {
    /// The best plan by the objective, with its reasons. `nil` where no plan is admitted.
    public func explanation(
        under conditions: Conditions, objective: Objective = .mean, among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Explanation? {
        guard let ranking = best(under: conditions, objective: objective, among: isAdmitted) else { return nil }
        let best = plans[ranking.best]
        let ranges = stays(best, objective: objective, among: isAdmitted).ranges(around: conditions)
        func successor(_ condition: Condition, beyond end: Bound, by step: Double) -> Plan? {
            guard end.value > 0, end.value.isFinite else { return nil }
            let there = conditions.with(condition, at: end.value * (1 + step))
            return self.best(under: there, objective: objective, among: isAdmitted).map { plans[$0.best] }
        }
        return Explanation(
            best: best, stages: stages(of: best, under: conditions), value: ranking.value,
            runnerUp: ranking.runnerUp.map { plans[$0] }, runnerUpValue: ranking.runnerUpValue,
            staysWhile: ranges.map { range in
                Explanation.Stay(
                    range: range, below: successor(range.condition, beyond: range.low, by: -1e-6),
                    above: successor(range.condition, beyond: range.high, by: 1e-6))
            })
    }
}
