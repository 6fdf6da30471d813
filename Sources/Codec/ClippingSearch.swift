public import Model

/// The range that affine integers should span: the one with the least mean squared error, which for few bits is narrower than
/// the range of the values. Rounding costs a step squared for every value, clipping only its few outliers (ACIQ: Banner,
/// Nahshan, Soudry, "Post training 4-bit quantization of convolutional networks", NeurIPS 2019, which assumes a distribution;
/// here the measured one is searched, as in OMSE: Choukroun et al., ICCV Workshops 2019).
///
/// Three stages, each taking only what lowers the error: both ends moved in together over a grid; each end alone, twice; then
/// by turns the codes for the range, and the range that fits the codes by least squares (Lloyd 1982, with levels held
/// equidistant). Values that are nowhere negative keep their lower end while it costs nothing to.
public struct ClippingSearch: Sendable {
    static let gridSteps = 48
    static let turns = 12

    private let range: ValueRange
    private let bins: [ActivationHistogram.Bin]
    private let count: Double

    /// - Returns: `nil` where the histogram holds nothing.
    public init?(_ histogram: ActivationHistogram) {
        guard let range = histogram.range else { return nil }
        self.range = range
        bins = histogram.bins.filter { $0.count > 0 }
        count = histogram.count
    }

    /// The range for affine integers of `bits` bits, within that of the values.
    ///
    /// - Precondition: `bits` is 1 to 16.
    /// - Complexity: O(grid · bins).
    public func clippedRange(bits: Int) -> ValueRange {
        let whole = Candidate(low: Double(range.low), high: Double(range.high))
        guard whole.high > whole.low else { return range }
        var descent = Descent(start: whole, search: self, bits: bits)
        for share in Self.shares {
            descent.tryRange(min(whole.low, 0) * share + max(whole.low, 0), whole.high * share)
            descent.tryRange(whole.low * share, whole.high * share)
        }
        for _ in 0..<2 {
            let start = descent.best
            let half = (start.high - start.low) / 2
            for share in Self.shares {
                descent.tryRange(start.low + half * share, descent.best.high)
                descent.tryRange(start.low - half * share, descent.best.high)
            }
            for share in Self.shares {
                descent.tryRange(descent.best.low, start.high - half * share)
                descent.tryRange(descent.best.low, start.high + half * share)
            }
        }
        for _ in 0..<Self.turns {
            guard let fitted = leastSquares(for: descent.best, bits), descent.tryRange(fitted.low, fitted.high) else {
                break
            }
        }
        return ValueRange(low: Float(descent.best.low), high: Float(descent.best.high))
    }

    private static let shares = (1..<gridSteps).map { Double($0) / Double(gridSteps) }

    /// The best range so far.
    private struct Descent {
        private(set) var best: Candidate
        private var least: Double
        private let whole: Candidate
        private let search: ClippingSearch
        private let bits: Int

        init(start: Candidate, search: ClippingSearch, bits: Int) {
            (best, whole, self.search, self.bits) = (start, start, search, bits)
            least = search.squaredError(start, bits)
        }

        /// - Returns: whether the range is within that of the values, and better than all before.
        @discardableResult
        mutating func tryRange(_ low: Double, _ high: Double) -> Bool {
            guard low >= whole.low, high <= whole.high, high > low else { return false }
            let candidate = Candidate(low: low, high: high)
            let error = search.squaredError(candidate, bits)
            guard error < least else { return false }
            (best, least) = (candidate, error)
            return true
        }
    }

    /// Mean over all elements of the squared difference that `bits` bits over `range` make; exact but for elements in a bin
    /// that a decision threshold divides.
    public func meanSquaredError(of range: ValueRange, bits: Int) -> Double {
        squaredError(Candidate(low: Double(range.low), high: Double(range.high)), bits) / count
    }

    private struct Candidate {
        var low: Double
        var high: Double
    }

    private func squaredError(_ candidate: Candidate, _ bits: Int) -> Double {
        let levels = Double((1 << bits) - 1)
        let step = (candidate.high - candidate.low) / levels
        guard step > 0 else {
            return bins.reduce(0) { $0 + $1.squares - candidate.low * (2 * $1.sum - candidate.low * $1.count) }
        }
        let scale = 1 / step
        var error = 0.0
        for bin in bins {
            let code = Self.code(of: bin, candidate, scale, levels)
            let value = candidate.low + code * step
            error += bin.squares - value * (2 * bin.sum - value * bin.count)
        }
        // The difference of sums may round to a little less than nothing.
        return max(0, error)
    }

    @inline(__always)
    private static func code(
        of bin: ActivationHistogram.Bin, _ candidate: Candidate, _ scale: Double, _ levels: Double
    ) -> Double {
        let clamped = min(max((bin.sum / bin.count - candidate.low) * scale, 0), levels)
        // Adding 1.5 · 2^52 leaves no bits after the point: it rounds to nearest.
        return (clamped + 0x1.8p52) - 0x1.8p52
    }

    /// The line `x = low + step * code` through all elements by least squares, for the codes that `candidate` gives.
    private func leastSquares(for candidate: Candidate, _ bits: Int) -> Candidate? {
        let levels = Double((1 << bits) - 1)
        let scale = levels / (candidate.high - candidate.low)
        var (codes, squares, values, products) = (0.0, 0.0, 0.0, 0.0)
        for bin in bins {
            let code = Self.code(of: bin, candidate, scale, levels)
            codes += code * bin.count
            squares += code * code * bin.count
            values += bin.sum
            products += code * bin.sum
        }
        let spread = count * squares - codes * codes
        guard spread > 0 else { return nil }
        let step = (count * products - codes * values) / spread
        let low = (values - step * codes) / count
        return step > 0 ? Candidate(low: low, high: low + step * levels) : nil
    }
}
