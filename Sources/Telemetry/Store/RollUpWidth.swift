public import Model

/// How long a stretch of time one roll-up covers.
public enum RollUpWidth: Int, CaseIterable, Codable, Sendable {
    case second = 1
    case minute = 60
    case hour = 3600

    public var length: Nanoseconds { .seconds(Int64(rawValue)) }

    /// Slots of one bucket in the table: those of one series lie together.
    var slotsPerBucket: Int64 { self == .hour ? 24 : 60 }

    var bucketLength: Nanoseconds { length * slotsPerBucket }

    /// The slot of a wall-clock time.
    func slot(wall nanoseconds: Int64) -> Int64 { nanoseconds.flooredQuotient(by: length.count) }

    func bucket(ofSlot slot: Int64) -> Int64 { slot.flooredQuotient(by: slotsPerBucket) }
}

/// How far upkeep has come, in minutes and hours since 1970 of the store's wall clock.
///
/// Invariant: roll-ups of closed minutes and hours equal what the samples in the file give, for the writer renews them
/// within the transaction that adds a late sample. What is not closed yet is computed from the samples.
struct Marks: Hashable, Sendable {
    /// Every minute before it is rolled up to seconds and minutes.
    var closedMinute = Int64.min
    /// Every hour before it is rolled up to hours.
    var closedHour = Int64.min
    /// Samples of minutes before it were removed; later ones of that age are refused, for their roll-ups could not be
    /// renewed.
    var samplesFrom = Int64.min
}
