/// A length of time in whole nanoseconds. Exact arithmetic; traps on overflow (292 years).
public struct Nanoseconds: Hashable, Comparable, Sendable {
    public var count: Int64

    public init(_ count: Int64) { self.count = count }

    public static let zero = Nanoseconds(0)
    public static func microseconds(_ value: Int64) -> Self { Self(value * 1_000) }
    public static func milliseconds(_ value: Int64) -> Self { Self(value * 1_000_000) }
    public static func seconds(_ value: Int64) -> Self { Self(value * 1_000_000_000) }

    /// The nearest whole number of nanoseconds to `value` seconds, held within the range of `Int64`; not-a-number is zero.
    public init(seconds value: Double) { self.init(nearest: value * 1e9) }

    /// The nearest whole number of nanoseconds to `value` milliseconds, held within the range of `Int64`.
    public init(milliseconds value: Double) { self.init(nearest: value * 1e6) }

    private init(nearest value: Double) {
        let limit = 9.0e18
        count = value.isNaN ? 0 : Int64(min(max(value, -limit), limit).rounded())
    }

    public var inSeconds: Double { Double(count) / 1e9 }
    public var inMilliseconds: Double { Double(count) / 1e6 }

    public static func < (a: Self, b: Self) -> Bool { a.count < b.count }
    public static func + (a: Self, b: Self) -> Self { Self(a.count + b.count) }
    public static func - (a: Self, b: Self) -> Self { Self(a.count - b.count) }
    public static func += (a: inout Self, b: Self) { a.count += b.count }
    public static func -= (a: inout Self, b: Self) { a.count -= b.count }
    public static func * (a: Self, factor: Int64) -> Self { Self(a.count * factor) }

    /// This span stretched by a factor, to the nearest nanosecond.
    public func scaled(by factor: Double) -> Self { Self(nearest: Double(count) * factor) }
}

/// In JSON a span is a number of milliseconds; keys end in `_ms`. Whole nanoseconds survive the round trip.
extension Nanoseconds: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer().decode(Double.self)
        guard value.isFinite, abs(value) < 9e12 else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a number of milliseconds"))
        }
        self.init(milliseconds: value)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(inMilliseconds)
    }
}
