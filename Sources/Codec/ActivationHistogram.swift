public import Model

/// Where the finite elements of any number of `float32` values lie, in bounded memory: at most `binCount` bins of equal width,
/// each with the number of its elements, their sum and the sum of their squares.
///
/// The width is the least power of two with which the bins from least to greatest element are few enough, and bins begin at its
/// multiples. So when the range grows, pairs of bins become one, exactly; the bins do not depend on the order in which values
/// come, nor on how they are divided among histograms that are merged. Histograms for choosing ranges are those of TensorRT's
/// calibration (Migacz, "8-bit Inference with TensorRT", GTC 2017); here they are judged by squared error, as in
/// `ClippingSearch`, and their sums make the error exact but for bins that a decision threshold divides.
public struct ActivationHistogram: Hashable, Sendable {
    public static let binCount = 4096

    struct Bin: Hashable, Sendable {
        var count = 0.0
        var sum = 0.0
        var squares = 0.0

        static func += (a: inout Self, b: Self) {
            a.count += b.count
            a.sum += b.sum
            a.squares += b.squares
        }
    }

    /// The range of all elements; `nil` until there is a finite one.
    public private(set) var range: ValueRange?
    /// The width of a bin is two to this power.
    private(set) var exponent = 0
    /// Number of the first bin: it begins at that multiple of the width.
    private(set) var firstBin = 0
    private(set) var bins: [Bin] = []

    public init() {}

    /// NaN and the infinities are passed over.
    /// - Precondition: `value` is `float32`.
    /// - Complexity: O(n + bins).
    public mutating func add(_ value: TensorValue) {
        guard let added = ValueRange.measured([value]) else { return }
        cover(added)
        let (scale, first) = (Double(sign: .plus, exponent: -exponent, significand: 1), firstBin)
        value.withFloats { floats in
            bins.withUnsafeMutableBufferPointer { bins in
                for element in floats where element.isFinite {
                    let value = Double(element)
                    let bin = Int((value * scale).rounded(.down)) &- first
                    bins[bin].count += 1
                    bins[bin].sum += value
                    bins[bin].squares += value * value
                }
            }
        }
    }

    /// - Complexity: O(bins).
    public mutating func merge(_ other: ActivationHistogram) {
        guard let added = other.range else { return }
        cover(added)
        let shift = exponent - other.exponent
        for (position, bin) in other.bins.enumerated() where bin.count > 0 {
            bins[((other.firstBin + position) >> shift) - firstBin] += bin
        }
    }

    /// Elements counted.
    public var count: Double { bins.reduce(0) { $0 + $1.count } }

    /// Makes room for a range, by more bins or wider ones.
    private mutating func cover(_ added: ValueRange) {
        let whole = range.map { ValueRange(low: min($0.low, added.low), high: max($0.high, added.high)) } ?? added
        guard whole != range else { return }
        let needed = Self.exponent(for: whole)
        let (first, last) = (Self.bin(whole.low, needed), Self.bin(whole.high, needed))
        var wider = [Bin](repeating: Bin(), count: last - first + 1)
        for (position, bin) in bins.enumerated() where bin.count > 0 {
            wider[((firstBin + position) >> (needed - exponent)) - first] += bin
        }
        (range, exponent, firstBin, bins) = (whole, needed, first, wider)
    }

    private static func bin(_ value: Float, _ exponent: Int) -> Int {
        Int((Double(value) * Double(sign: .plus, exponent: -exponent, significand: 1)).rounded(.down))
    }

    /// The least width that needs no more than `binCount` bins; not below a 2^-40 of the largest magnitude, so that the number
    /// of a bin stays small. Grows with the range.
    private static func exponent(for range: ValueRange) -> Int {
        let magnitude = Double(max(abs(range.low), abs(range.high)))
        guard magnitude > 0 else { return -149 }
        var exponent = max(magnitude.exponent - 40, -149)
        while bin(range.high, exponent) - bin(range.low, exponent) >= binCount { exponent += 1 }
        return exponent
    }
}
