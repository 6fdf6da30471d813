import Model

/// Preparing, activating and retiring plans, by the controller's orders.
extension AgentCore {
    mutating func obey(_ order: ControllerMessage, at now: Instant) {
        switch order {
        case .welcome(let set): welcome(set)
        case .prepare(let epoch, let plan): prepare(epoch, plan)
        case .activate(let epoch): activate(epoch)
        case .retire(let epoch): if epochs.retire(epoch) { emit(.retire(epoch)) }
        }
    }

    /// The epoch of the plan that an agent without a controller runs.
    var fixedEpoch: Epoch? { settings.fixedPlan.flatMap { $0.needsHead ? 1 : nil } }

    private mutating func welcome(_ set: PlanSet) {
        guard set.model.sha256 == settings.modelSHA256 else {
            return emit(.log("the controller's plan set is for another model (\(set.model.name)); it is not used"))
        }
        planSet = set
        if let plan = set.edgeOnly { epochs.replaceEdgeOnly(plan) }
        emit(.buildAhead(set.plans.filter(\.needsHead)))
    }

    private mutating func prepare(_ epoch: Epoch, _ plan: Plan) {
        if let entry = epochs[epoch], entry.plan == plan {
            if entry.isReady { tell(.prepared(epoch)) }
            return
        }
        guard plan.isEdgeOnly || link.isUsable else {
            return tell(.prepareFailed(epoch, reason: "the worker cannot be reached"))
        }
        if let reason = epochs.hold(epoch, plan) { return tell(.prepareFailed(epoch, reason: reason)) }
        if plan.needsHead { emit(.buildHead(epoch, plan)) }
        if !plan.isEdgeOnly { emit(.prepareWorker(epoch, plan)) }
        announceIfReady(epoch)
    }

    mutating func headBuilt(_ epoch: Epoch, at now: Instant) {
        epochs.headReady(epoch)
        announceIfReady(epoch)
    }

    mutating func workerPrepared(_ epoch: Epoch, at now: Instant) {
        epochs.workerReady(epoch, true)
        announceIfReady(epoch)
        pump(at: now)
    }

    mutating func workerNotPrepared(_ epoch: Epoch, _ reason: String) {
        guard epochs[epoch]?.isAnnounced == true else { return failPreparation(of: epoch, reason: reason) }
        emit(.log("the worker did not take epoch \(epoch) again: \(reason)"))
    }

    private mutating func announceIfReady(_ epoch: Epoch) {
        guard let entry = epochs[epoch], entry.isReady, !entry.isAnnounced else { return }
        epochs.announce(epoch)
        tell(.prepared(epoch))
        if epoch == fixedEpoch { activate(epoch) }
    }

    mutating func failPreparation(of epoch: Epoch, reason: String) {
        guard let entry = epochs[epoch], !entry.isAnnounced else { return }
        if epoch == fixedEpoch {
            return emit(.fail(.planNotReady(plan: entry.plan.id, reason: reason)))
        }
        if epochs.retire(epoch) { emit(.retire(epoch)) }
        tell(.prepareFailed(epoch, reason: reason))
    }

    private mutating func activate(_ epoch: Epoch) {
        guard let entry = epochs[epoch], entry.isAnnounced else {
            return tell(.prepareFailed(epoch, reason: "epoch \(epoch) is not prepared"))
        }
        let drained = epochs.activate(epoch)
        tell(.activated(epoch, firstFrame: ledger.captured))
        if let drained { tell(.drained(drained)) }
    }
}
