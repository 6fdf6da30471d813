import Model

/// Memory to score a window in: seven rows of as many values as the window has samples.
///
/// The prices of every sample lie in a row for each price, so that several samples are taken at a time.
struct WindowScratch {
    static let rowCount = 7
    /// Windows of up to so many samples are scored on the stack; a longer one takes one block from the heap.
    static let stackCapacity = 256

    let count: Int
    private let base: UnsafeMutablePointer<Double>

    static func with<Result>(count: Int, _ body: (WindowScratch) -> Result) -> Result {
        if count <= stackCapacity {
            // `withUnsafeTemporaryAllocation` takes more than a kibibyte from the heap.
            var rows = StackRows()
            return withUnsafeMutableBytes(of: &rows) { bytes in
                body(WindowScratch(count: count, base: bytes.bindMemory(to: Double.self).baseAddress.unsafelyUnwrapped))
            }
        }
        return withUnsafeTemporaryAllocation(of: Double.self, capacity: count * rowCount) { values in
            values.initialize(repeating: 0)
            return body(WindowScratch(count: count, base: values.baseAddress.unsafelyUnwrapped))
        }
    }

    private init(count: Int, base: UnsafeMutablePointer<Double>) {
        self.count = count
        self.base = base
    }

    /// Latencies under one plan, in the order of the samples.
    var latencies: UnsafeMutablePointer<Double> { base + 5 * count }
    /// Room to select in.
    var selection: UnsafeMutablePointer<Double> { base + 6 * count }

    func setPrices(of window: ConditionsWindow) {
        window.samples.withUnsafeBufferPointer { samples in
            for index in 0..<count { self[index] = Prices(samples[index]) }
        }
    }

    /// The prices in a sample.
    subscript(sample: Int) -> Prices {
        @inline(__always)
        get {
            Prices(
                edgeWork: base[sample], sentByte: base[count &+ sample], remote: base[2 &* count &+ sample],
                cloudWork: base[3 &* count &+ sample], returnedByte: base[4 &* count &+ sample])
        }
        @inline(__always)
        nonmutating set {
            base[sample] = newValue.edgeWork
            base[count &+ sample] = newValue.sentByte
            base[2 &* count &+ sample] = newValue.remote
            base[3 &* count &+ sample] = newValue.cloudWork
            base[4 &* count &+ sample] = newValue.returnedByte
        }
    }
}

/// Seven rows of 256 values.
private struct StackRows {
    typealias Row = (SIMD64<Double>, SIMD64<Double>, SIMD64<Double>, SIMD64<Double>)

    private static var zero: Row { (.zero, .zero, .zero, .zero) }

    var rows = (zero, zero, zero, zero, zero, zero, zero)
}
