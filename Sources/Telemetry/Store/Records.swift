public import Model

/// One decision of a device's controller, with all that it rested on.
public struct DecisionRecord: Hashable, Codable, Sendable {
    public var device: String
    /// Which run of the device's clock `time` belongs to.
    public var boot: Int
    public var time: Instant
    /// Of the plan decided upon.
    public var epoch: Epoch
    /// Identifier of the plan decided upon.
    public var plan: String
    /// One line for a person.
    public var reason: String
    /// JSON: inputs, candidates, thresholds.
    public var body: String

    public init(
        device: String, boot: Int, time: Instant, epoch: Epoch, plan: String, reason: String, body: String
    ) {
        self.device = device
        self.boot = boot
        self.time = time
        self.epoch = epoch
        self.plan = plan
        self.reason = reason
        self.body = body
    }

    enum CodingKeys: String, CodingKey { case device, boot, time = "time_ns", epoch, plan, reason, body }
}

/// One event that a device's controller was given, kept so that the run can be replayed.
public struct EventRecord: Hashable, Codable, Sendable {
    /// Ascending within a boot of the device.
    public var sequence: Int
    public var time: Instant
    /// JSON: the event.
    public var body: String

    public init(sequence: Int, time: Instant, body: String) {
        self.sequence = sequence
        self.time = time
        self.body = body
    }

    enum CodingKeys: String, CodingKey { case sequence, time = "time_ns", body }
}

/// One run of a device's monotonic clock, from a start of its agent to the next: times of different boots are never
/// compared.
public struct DeviceBoot: Hashable, Codable, Sendable {
    public var device: String
    public var boot: Int
    /// Wall clock of the store, in nanoseconds since 1970, at the device's time zero.
    public var origin: Int64

    enum CodingKeys: String, CodingKey { case device, boot, origin = "origin_ns" }
}

/// How the store fares.
public struct StoreStatus: Hashable, Codable, Sendable {
    /// Rows accepted and not yet written.
    public var pending = 0
    /// Rows written.
    public var written = 0
    /// Rows that were in the file already.
    public var duplicates = 0
    /// Rows with values or times that cannot be, or older than what the file still holds.
    public var refused = 0
    /// Rows not accepted because `StoreOptions.pendingLimit` was reached while the disk did not keep up, or after
    /// `close()`.
    public var dropped = 0
    /// Why the last attempt to write failed; `nil` since one succeeded.
    public var failure: String?
    /// From acceptance to the file, of the oldest row of the last write.
    public var lag = Nanoseconds.zero
    /// The largest `lag` of this process.
    public var longestLag = Nanoseconds.zero
    /// Steps of the wall clock seen by this process.
    public var clockSteps = 0
    /// Where damaged files and logs went.
    public var setAside: [String] = []
    /// Why the last roll-ups or removals failed; `nil` since they succeeded.
    public var upkeepFailure: String?

    enum CodingKeys: String, CodingKey {
        case pending, written, duplicates, refused, dropped, failure, lag = "lag_ms", longestLag = "longest_lag_ms"
        case clockSteps = "clock_steps", setAside = "set_aside", upkeepFailure = "upkeep_failure"
    }
}
