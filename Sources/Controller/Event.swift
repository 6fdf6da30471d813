public import Model

/// How far the controller may go.
public enum Mode: String, CaseIterable, Codable, Sendable {
    /// Decides nothing. Moves under way before activation are called off; a pin is still obeyed.
    case off
    /// Decides and records what it would do, but moves only for a pin.
    case shadow
    /// Decides and moves.
    case auto
}

/// What the world tells the controller of one device. Answers carry the epoch that they answer for; one that is late, repeated or
/// unknown changes nothing. As JSON: `{"prepared": {"epoch": 3}}`.
public enum Event: Hashable, Codable, Sendable {
    /// The agent connected, again or for the first time, and serves frames by this plan under this epoch. It then holds exactly
    /// that epoch and its edge-only refuge, which is epoch 0 and never retired; whatever else it held it has let go itself. No
    /// plan: it serves by the refuge. Epochs up to `lastEpoch` were given before, maybe by a controller that is gone. The link to the cloud counts as up until the agent reports it lost.
    case attached(activePlan: String?, epoch: Epoch, lastEpoch: Epoch = 0)
    /// The agent is away.
    case detached
    /// The recent past of the conditions, and the readings that it stands on; a window with a value that no device can meet is
    /// dropped.
    case conditions(ConditionsWindow, Evidence = .certain)
    /// Frames that were answered since the last such report.
    case served([Served])
    /// The moment asked for by `Action.wake` has come. Early and surplus wakes are harmless.
    case wake
    /// Both sides hold the epoch, built and warmed.
    case prepared(Epoch)
    /// The epoch cannot be had, and neither side holds anything of it.
    case prepareFailed(Epoch, reason: String)
    /// Frames captured from now on are served under the epoch.
    case activated(Epoch)
    /// The last frame of a formerly active epoch is answered.
    case drained(Epoch)
    /// The cloud does not answer.
    case linkLost
    case linkRestored
    /// An operator's order to run this plan, whatever the conditions.
    case pin(planID: String)
    case unpin
    case mode(Mode)

    enum CodingKeys: String, CodingKey {
        case attached, detached, conditions, served, wake, prepared, prepareFailed = "prepare_failed", activated,
            drained
        case linkLost = "link_lost", linkRestored = "link_restored", pin, unpin, mode
    }
    enum AttachedCodingKeys: String, CodingKey { case activePlan = "active_plan", epoch, lastEpoch = "last_epoch" }
    enum ConditionsCodingKeys: String, CodingKey { case _0 = "window", _1 = "evidence" }
    enum ServedCodingKeys: String, CodingKey { case _0 = "frames" }
    enum PreparedCodingKeys: String, CodingKey { case _0 = "epoch" }
    enum PrepareFailedCodingKeys: String, CodingKey { case _0 = "epoch", reason }
    enum ActivatedCodingKeys: String, CodingKey { case _0 = "epoch" }
    enum DrainedCodingKeys: String, CodingKey { case _0 = "epoch" }
    enum PinCodingKeys: String, CodingKey { case planID = "plan" }
    enum ModeCodingKeys: String, CodingKey { case _0 = "mode" }
}
