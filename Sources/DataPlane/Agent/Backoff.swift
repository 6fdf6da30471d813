import Model

/// Waits between attempts to connect: from 100 ms to a second, longer each time.
struct Backoff: Hashable, Sendable {
    private static let first = Nanoseconds.milliseconds(100)
    private static let last = Nanoseconds.seconds(1)
    private var next = Self.first

    /// The wait before the next attempt.
    /// - Parameter lasted: of the connection that broke; one that lasted begins anew.
    mutating func wait(after lasted: Nanoseconds) -> Nanoseconds {
        if lasted > Self.last { next = Self.first }
        defer { next = min(next.scaled(by: 1.6), Self.last) }
        return next
    }
}
