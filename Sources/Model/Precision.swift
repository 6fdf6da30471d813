/// How many bits carry one value of a transmitted tensor. 32 sends the element as it is; fewer are affine integers.
public struct Precision: Hashable, Comparable, Sendable {
    public let bits: Int

    /// - Returns: `nil` unless `bits` is 1 to 16 or 32.
    public init?(bits: Int) {
        guard (1...16).contains(bits) || bits == 32 else { return nil }
        self.bits = bits
    }

    private init(known bits: Int) { self.bits = bits }

    /// Sends each element unchanged, whatever its type.
    public static let unquantised = Precision(known: 32)
    public static let twoBits = Precision(known: 2)
    public static let fourBits = Precision(known: 4)
    public static let eightBits = Precision(known: 8)
    /// The widths that a plan set tries.
    public static let candidates = [2, 4, 6, 8, 16, 32].map(Precision.init(known:))

    public var isQuantised: Bool { self != .unquantised }

    /// Bytes of `elements` values packed without gaps, the last byte filled up.
    public func packedBytes(elements: Int, of type: ElementType) -> Int {
        isQuantised ? (elements * bits + 7) / 8 : elements * type.byteWidth
    }

    public static func < (a: Self, b: Self) -> Bool { a.bits < b.bits }
}

extension Precision: Codable {
    public init(from decoder: any Decoder) throws {
        let bits = try decoder.singleValueContainer().decode(Int.self)
        guard let precision = Precision(bits: bits) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "bits are 1 to 16, or 32 for unquantised"))
        }
        self = precision
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bits)
    }
}

/// The closed range of values that a tensor was measured to take. Values outside it saturate when quantised.
public struct ValueRange: Hashable, Codable, Sendable {
    public var low: Float
    public var high: Float

    public init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }

    /// Whether there is such a range: both ends finite, the lower at most the upper.
    public var isValid: Bool { low.isFinite && high.isFinite && low <= high }
}
