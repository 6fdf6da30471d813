public import Model

extension SplitCosts {
    /// The whole plan set of a graph in one call: all cuts that are known (`knownCuts(at:)`), among them every cut that is best
    /// under some prices; their plans; of these the ones that no other dominates; and of those, once measured, the ones that are
    /// accurate enough and can win by the objective.
    ///
    /// With no tolerance, coding for free and plans that are all accurate, no plan of any closed set of layers at any of the
    /// precisions is faster than the set's best, whatever the conditions; in a graph of several outputs but for what is returned.
    ///
    /// - Parameters:
    ///   - pinned: for each layer the side that it has to be on; empty where no layer is pinned.
    ///   - build: makes the plans of cuts, as `PlanBuilder.plans` does; what it needs to know may be measured there. What it
    ///     leaves out plays no part.
    ///   - measure: gives plans their accuracy, and that of the unsplit model.
    /// - Throws: `PlanningError`; `NoPlanFits` where no plan is accurate enough; and what `build` and `measure` throw.
    /// - Complexity: that of `knownCuts(at:)` and `build`, and O(n · kept) for n plans.
    public func planSet(
        of model: ModelIdentity, at precisions: [Precision], keeping selection: PlanSelection = PlanSelection(),
        pinned: [Side?] = [], building build: ([Cut]) throws -> [Plan],
        measuring measure: ([Plan]) throws -> (plans: [Plan], reference: Accuracy)
    ) throws -> PlanSet {
        let plans = try build(try knownCuts(at: precisions, pinned: pinned))
            .undominated(fidelity: .bits, timeTolerance: selection.timeTolerance)
        let (measured, reference) = try measure(plans)
        let kept = selection.worthHaving(measured, reference: reference)
        if kept.isEmpty, let answer = selection.noneIsAccurate(measured, reference: reference) { throw answer }
        return PlanSet(model: model, plans: kept, reference: reference)
    }
}
