import Model

/// What a run comes to, in the figures that reports give; of one device or of all.
public struct RunSummary: Hashable, Sendable {
    /// Captured.
    public var frames: Int
    /// Dropped, or never answered.
    public var lost: Int
    /// Of frames answered; `nil` where none was.
    public var latency: LatencySummary?
    /// Answered after the deadline, or lost; zero without a deadline.
    public var deadlineMissed: Int
    /// Answered by the edge alone because the cloud did not in time.
    public var fallbacks: Int
    /// Plans activated.
    public var moves: Int
    public var uplinkBytes: Int
    /// Joule; `nil` without an energy model.
    public var edgeEnergy: Double?
    /// Mean latency over that of the oracle, less one; `nil` where that was not run.
    public var regretToOracle: Double?
    /// Mean latency over that of the best fixed plan, less one.
    public var regretToBestStatic: Double?
}
