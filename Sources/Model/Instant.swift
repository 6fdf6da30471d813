/// A moment on one device's monotonic clock: nanoseconds since an origin that the driver chose.
/// Instants of different devices are never compared.
public struct Instant: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static let zero = Instant(nanoseconds: 0)

    public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    public static func - (a: Self, b: Self) -> Nanoseconds { Nanoseconds(a.nanoseconds - b.nanoseconds) }
    public static func + (a: Self, b: Nanoseconds) -> Self { Self(nanoseconds: a.nanoseconds + b.count) }
    public static func - (a: Self, b: Nanoseconds) -> Self { Self(nanoseconds: a.nanoseconds - b.count) }
    public static func += (a: inout Self, b: Nanoseconds) { a = a + b }
}

/// Stored as the bare count of nanoseconds, so that a recorded run replays to the nanosecond.
extension Instant: Codable {
    public init(from decoder: any Decoder) throws {
        nanoseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(nanoseconds)
    }
}
