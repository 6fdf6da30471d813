import Model
import Optimizer

/// Why there is no move: one case for each kind of reason, so that a change of kind is what gets recorded.
enum Stay: Hashable, Sendable {
    case pinned
    case off
    case outage
    case noRefuge
    case noData
    case noAnswer
    /// The present plan is the best, or none gains enough.
    case noGain
    case dwell
    case backoff
    /// Shadow mode; the plan that would have been moved to.
    case shadow(String)
}

/// A plan to run instead of the present one.
struct Proposal {
    enum Cause: Hashable { case pin, outage, gain }

    var plan: Int
    var cause: Cause
    /// Whether the dwell does not hold.
    var isOverride: Bool
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
            guard let refuge = planSet.edgeOnly else { return .stay(.noRefuge) }
            return order(refuge, .outage, active, satisfied: .outage, at: now)
        }
        guard let window = usableWindow(at: now) else { return .stay(.noData) }
        return gainVerdict(for: active, window, at: now)
    }

    /// The verdict where one plan must run, whatever the conditions.
    private func order(
        _ plan: Plan, _ cause: Proposal.Cause, _ active: Active, satisfied: Stay, at now: Instant
    ) -> Verdict {
        if active.plan == plan { return .stay(satisfied) }
        if isBackingOff(plan.id, at: now) { return .stay(.backoff) }
        guard let index = planSet.plans.firstIndex(of: plan) else { return .stay(satisfied) }
        return .propose(Proposal(plan: index, cause: cause, isOverride: true))
    }

    private func gainVerdict(for active: Active, _ window: ConditionsWindow, at now: Instant) -> Verdict {
        let isWaiting = backoffs.values.contains { $0.until > now }
        let isAdmitted: ((Plan) -> Bool)? =
            isWaiting ? { $0.id == active.plan?.id || !isBackingOff($0.id, at: now) } : nil
        let ranking = planSet.best(
            for: window, objective: settings.objective, workload: settings.workload, among: isAdmitted)
        guard let ranking, ranking.value < .infinity else { return .stay(.noAnswer) }
        if planSet.plans[ranking.best] == active.plan { return .stay(.noGain) }
        let present = active.plan.map { value(of: $0, over: window) } ?? .infinity
        guard gains(ranking.value, over: present) else { return .stay(.noGain) }
        let isOverride = overrides(ranking.value, present)
        if !isOverride, now < active.since + settings.minimumDwell { return .stay(.dwell) }
        return .propose(
            Proposal(
                plan: ranking.best, cause: .gain, isOverride: isOverride, value: ranking.value, present: present))
    }

    /// A move in preparation goes on unless another plan is ordered or overrides its target, or the present plan became better.
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
        case .stay(.noGain), .stay(.dwell):
            guard let window = usableWindow(at: now), let present = active.plan,
                gains(value(of: present, over: window), over: value(of: current.plan, over: window))
            else { return [] }
            return callOff(current, because: "\(phrase(present.id, present)) has become better again", at: now)
        case .stay: return []
        case .propose(let proposal):
            let plan = planSet.plans[proposal.plan]
            if plan == current.plan { return [] }
            if proposal.cause == .gain {
                guard let window = usableWindow(at: now), let best = proposal.value,
                    overrides(best, value(of: current.plan, over: window))
                else { return [] }
            }
            return callOff(current, because: "superseded by \(phrase(plan.id, plan))", at: now)
                + begin(plan, proposal, at: now)
        }
    }

    func value(of plan: Plan, over window: ConditionsWindow) -> Double {
        planSet.value(of: plan, for: window, objective: settings.objective, workload: settings.workload)
    }

    /// Whether `best` seconds is worth moving for from `present` seconds.
    private func gains(_ best: Double, over present: Double) -> Bool {
        guard best < .infinity else { return false }
        let gain = present - best
        return gain > 0 && gain >= settings.minimumGain.inSeconds && gain >= settings.minimumGainShare * present
    }

    private func overrides(_ best: Double, _ present: Double) -> Bool {
        best < .infinity && present > settings.overrideRatio * best
    }

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
