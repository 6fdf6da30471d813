import Model

/// What each event that is not an answer changes.
extension SplitController {
    /// Epochs stay below this, so that the next one never overflows.
    static let epochLimit = 1 << 53

    mutating func attach(_ planID: String?, _ epoch: Epoch, after last: Epoch, at now: Instant) -> [Action] {
        guard (0..<Self.epochLimit).contains(epoch), last < Self.epochLimit, lastEpoch < Self.epochLimit else {
            return [record(.refused, to: planID.map(oneLine), "the agent cannot run epoch \(epoch)", at: now)]
        }
        var actions = letGo(because: "the agent connected anew", at: now)
        let plan = planID.map { planSet.plan(id: $0) } ?? planSet.edgeOnly
        let id = planID.map(oneLine) ?? plan?.id
        let isContinued = active?.epoch == epoch && active?.id == id
        active = Active(
            plan: plan, position: plan.flatMap { planSet.plans.firstIndex(of: $0) }, id: id, epoch: epoch,
            since: isContinued ? active?.since ?? now : now)
        explorations.begin(at: now)
        correctPlans()
        forgetWork()
        lastEpoch = max(lastEpoch, epoch, last)
        isAttached = true
        isLinkUp = true
        lastStay = nil
        actions.append(record(.attached, "the agent runs \(phrase(id, plan)) as epoch \(epoch)", at: now))
        return actions
    }

    mutating func detach(at now: Instant) -> [Action] {
        guard isAttached else { return [] }
        let actions = letGo(because: "the agent is away", at: now)
        isAttached = false
        lastStay = nil
        return actions + [record(.detached, "the agent is away; it goes on with what it runs", at: now)]
    }

    /// Forgets what the agent forgets by itself. A preparation that it did not survive counts as failed.
    private mutating func letGo(because reason: String, at now: Instant) -> [Action] {
        draining = []
        (canary, rollback) = (nil, nil)
        guard let ended = move else { return [] }
        move = nil
        if ended.isPreparing { backOff(ended.plan.id, at: now) }
        return [recordAborted(ended, reason, at: now)]
    }

    mutating func take(_ conditions: ConditionsWindow, _ evidence: Evidence, at now: Instant) -> [Action] {
        guard conditions.samples.allSatisfy(\.isPossible) else { return [] }
        window = Window(conditions: conditions, evidence: evidence, received: now)
        if isLinkUp { valuePlans(at: now) }
        return []
    }

    mutating func setLink(isUp: Bool, at now: Instant) -> [Action] {
        guard isUp != isLinkUp else { return [] }
        isLinkUp = isUp
        window = isUp ? nil : window
        (canary, rollback) = (nil, nil)
        forgetWork()
        lastStay = nil
        return isUp
            ? [record(.linkRestored, "the cloud answers again; waiting for new samples", at: now)]
            : [record(.linkLost, "the cloud does not answer", at: now)]
    }

    mutating func pin(_ id: String, at now: Instant) -> [Action] {
        guard let plan = planSet.plan(id: id) else {
            return [record(.refused, to: oneLine(id), "the plan set has no plan '\(oneLine(id))' to pin", at: now)]
        }
        guard plan != pinnedPlan else { return [] }
        pinnedPlan = plan
        lastStay = nil
        return [record(.pinned, to: id, "pinned to \(phrase(id, plan)) by the operator", at: now)]
    }

    mutating func unpin(at now: Instant) -> [Action] {
        guard let plan = pinnedPlan else { return [] }
        pinnedPlan = nil
        lastStay = nil
        return [record(.unpinned, to: plan.id, "no longer pinned to \(phrase(plan.id, plan))", at: now)]
    }

    mutating func set(_ mode: Mode, at now: Instant) -> [Action] {
        guard mode != self.mode else { return [] }
        self.mode = mode
        lastStay = nil
        return [record(.mode, "mode is \(mode.rawValue) now", at: now)]
    }
}

extension Conditions {
    /// Whether a device can meet these: what `validated()` checks, without the words.
    fileprivate var isPossible: Bool {
        func isPossible(_ value: Double) -> Bool { value >= 0 && value.isFinite }
        return isPossible(uplink.bitsPerSecond) && isPossible(downlink.bitsPerSecond) && rtt >= .zero
            && isPossible(edgeSlowdown) && isPossible(cloudSlowdown) && cloudQueue >= .zero
    }
}
