/// Symmetric integers with one scale, for weights:
///
///     q  = clamp(round(x / scale), -2^(bits-1), 2^(bits-1) - 1)
///     x' = q * scale
///
/// The scale is the one of least squared error. The error as a function of the scale has many local minima, so first a grid of
/// clipping points is tried (the exhaustive search of OMSE: Choukroun, Kravchik, Yang, Kisilev, "Low-bit Quantization of
/// Neural Networks for Efficient Inference", ICCV Workshops 2019, 3.1), and the best is then improved by turns: codes for the
/// scale, then the least-squares scale for the codes, `sum(x q) / sum(q q)` (Lloyd, "Least squares quantization in PCM",
/// 1982, with levels held equidistant). No turn increases the error, so the turns end.
///
/// Sums run over lanes in a fixed order: the same weights give the same scale on every machine.
package struct SymmetricQuantiser: Hashable, Sendable {
    /// The clipping points of the grid: so many to the largest magnitude, from an eighth of it on. Few values have a rugged error,
    /// and cost little to try.
    static func gridSteps(for count: Int) -> Int { count < 256 ? 512 : 64 }
    static let turns = 12

    package let bits: Int
    package let scale: Float

    package init(bits: Int, scale: Float) {
        precondition((2...8).contains(bits), "weights have 2 to 8 bits")
        self.bits = bits
        self.scale = scale
    }

    /// The quantiser of least squared error for `values`; of those that are all zero, scale one.
    ///
    /// - Parameter leastScale: the scale is at least this.
    /// - Complexity: O(n · grid).
    package init(fitting values: UnsafeBufferPointer<Float>, bits: Int, leastScale: Float = 0) {
        let magnitude = values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        let coarsest = magnitude / Float((1 << (bits - 1)) - 1)
        guard coarsest.isNormal else {
            self.init(bits: bits, scale: max(leastScale, 1))
            return
        }
        var best = SymmetricQuantiser(bits: bits, scale: max(leastScale, coarsest))
        var least = best.squaredError(of: values)
        func improve(_ scale: Float) -> Bool {
            let candidate = SymmetricQuantiser(bits: bits, scale: max(leastScale, scale))
            let error = candidate.squaredError(of: values)
            guard error < least else { return false }
            (best, least) = (candidate, error)
            return true
        }
        let steps = Self.gridSteps(for: values.count)
        for step in stride(from: steps - 1, through: steps / 8, by: -1) {
            _ = improve(coarsest * Float(step) / Float(steps))
        }
        for _ in 0..<Self.turns where !improve(best.leastSquaresScale(of: values)) { break }
        self = best
    }

    package var lowestCode: Int { -(1 << (bits - 1)) }
    package var highestCode: Int { (1 << (bits - 1)) - 1 }

    package func code(of value: Float) -> Int8 { Int8(roundedCode(value)) }

    package func value(of code: Int8) -> Float { Float(code) * scale }

    package func squaredError(of values: UnsafeBufferPointer<Float>) -> Double {
        var sum = SIMD8<Float>.zero
        forEachLane(of: values) { lanes, codes in
            let error = lanes - codes * scale
            sum += error * error
        }
        return Double(sum.sum())
    }

    private func leastSquaresScale(of values: UnsafeBufferPointer<Float>) -> Float {
        var products = SIMD8<Float>.zero
        var squares = SIMD8<Float>.zero
        forEachLane(of: values) { lanes, codes in
            products += lanes * codes
            squares += codes * codes
        }
        let (product, square) = (products.sum(), squares.sum())
        return square > 0 && product > 0 ? product / square : scale
    }

    /// Calls `body` with eight values and their codes; the last lanes are filled with zeros, whose code is zero.
    @inline(__always)
    private func forEachLane(
        of values: UnsafeBufferPointer<Float>, _ body: (SIMD8<Float>, SIMD8<Float>) -> Void
    ) {
        let raw = UnsafeRawBufferPointer(values)
        let whole = values.count / 8 * 8
        for start in stride(from: 0, to: whole, by: 8) {
            let lanes = raw.loadUnaligned(fromByteOffset: start * 4, as: SIMD8<Float>.self)
            body(lanes, roundedCodes(lanes))
        }
        var rest = SIMD8<Float>.zero
        for index in whole..<values.count { rest[index - whole] = values[index] }
        if whole < values.count { body(rest, roundedCodes(rest)) }
    }

    /// Adding 1.5 · 2^23 leaves a float no bits after the point: it rounds to nearest, ties to even.
    private static let roundingOffset: Float = 0x1.8p23

    @inline(__always)
    private func roundedCodes(_ lanes: SIMD8<Float>) -> SIMD8<Float> {
        let lowest = SIMD8<Float>(repeating: Float(lowestCode))
        let highest = SIMD8<Float>(repeating: Float(highestCode))
        return ((lanes / scale).clamped(lowerBound: lowest, upperBound: highest) + Self.roundingOffset)
            - Self.roundingOffset
    }

    private func roundedCode(_ value: Float) -> Float {
        let clamped = min(max(value / scale, Float(lowestCode)), Float(highestCode))
        return (clamped + Self.roundingOffset) - Self.roundingOffset
    }
}
