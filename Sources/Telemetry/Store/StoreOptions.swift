public import Model

/// How the store writes and keeps.
public struct StoreOptions: Sendable {
    /// What a killed process may lose: rows reach the file within 200 ms of being accepted, as long as the disk takes them
    /// as fast as they come (`StoreStatus.lag` tells). A power failure also loses what the operating system had not yet
    /// put on the disk, but never leaves half a batch.
    public static let lossBound = Nanoseconds.milliseconds(200)

    /// Rest between two writes: 25 ms, which leaves the rest of `lossBound` to the writes.
    public var flushInterval: Duration = .milliseconds(25)
    /// The longest rest after writes that failed; it doubles from `flushInterval` with each: 2 s.
    public var longestRest: Duration = .seconds(2)
    /// Rows of one transaction: 32,768, and less than twice as many where an `append` of up to as many ends it, for these
    /// stay whole. Longer ones are written in several transactions.
    public var batchLimit = 32_768
    /// The most rows held while the disk does not keep up: 262,144, some 12 MB of samples. What comes beyond is counted
    /// as dropped.
    public var pendingLimit = 262_144
    /// About the most memory that those may take: 512 MiB, which only decisions and events with long bodies reach.
    public var pendingBytes = 512 << 20
    /// How long a lock of another process is waited for.
    public var busyTimeout: Duration = .seconds(5)
    /// How often samples are rolled up, and what is too old or too much removed: 30 s; `nil`: only when told to.
    public var upkeepInterval: Duration? = .seconds(30)
    public var retention = Retention()
    /// Whether a damaged file is renamed, with its log, and a new one begun, at `open` and while it runs. Its rows are
    /// then in the file set aside.
    public var setsDamagedAside = false
    /// Told once of each change for the worse or the better, on whatever thread finds it. Must not use the store.
    public var notice: @Sendable (StoreNotice) -> Void = { _ in }
    /// Nanoseconds since 1970.
    public var wallClock: @Sendable () -> Int64 = systemWallClock
    /// Nanoseconds that never step, suspension included.
    public var steadyClock: @Sendable () -> Int64 = systemSteadyClock

    public init() {}
}

/// How long the store keeps what it has. Coarser roll-ups are smaller and stay longer.
///
/// | kept | default | rows a day, of a metric once a second |
/// |---|---|---|
/// | `rows`: samples, frames, decisions, events | 7 days | 86,400 |
/// | `seconds` | 14 days | 86,400 |
/// | `minutes` | 92 days | 1,440 |
/// | `hours` | 2 years | 24 |
public struct Retention: Hashable, Sendable {
    public var rows = Nanoseconds.seconds(7 * 86_400)
    public var seconds = Nanoseconds.seconds(14 * 86_400)
    public var minutes = Nanoseconds.seconds(92 * 86_400)
    public var hours = Nanoseconds.seconds(730 * 86_400)
    /// What the database file may grow to, its log apart: 8 GiB. Rows give way first, then roll-ups, finest first, the
    /// oldest of each first; decisions and the last ten minutes stay.
    public var bytes = 8 << 30

    public init() {}

    func span(of width: RollUpWidth) -> Nanoseconds {
        switch width {
        case .second: seconds
        case .minute: minutes
        case .hour: hours
        }
    }
}
