public import Model

/// The least and the greatest finite element over any number of `float32` values.
public struct RangeMeter: Sendable {
    private var low = SIMD8<Float>(repeating: .infinity)
    private var high = SIMD8<Float>(repeating: -.infinity)

    public init() {}

    /// NaN and the infinities are passed over.
    /// - Precondition: `value` is `float32`.
    /// - Complexity: O(n).
    public mutating func add(_ value: TensorValue) {
        value.withFloats { floats in
            var (low, high) = (low, high)
            let whole = floats.count / 8 * 8
            let raw = UnsafeRawBufferPointer(floats)
            for i in stride(from: 0, to: whole, by: 8) {
                Self.extend(&low, &high, by: raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self))
            }
            var rest = SIMD8<Float>(repeating: .nan)
            for i in whole..<floats.count { rest[i - whole] = floats[i] }
            Self.extend(&low, &high, by: rest)
            (self.low, self.high) = (low, high)
        }
    }

    @inline(__always)
    private static func extend(_ low: inout SIMD8<Float>, _ high: inout SIMD8<Float>, by lanes: SIMD8<Float>) {
        let greatest = Float.greatestFiniteMagnitude
        low.replace(with: lanes, where: (lanes .< low) .& (lanes .>= -greatest))
        high.replace(with: lanes, where: (lanes .> high) .& (lanes .<= greatest))
    }

    /// `nil` until a finite element was seen.
    public var range: ValueRange? {
        low.min() <= high.max() ? ValueRange(low: low.min(), high: high.max()) : nil
    }
}

extension ValueRange {
    /// The range of all finite elements of some `float32` values; `nil` where there is none.
    public static func measured(_ values: some Sequence<TensorValue>) -> ValueRange? {
        var meter = RangeMeter()
        for value in values { meter.add(value) }
        return meter.range
    }
}
