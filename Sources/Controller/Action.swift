public import Model

/// What the controller asks of the world. As JSON: `{"activate": {"epoch": 3}}`.
public enum Action: Hashable, Codable, Sendable {
    /// Build and warm the plan on both sides under a new epoch, beside what runs. To be answered by `Event.prepared` or
    /// `Event.prepareFailed`.
    case prepare(Plan, Epoch)
    /// Serve frames from the next frame boundary on under an epoch that is prepared. May be asked again when the answer,
    /// `Event.activated`, is missing: an agent that has done so already only answers.
    case activate(Epoch)
    /// Let go of an epoch: at once where it was never activated, after its last frame otherwise. Not answered.
    case retire(Epoch)
    /// Send `Event.wake` at this moment. The newest request replaces the one before.
    case wake(at: Instant)
    /// Keep this record.
    case record(Decision)

    enum CodingKeys: String, CodingKey { case prepare, activate, retire, wake, record }
    enum PrepareCodingKeys: String, CodingKey { case _0 = "plan", _1 = "epoch" }
    enum ActivateCodingKeys: String, CodingKey { case _0 = "epoch" }
    enum RetireCodingKeys: String, CodingKey { case _0 = "epoch" }
    enum WakeCodingKeys: String, CodingKey { case at = "at_ns" }
    enum RecordCodingKeys: String, CodingKey { case _0 = "decision" }
}
