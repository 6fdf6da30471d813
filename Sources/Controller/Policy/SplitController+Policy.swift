import Model
import Optimizer

/// Why there is no move: one case for each kind of reason, so that a change of kind is what gets recorded.
enum Stay: Hashable, Sendable {
    case pinned
    case off
    case outage
    /// Nothing runs on the edge alone, or not as fast as frames come.
    case noRefuge
    case noData
    case noAnswer
    /// The present plan is the best, or none has yet gained what a move costs.
    case noGain
    /// The moves of this hour are used up.
    case budget
    case backoff
    /// Shadow mode; the plan that would have been moved to.
    case shadow(String)
}

/// A plan to run instead of the present one.
struct Proposal {
    enum Cause: Hashable { case pin, outage, rollback, gain, exploration }

    var plan: Int
    var cause: Cause
    /// The objective under the proposed and the present plan, in seconds, where that decided.
    var value: Double?
    var present: Double?
}

enum Verdict {
    case stay(Stay)
    case propose(Proposal)
}

extension SplitController {
    /// Compares what should run with what runs or is being prepared, and begins or calls off a move.
    mutating func decide(at now: Instant) -> [Action] {
        guard let active else { return [] }
        if let move, !move.isPreparing { return [] }
        let verdict = verdict(for: active, at: now)
        if let move { return reconsider(move, active, verdict, at: now) }
        switch verdict {
        case .stay(let reason): return stay(reason, at: now)
        case .propose(let proposal):
            let plan = planSet.plans[proposal.plan]
            if mode == .shadow, proposal.cause != .pin {
                guard lastStay != .shadow(plan.id) else { return [] }
                lastStay = .shadow(plan.id)
                let decision = decision(.wouldMove, epoch: active.epoch, to: plan.id, proposal, at: now)
                return [.record(decision)]
            }
            return begin(plan, proposal, at: now)
        }
    }

    private func verdict(for active: Active, at now: Instant) -> Verdict {
        if let pinnedPlan {
            return order(pinnedPlan, .pin, active, satisfied: .pinned, at: now)
        }
        if mode == .off { return .stay(.off) }
        guard isLinkUp else {
            guard let refuge = planSet.edgeOnly, keepsUp(refuge) else { return .stay(.noRefuge) }
            return order(refuge, .outage, active, satisfied: .outage, at: now)
        }
        guard usableWindow(at: now) != nil else { return .stay(.noData) }
        if let rollback, rollback != active.plan {
            return order(rollback, .rollback, active, satisfied: .noGain, at: now)
        }
        return gainVerdict(for: active, at: now)
    }

    /// The verdict where one plan must run, whatever the conditions.
    private func order(
        _ plan: Plan, _ cause: Proposal.Cause, _ active: Active, satisfied: Stay, at now: Instant
    ) -> Verdict {
        if active.plan == plan { return .stay(satisfied) }
        if isBackingOff(plan.id, at: now) { return .stay(.backoff) }
        guard let index = planSet.plans.firstIndex(of: plan) else { return .stay(satisfied) }
        return .propose(Proposal(plan: index, cause: cause))
    }

    private func gainVerdict(for active: Active, at now: Instant) -> Verdict {
        guard let target = leastWork(at: now, besides: active.position) else { return .stay(.noAnswer) }
        guard let position = active.position else {
            // What runs is not of this set: anything known is better.
            return .propose(Proposal(plan: target, cause: .gain, value: values[target]))
        }
        let proposal = Proposal(plan: target, cause: .gain, value: values[target], present: values[position])
        guard values[target] < .infinity || values[position] < .infinity else { return .stay(.noAnswer) }
        guard target != position, values[target] < values[position], isWorthMoving(from: position, to: target) else {
            return explorationVerdict(from: position, at: now)
        }
        let isPressing = values[position] > Self.pressingRatio * values[target]
        let mayMove = budget.left(at: now) > 0 || (isPressing && budget.hasCredit(at: now))
        return mayMove ? .propose(proposal) : .stay(.budget)
    }

    /// A plan that is this much worse than the best is left on credit.
    private static let pressingRatio = 2.0

    /// Whether the edge alone serves frames as fast as they come, as far as is known: else they pile up there, and go on waiting when
    /// the link is long back. Waiting for the link is better then, and agents that lose patience answer single frames alone.
    private func keepsUp(_ refuge: Plan) -> Bool {
        guard let interval = settings.workload.frameInterval, let slowdown = window?.conditions.newest.edgeSlowdown
        else { return true }
        return refuge.edgeWork.inSeconds * slowdown <= interval.inSeconds
    }

    /// Whether staying has cost as much more as a move would have cost.
    func isWorthMoving(from position: Int, to target: Int) -> Bool {
        workFunction.advantage(of: target, over: position) >= price * (1 - 1e-9)
    }

    /// The plan of least work that may run; of several the one predicted to be the fastest now, then the present one; `nil` where
    /// none would answer.
    private func leastWork(at now: Instant, besides present: Int?) -> Int? {
        let admitted = values.indices.filter { plan in
            values[plan] < .infinity && (plan == present || !isBackingOff(planSet.plans[plan].id, at: now))
        }
        return admitted.min { a, b in
            let (first, second) = (workFunction.work[a], workFunction.work[b])
            return (first, values[a], a == present ? 0 : 1) < (second, values[b], b == present ? 0 : 1)
        }
    }

    /// A move in preparation goes on unless another plan is ordered, or the past has come to speak against it as much as it spoke
    /// for it.
    private mutating func reconsider(
        _ current: Move, _ active: Active, _ verdict: Verdict, at now: Instant
    ) -> [Action] {
        if mode != .auto, pinnedPlan == nil {
            return callOff(current, because: "mode is \(mode.rawValue)", at: now)
        }
        switch verdict {
        case .stay(.pinned): return callOff(current, because: "pinned to the plan that runs", at: now)
        case .stay(.outage): return callOff(current, because: "the link is lost and the edge runs alone", at: now)
        case .stay(.backoff): return callOff(current, because: "another plan is ordered", at: now)
        case .stay(.noGain), .stay(.budget):
            guard let position = active.position, let target = target(of: current), let present = active.plan,
                current.cause == .gain, isWorthMoving(from: target, to: position)
            else { return [] }
            return callOff(current, because: "\(phrase(present.id, present)) has become better again", at: now)
        case .stay: return []
        case .propose(let proposal):
            let plan = planSet.plans[proposal.plan]
            if plan == current.plan || proposal.cause == .exploration { return [] }
            if proposal.cause == .gain, let target = target(of: current), values[target] < .infinity,
                !isWorthMoving(from: target, to: proposal.plan)
            {
                return []
            }
            return callOff(current, because: "superseded by \(phrase(plan.id, plan))", at: now)
                + begin(plan, proposal, at: now)
        }
    }

    private func target(of move: Move) -> Int? { planSet.plans.firstIndex(of: move.plan) }

    /// The window, if what it stands on is recent and firm enough.
    func usableWindow(at now: Instant) -> ConditionsWindow? {
        guard let window, window.evidence.lack(after: now - window.received, settings) == nil else { return nil }
        return window.conditions
    }

    private mutating func stay(_ reason: Stay, at now: Instant) -> [Action] {
        guard reason != lastStay else { return [] }
        lastStay = reason
        if reason == .noGain, settledConditions == nil { settledConditions = window?.conditions.newest }
        return [recordStay(reason, at: now)]
    }
}
