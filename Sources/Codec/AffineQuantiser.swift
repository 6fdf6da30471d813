package import Model

/// Affine integers over a closed range, round to nearest:
///
///     q  = round(clamp((x - low) / (high - low), 0, 1) * levels),  levels = 2^bits - 1
///     x' = low + (q / levels) * (high - low)
///
/// so |x - x'| is at most half a step for x in the range, up to the rounding of `Float`. NaN becomes `low`. The division by
/// `levels` is a true one: over the range 0…1 at 8 bits, q decodes to exactly `Float(q) / 255`.
package struct AffineQuantiser: Sendable {
    private let low: Float
    private let span: Float
    private let levels: Float
    private let scale: Float
    /// The greatest code: `levels`, or zero where the range is degenerate.
    private let greatest: Float

    /// A range with `high <= low`, or one too narrow for `levels / (high - low)` to be finite (under 2e-34), is degenerate:
    /// every value is encoded as zero and decoded as `low`.
    /// - Precondition: `bits` is 1 to 16.
    /// - Returns: `nil` where an end of the range, or the difference, is not finite.
    package init?(range: ValueRange, bits: Int) {
        precondition((1...16).contains(bits), "affine integers have 1 to 16 bits")
        guard range.low.isFinite, range.high.isFinite, (range.high - range.low).isFinite else { return nil }
        let levels = Float((1 << bits) - 1)
        let isDegenerate = range.high <= range.low || !(levels / (range.high - range.low)).isFinite
        self.low = range.low
        self.levels = levels
        self.span = isDegenerate ? 0 : range.high - range.low
        self.greatest = isDegenerate ? 0 : levels
        self.scale = isDegenerate ? 0 : levels / (range.high - range.low)
    }

    /// - Precondition: `codes` has room for every value, and `Code` for every level.
    /// - Complexity: O(n), vectorised.
    package func quantise<Code: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Float>, into codes: UnsafeMutableBufferPointer<Code>
    ) {
        precondition(codes.count >= values.count)
        guard let source = values.baseAddress, let target = codes.baseAddress else { return }
        // In [2^23, 2^24) the unit in the last place is one: the addition rounds, and leaves the integer in the low bits.
        let roundingOffset: Float = 0x1p23
        for i in 0..<values.count {
            let atLeastLow = source[i] > low ? source[i] : low
            let scaled = (atLeastLow - low) * scale
            let clamped = scaled < greatest ? scaled : greatest
            target[i] = Code(truncatingIfNeeded: (clamped + roundingOffset).bitPattern)
        }
    }

    /// - Precondition: `values` has room for every code.
    /// - Complexity: O(n), vectorised.
    package func dequantise<Code: FixedWidthInteger & UnsignedInteger>(
        _ codes: UnsafeBufferPointer<Code>, into values: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(values.count >= codes.count)
        guard let source = codes.baseAddress, let target = values.baseAddress else { return }
        for i in 0..<codes.count {
            target[i] = low + Float(Int32(truncatingIfNeeded: source[i])) / levels * span
        }
    }
}
