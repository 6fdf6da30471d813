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
    /// How long after the time at which the next sign of life should have come the link counts as lost.
    public var stallAfter = Nanoseconds.milliseconds(250)

    public init() {}

    /// - Parameter expected: from now to the answer; `nil` where nothing is known.
    func allowed(expected: Nanoseconds?) -> Nanoseconds {
        guard let expected else { return max(unknown, floor) }
        return min(max(expected.scaled(by: factor), floor), max(ceiling, floor))
    }
}
