/// A rate of transfer in bits per second. An estimate, hence floating point. Zero means that nothing gets through.
public struct BitRate: Hashable, Comparable, Sendable {
    public var bitsPerSecond: Double

    public init(bitsPerSecond: Double) { self.bitsPerSecond = bitsPerSecond }

    public static let zero = BitRate(bitsPerSecond: 0)
    public static func mbps(_ value: Double) -> Self { Self(bitsPerSecond: value * 1e6) }

    public var inMbps: Double { bitsPerSecond / 1e6 }

    /// Seconds that `bytes` take at this rate: infinite at rate zero, unless there is nothing to send.
    public func seconds(for bytes: Int) -> Double {
        bytes == 0 ? 0 : Double(bytes) * 8 / bitsPerSecond
    }

    public static func < (a: Self, b: Self) -> Bool { a.bitsPerSecond < b.bitsPerSecond }
}

/// In JSON a rate is a number of bits per second; keys end in `_bps`.
extension BitRate: Codable {
    public init(from decoder: any Decoder) throws {
        bitsPerSecond = try decoder.singleValueContainer().decode(Double.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bitsPerSecond)
    }
}
