import Model
import Optimizer

/// The course of a move, and the answers that carry it on.
extension SplitController {
    mutating func begin(_ plan: Plan, _ proposal: Proposal, at now: Instant) -> [Action] {
        lastEpoch += 1
        let decision = decision(.moving, epoch: lastEpoch, to: plan.id, proposal, at: now)
        let predicted = window.map { corrected.stages(of: plan, under: $0.conditions.newest).total } ?? .infinity
        move = Move(
            plan: plan, epoch: lastEpoch, phase: .preparing, deadline: now + settings.prepareTimeout,
            decision: decision, cause: proposal.cause, predicted: predicted)
        disturbance = 0
        lastStay = nil
        return [.record(decision), .prepare(plan, lastEpoch)]
    }

    /// Ends a move before its activation was asked for.
    mutating func callOff(_ ended: Move, because reason: String, at now: Instant) -> [Action] {
        move = nil
        lastStay = nil
        return [.retire(ended.epoch), recordAborted(ended, reason, at: now)]
    }

    mutating func prepared(_ epoch: Epoch, at now: Instant) -> [Action] {
        guard var current = move, current.epoch == epoch, current.isPreparing else { return [] }
        // What was due came too late, even where the wake for it came later still.
        guard now < current.deadline else { return [] }
        current.phase = .activating(isOldDrained: false)
        current.deadline = now + settings.activateTimeout
        move = current
        return [.activate(epoch)]
    }

    mutating func prepareFailed(_ epoch: Epoch, reason: String, at now: Instant) -> [Action] {
        guard let ended = move, ended.epoch == epoch else { return [] }
        move = nil
        lastStay = nil
        backOff(ended.plan.id, at: now)
        return [recordAborted(ended, "preparing it failed: \(oneLine(reason))", at: now)]
    }

    mutating func activated(_ epoch: Epoch, at now: Instant) -> [Action] {
        guard let done = move, done.epoch == epoch, case .activating(let isOldDrained) = done.phase, let old = active
        else { return [] }
        move = nil
        lastStay = nil
        active = Active(
            plan: done.plan, position: planSet.plans.firstIndex(of: done.plan), id: done.plan.id, epoch: epoch,
            since: now)
        settledConditions = done.decision.inputs?.newest
        settle(done, after: old.plan, at: now)
        var decision = done.decision
        decision.kind = .moved
        decision.time = now
        var actions = [Action.record(decision)]
        if old.epoch == 0 { return actions }
        if isOldDrained {
            actions.append(.retire(old.epoch))
        } else {
            draining.append(Draining(epoch: old.epoch, deadline: now + settings.drainTimeout))
        }
        return actions
    }

    /// What a move leaves behind: its cost is known, and the new plan is on trial where it was chosen for its times.
    private mutating func settle(_ done: Move, after former: Plan?, at now: Instant) {
        moveCost.learn(disturbance)
        endCanary(of: former, at: now)
        switch done.cause {
        case .gain: budget.take(at: now)
        case .exploration:
            budget.take(at: now)
            explorations.take(at: now)
        case .pin, .outage, .rollback: break
        }
        rollback = nil
        let isOnTrial = done.cause == .gain || done.cause == .exploration
        beginCanary(of: done, after: isOnTrial ? former : nil)
        if done.cause == .exploration, let position = active?.position { workFunction.favour(position) }
        if canary == nil, done.cause != .rollback { backoffs[done.plan.id] = nil }
        correctPlans()
    }

    mutating func drained(_ epoch: Epoch) -> [Action] {
        if let index = draining.firstIndex(where: { $0.epoch == epoch }) {
            draining.remove(at: index)
            return [.retire(epoch)]
        }
        if let active, active.epoch == epoch, case .activating = move?.phase {
            move?.phase = .activating(isOldDrained: true)
        }
        return []
    }

    mutating func expireDeadlines(at now: Instant) -> [Action] {
        let overdue = draining.filter { $0.deadline <= now }
        draining.removeAll { $0.deadline <= now }
        let actions = overdue.map { Action.retire($0.epoch) }
        guard let current = move, current.deadline <= now else { return actions }
        if current.isPreparing {
            backOff(current.plan.id, at: now)
            let waited = milliseconds(settings.prepareTimeout.inMilliseconds)
            return actions + callOff(current, because: "not prepared within \(waited)", at: now)
        }
        move?.deadline = now + settings.activateTimeout
        return actions + [.activate(current.epoch)]
    }

    /// Doubles the delay for a plan that fails again within the limit after its last delay.
    mutating func backOff(_ planID: String, at now: Instant) {
        var delay = settings.retryDelay
        if let last = backoffs[planID], now < last.until + settings.retryLimit {
            delay = min(last.delay * 2, settings.retryLimit)
        }
        backoffs[planID] = Backoff(until: now + delay, delay: delay)
    }

    func isBackingOff(_ planID: String, at now: Instant) -> Bool {
        backoffs[planID].map { $0.until > now } ?? false
    }
}
