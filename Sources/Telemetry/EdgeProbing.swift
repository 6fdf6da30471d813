public import Model

/// How often an edge that has nothing to do is measured: frames that come meanwhile wait for the probe.
public enum EdgeProbing {
    /// Probes take at most one part in so many of the time.
    private static let share: Int64 = 20
    /// By then a reading would be too old to decide on.
    private static let longest = Nanoseconds.seconds(4)

    /// Time between the last probe and the next.
    ///
    /// - Parameters:
    ///   - length: what the last probe took.
    ///   - least: where probes take next to no time.
    public static func rest(after length: Nanoseconds, least: Nanoseconds) -> Nanoseconds {
        max(least, min(length * share, longest))
    }
}
