public import Model

/// How long an agent waits for the cloud before it answers a frame alone.
public struct Patience: Hashable, Sendable {
    /// The least: no shorter hiccup makes the edge take over.
    public var floor = Nanoseconds.milliseconds(300)
    /// Times the expected latency.
    public var factor = 2.5
    /// The most.
    public var ceiling = Nanoseconds.seconds(5)
    /// Where nothing is known of the link yet.
    public var unknown = Nanoseconds.seconds(2)
    /// How long after the time at which the next sign of life should have come the link counts as lost, at least.
    public var stallAfter = Nanoseconds.milliseconds(250)

    public init() {}

    /// - Parameters:
    ///   - expected: from now to the answer; `nil` where nothing is known.
    ///   - alone: what the edge alone would take.
    func allowed(expected: Nanoseconds?, alone: Nanoseconds) -> Nanoseconds {
        guard let expected else { return max(unknown, floor) }
        return min(max(expected.scaled(by: factor), expected + alone, floor), max(ceiling, floor))
    }

    /// How long after a sign of life was due the link is waited for. As in renting skis, to wait for as long as the edge alone
    /// takes costs at most twice what knowing the outage's length would (Karlin et al., "Competitive snoopy caching",
    /// Algorithmica 3, 1988).
    func beyondDue(alone: Nanoseconds) -> Nanoseconds { min(max(stallAfter, alone), max(ceiling, stallAfter)) }
}
