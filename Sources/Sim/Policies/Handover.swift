package import Controller
package import Model

/// Carries the wish for a plan out by the rules of `SplitController`: prepare, activate, let the old epoch drain, retire it; one
/// move at a time. The newest wish wins: a preparation for an older one is given up, an activation that was asked for is waited
/// for. A preparation that failed is begun anew with the next wish.
package struct Handover: Hashable, Sendable {
    private struct Move: Hashable, Sendable {
        var plan: Int
        var epoch: Epoch
        var isActivating = false
        /// The old epoch may report its last frame before the new one reports its start.
        var isOldDrained = false
    }

    private let plans: [Plan]
    /// `nil` while no agent is attached.
    package private(set) var activeEpoch: Epoch?
    /// Position in the plan set of what the agent runs; `nil` where that is not of the set.
    package private(set) var activePlan: Int?
    private var move: Move?
    private var draining: [Epoch] = []
    private var lastEpoch: Epoch = 0

    package init(_ plans: [Plan]) { self.plans = plans }

    package mutating func want(_ plan: Int) -> [Action] {
        guard activeEpoch != nil, move?.isActivating != true, move?.plan != plan else { return [] }
        let calledOff = move.map { [Action.retire($0.epoch)] } ?? []
        move = nil
        if plan == activePlan { return calledOff }
        lastEpoch += 1
        move = Move(plan: plan, epoch: lastEpoch)
        return calledOff + [.prepare(plans[plan], lastEpoch)]
    }

    package mutating func take(_ event: Event) -> [Action] {
        switch event {
        case .attached(let plan, let epoch, let last): attach(plan, epoch, after: last)
        case .detached: (activeEpoch, activePlan, move, draining) = (nil, nil, nil, [])
        case .prepared(let epoch):
            guard move?.epoch == epoch, move?.isActivating == false else { return [] }
            move?.isActivating = true
            return [.activate(epoch)]
        case .prepareFailed(let epoch, _):
            if move?.epoch == epoch { move = nil }
        case .activated(let epoch): return activated(epoch)
        case .drained(let epoch): return drained(epoch)
        case .conditions, .served, .wake, .linkLost, .linkRestored, .pin, .unpin, .mode: break
        }
        return []
    }

    private mutating func attach(_ planID: String?, _ epoch: Epoch, after last: Epoch) {
        (move, draining) = (nil, [])
        activeEpoch = epoch
        activePlan = plans.firstIndex { plan in
            planID.map { plan.id == $0 } ?? (plan.isEdgeOnly && plan.headPrecision == nil)
        }
        lastEpoch = max(lastEpoch, epoch, last)
    }

    private mutating func activated(_ epoch: Epoch) -> [Action] {
        guard let done = move, done.epoch == epoch, done.isActivating, let old = activeEpoch else { return [] }
        move = nil
        (activeEpoch, activePlan) = (epoch, done.plan)
        // Epoch 0 is the agent's own refuge.
        if old == 0 { return [] }
        if done.isOldDrained { return [.retire(old)] }
        draining.append(old)
        return []
    }

    private mutating func drained(_ epoch: Epoch) -> [Action] {
        if let index = draining.firstIndex(of: epoch) {
            draining.remove(at: index)
            return [.retire(epoch)]
        }
        if epoch == activeEpoch, move?.isActivating == true { move?.isOldDrained = true }
        return []
    }
}
