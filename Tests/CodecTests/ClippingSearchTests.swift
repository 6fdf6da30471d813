import Codec
import Model
import Testing

/// Values of one of the kinds that tensors are of: bell-shaped, cut off at zero, with outliers, few, all equal.
private func values(using random: inout SeededGenerator) -> [Float] {
    let kind = Int.random(in: 0..<5, using: &random)
    let spread = Float(random.nextUnit() * 5 + 0.01)
    let count = kind == 3 ? 3 : Int.random(in: 20...120, using: &random)
    return (0..<count).map { index in
        var value = spread * Float((0..<4).reduce(0) { sum, _ in sum + random.nextUnit() } - 2)
        if kind == 1 { value = max(0, value) }
        if kind == 2, index % 17 == 0 { value *= 5 }
        return kind == 4 ? spread : value
    }
}

private func tensor(_ values: [Float]) -> TensorValue {
    TensorValue(floats: values, shape: TensorShape([values.count]))
}

/// What the codec's own quantiser makes of the values.
private func meanSquaredError(_ values: [Float], _ range: ValueRange, bits: Int) throws -> Double {
    let described = TransmittedTensor(
        name: "t", elementType: .float32, shape: TensorShape([values.count]),
        precision: try #require(Precision(bits: bits)), range: range)
    let received = try ActivationCodec(tensors: [described], coding: .packed).roundTrip([tensor(values)])[0].floats
    return zip(values, received).reduce(0.0) { sum, pair in
        sum + Double(pair.0 - pair.1) * Double(pair.0 - pair.1)
    } / Double(values.count)
}

/// Every range whose ends lie on a grid of `steps`.
private func exhaustive(_ values: [Float], bits: Int, steps: Int) throws -> Double {
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    var least = Double.infinity
    for first in 0..<steps {
        for last in (first + 1)...steps {
            let range = ValueRange(
                low: low + (high - low) * Float(first) / Float(steps),
                high: low + (high - low) * Float(last) / Float(steps))
            least = min(least, try meanSquaredError(values, range, bits: bits))
        }
    }
    return least
}

@Suite struct ClippingSearchTests {
    @Test(arguments: [2, 3, 4, 6, 8]) func isAsGoodAsEveryRangeTried(bits: Int) throws {
        var (ours, tried, unclipped) = (0.0, 0.0, 0.0)
        for seed in UInt64(0)..<60 {
            var random = SeededGenerator(seed: seed)
            let values = values(using: &random)
            var histogram = ActivationHistogram()
            histogram.add(tensor(values))
            let search = try #require(ClippingSearch(histogram))
            let range = search.clippedRange(bits: bits)
            #expect(range.low >= values.min() ?? 0 && range.high <= values.max() ?? 0, "seed \(seed)")
            let found = try meanSquaredError(values, range, bits: bits)
            let least = try exhaustive(values, bits: bits, steps: 40)
            let whole = ValueRange(low: values.min() ?? 0, high: values.max() ?? 0)
            let step = Double(whole.high - whole.low) / Double((1 << bits) - 1)
            #expect(found <= 1.3 * least + 0.02 * step * step, "seed \(seed): \(found) against \(least)")
            (ours, tried) = (ours + found, tried + least)
            unclipped += try meanSquaredError(values, whole, bits: bits)
        }
        #expect(ours <= 1.05 * tried, "\(ours / tried)")
        // The control: a search that finds nothing would give the range of the values.
        #expect(bits > 4 || unclipped > 1.1 * ours, "\(unclipped / ours)")
    }

    @Test func theErrorForetoldIsThatOfTheCodec() throws {
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            let values = values(using: &random)
            let bits = Int.random(in: 2...8, using: &random)
            var histogram = ActivationHistogram()
            histogram.add(tensor(values))
            let search = try #require(ClippingSearch(histogram))
            let range = search.clippedRange(bits: bits)
            let foretold = search.meanSquaredError(of: range, bits: bits)
            let found = try meanSquaredError(values, range, bits: bits)
            #expect(abs(foretold - found) <= 0.02 * found + 1e-10, "seed \(seed): \(foretold), \(found)")
        }
    }
}

@Suite struct ActivationHistogramTests {
    @Test func binsDependNeitherOnOrderNorOnDivision() throws {
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            // Sums of multiples of 2^-10 are exact, whatever their order.
            let parts = (0..<Int.random(in: 1...5, using: &random)).map { _ in
                let spread = Float(1 << Int.random(in: 0...8, using: &random))
                return (0..<Int.random(in: 1...50, using: &random)).map { _ in
                    (Float(random.nextUnit() - 0.3) * spread * 1024).rounded() / 1024
                }
            }
            var whole = ActivationHistogram()
            whole.add(tensor(Array(parts.joined())))
            var reversed = ActivationHistogram()
            for part in parts.reversed() { reversed.add(tensor(part.reversed())) }
            var merged = ActivationHistogram()
            for part in parts.shuffled(using: &random) {
                var one = ActivationHistogram()
                one.add(tensor(part))
                merged.merge(one)
            }
            #expect(reversed == whole && merged == whole, "seed \(seed)")
            #expect(whole.count == Double(parts.joined().count))
            #expect(whole.range == ValueRange.measured([tensor(Array(parts.joined()))]))
        }
    }

    @Test func whatIsNotFiniteIsPassedOver() {
        var histogram = ActivationHistogram()
        histogram.add(tensor([.nan, .infinity]))
        #expect(histogram.range == nil && ClippingSearch(histogram) == nil)
        histogram.add(tensor([1, -.infinity, 3, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0]))
        #expect(histogram.count == 5)
    }

    @Test func aTensorOfOneValueIsExact() throws {
        var histogram = ActivationHistogram()
        histogram.add(tensor([2.5, 2.5]))
        let search = try #require(ClippingSearch(histogram))
        let range = search.clippedRange(bits: 2)
        #expect(range == ValueRange(low: 2.5, high: 2.5) && search.meanSquaredError(of: range, bits: 2) == 0)
    }
}
