import Model

extension SplitController {
    /// What must hold after every step; each entry of the result is one violation.
    public func checkInvariants() -> [String] {
        var violations: [String] = []
        func require(_ holds: Bool, _ rule: String) {
            if !holds { violations.append(rule) }
        }
        let drains = draining.map(\.epoch)
        let live = drains + [move?.epoch, active?.epoch].compactMap { $0 }
        require(Set(live).count == live.count, "the active, the next and the draining epochs differ")
        require(live.allSatisfy { $0 <= lastEpoch }, "every epoch was given")
        require(!drains.contains(0), "the refuge is never retired")
        require(isAttached || (move == nil && draining.isEmpty), "only an attached agent moves or drains")
        require(!isAttached || active != nil, "an attached agent runs an epoch")
        if let move, let active {
            require(move.epoch == lastEpoch, "the move has the newest epoch")
            require(move.epoch > active.epoch, "epochs ascend")
            require(move.plan != active.plan, "a move changes the plan")
            require(move.deadline > lastTime, "a move has a deadline ahead")
            require(scheduledWake.map { $0 <= move.deadline } ?? false, "a wake is due by the move's deadline")
        }
        for drain in draining {
            require(drain.deadline > lastTime, "a draining epoch has a deadline ahead")
            require(scheduledWake.map { $0 <= drain.deadline } ?? false, "a wake is due by the drain's deadline")
        }
        require(pinnedPlan.map { planSet.plans.contains($0) } ?? true, "the pinned plan is of the set")
        return violations
    }
}
