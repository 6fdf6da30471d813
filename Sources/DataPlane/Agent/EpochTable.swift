package import Model

/// The epochs that an agent holds, which of them new frames belong to, and how many frames of each are under way.
///
/// Invariants: epoch 0 is edge-only, always held and always ready; the active epoch is held; an epoch with frames under
/// way is held.
package struct EpochTable: Hashable, Sendable {
    package struct Entry: Hashable, Sendable {
        package var plan: Plan
        package var isHeadReady: Bool
        package var isWorkerReady: Bool
        /// Whether the controller was told that it is ready: from then on a link that breaks does not make it fail.
        package var isAnnounced = false
        package var framesUnderWay = 0
        fileprivate var isRetiring = false

        package var isReady: Bool { isHeadReady && isWorkerReady }
    }

    /// An agent holds no more; a controller that asks for more has lost count.
    package static let capacity = 16

    package private(set) var entries: [Epoch: Entry]
    package private(set) var active: Epoch = 0
    /// Highest ever held.
    package private(set) var highest: Epoch = 0

    package init(edgeOnly plan: Plan) {
        precondition(plan.isEdgeOnly, "epoch 0 needs no worker")
        entries = [0: Entry(plan: plan, isHeadReady: true, isWorkerReady: true, isAnnounced: true)]
    }

    package subscript(epoch: Epoch) -> Entry? { entries[epoch] }

    /// The plan of new frames.
    package var activePlan: Plan { entries[active].map(\.plan) ?? entries[0]!.plan }  // Epoch 0 is always held.

    /// Epochs that need a worker, ascending.
    package var shared: [(epoch: Epoch, plan: Plan)] {
        entries.filter { !$0.value.plan.isEdgeOnly }.map { ($0.key, $0.value.plan) }.sorted { $0.epoch < $1.epoch }
    }

    /// Epochs whose heads are not built, ascending.
    var unbuilt: [(epoch: Epoch, plan: Plan)] {
        entries.filter { !$0.value.isHeadReady }.map { ($0.key, $0.value.plan) }.sorted { $0.epoch < $1.epoch }
    }

    package mutating func replaceEdgeOnly(_ plan: Plan) {
        guard !plan.needsHead else { return }
        entries[0]?.plan = plan
    }

    /// - Returns: why not, where the epoch cannot be held.
    package mutating func hold(_ epoch: Epoch, _ plan: Plan) -> String? {
        guard entries[epoch] == nil else { return "epoch \(epoch) is in use for another plan" }
        guard entries.count < Self.capacity else { return "\(entries.count) epochs are held already; retire some" }
        entries[epoch] = Entry(plan: plan, isHeadReady: !plan.needsHead, isWorkerReady: plan.isEdgeOnly)
        highest = max(highest, epoch)
        return nil
    }

    package mutating func headReady(_ epoch: Epoch) { entries[epoch]?.isHeadReady = true }
    package mutating func workerReady(_ epoch: Epoch, _ isReady: Bool) {
        guard entries[epoch]?.plan.isEdgeOnly == false else { return }
        entries[epoch]?.isWorkerReady = isReady
    }
    package mutating func announce(_ epoch: Epoch) { entries[epoch]?.isAnnounced = true }

    /// Every epoch has to be prepared anew on the worker.
    /// - Returns: epochs that were still being prepared, ascending: their preparation failed.
    package mutating func workerAway() -> [Epoch] {
        for (epoch, _) in shared { workerReady(epoch, false) }
        return entries.filter { !$0.value.isAnnounced }.keys.sorted()
    }

    /// - Precondition: the epoch is held.
    /// - Returns: the epoch that was active before, if it has no more frames under way.
    package mutating func activate(_ epoch: Epoch) -> Epoch? {
        precondition(entries[epoch] != nil, "only an epoch that is held is activated")
        let old = active
        active = epoch
        return old != epoch && entries[old]?.framesUnderWay == 0 ? old : nil
    }

    /// A new frame.
    /// - Returns: its epoch.
    package mutating func enter() -> Epoch {
        entries[active]?.framesUnderWay += 1
        return active
    }

    /// A frame is answered.
    package mutating func leave(_ epoch: Epoch) -> (isDrained: Bool, isRetired: Bool) {
        guard let entry = entries[epoch] else { return (false, false) }
        entries[epoch]?.framesUnderWay = entry.framesUnderWay - 1
        let isDrained = entry.framesUnderWay == 1 && epoch != active
        return (isDrained, isDrained && entry.isRetiring && drop(epoch))
    }

    /// Lets an epoch go; once its frames are answered, if some are under way. Epoch 0 and the active one stay.
    /// - Returns: whether it is gone now.
    package mutating func retire(_ epoch: Epoch) -> Bool {
        guard epoch != 0, epoch != active, let entry = entries[epoch] else { return false }
        guard entry.framesUnderWay > 0 else { return drop(epoch) }
        entries[epoch]?.isRetiring = true
        return false
    }

    private mutating func drop(_ epoch: Epoch) -> Bool { entries.removeValue(forKey: epoch) != nil }
}

extension Plan {
    /// Whether the edge has to build something for it: all but the whole model in floats, which it always holds.
    package var needsHead: Bool { !isEdgeOnly || headPrecision != nil }
}
