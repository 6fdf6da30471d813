import Model

/// Which of all plans a plan set keeps.
public struct PlanSelection: Hashable, Sendable {
    /// What plans will be judged by.
    public var objective: Objective
    /// Largest loss of accuracy that a plan may have, as a share.
    public var maxAccuracyDrop: Double
    /// Which loss is held against that.
    public var dropJudgement: DropJudgement
    /// Relative difference of times that is taken for noise.
    public var timeTolerance: Double

    public init(
        objective: Objective = .mean, maxAccuracyDrop: Double = 0.01, dropJudgement: DropJudgement = .estimate,
        timeTolerance: Double = 0.05
    ) {
        self.objective = objective
        self.maxAccuracyDrop = maxAccuracyDrop
        self.dropJudgement = dropJudgement
        self.timeTolerance = timeTolerance
    }

    /// Of plans that are accurate enough those that can win. By a mean of time, bytes and energy only what is best under some conditions
    /// ever does; by any other objective whatever no plan dominates.
    func worthHaving(_ plans: [Plan], reference: Accuracy) -> [Plan] {
        let accepted = plans.filtered(
            maxAccuracyDrop: maxAccuracyDrop, reference: reference, judgement: dropJudgement)
        let fidelity = objective.rates.lostShare > 0 ? Fidelity.measured(reference: reference) : .accepted
        let undominated = accepted.undominated(fidelity: fidelity, timeTolerance: timeTolerance)
        return objective.isLinear ? undominated.bestUnderSomeConditions() : undominated.certified()
    }

    /// By how much each plan loses more than it may.
    func noneIsAccurate(_ plans: [Plan], reference: Accuracy) -> NoPlanFits? {
        NoPlanFits(
            plans.map { plan in
                let drop = plan.accuracy?.drop(from: reference, dropJudgement) ?? 1
                return (plan.id, [(.loss, maxAccuracyDrop > 0 ? drop / maxAccuracyDrop - 1 : .infinity)])
            })
    }
}
