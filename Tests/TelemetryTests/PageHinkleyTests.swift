import Model
import Telemetry
import Testing

/// The sums written out over the values since the last change.
private struct DumbPageHinkley {
    let allowance: Double
    let threshold: Double
    var values: [Double] = []

    mutating func observe(_ value: Double) -> PageHinkley.Change? {
        values.append(value)
        var (rise, fall): ([Double], [Double]) = ([], [])
        for index in values.indices.dropFirst() {
            let mean = values[..<index].reduce(0, +) / Double(index)
            rise.append(min(values[index] - mean - allowance, threshold / 2))
            fall.append(min(mean - values[index] - allowance, threshold / 2))
        }
        let change: PageHinkley.Change? =
            Self.excess(of: rise) >= threshold ? .rise : Self.excess(of: fall) >= threshold ? .fall : nil
        if change != nil { values = [value] }
        return change
    }

    /// The most that the last of the terms add up to: the running sum over its least value.
    private static func excess(of terms: [Double]) -> Double {
        var (sum, most) = (0.0, 0.0)
        for term in terms.reversed() {
            sum += term
            most = max(most, sum)
        }
        return most
    }
}

@Suite struct PageHinkleyTests {
    @Test func equalsDumbRecomputationOnSeededStreams() {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            // Sixteenths add up without rounding, but for the mean.
            let (allowance, threshold) = (Double(Int.random(in: 0...4, using: &random)) / 16, 1.03)
            var detector = PageHinkley(allowance: allowance, threshold: threshold)
            var dumb = DumbPageHinkley(allowance: allowance, threshold: threshold)
            var level = 0.0
            for place in 0..<80 {
                if Int.random(in: 0..<15, using: &random) == 0 {
                    level = Double(Int.random(in: -2...2, using: &random))
                }
                let value = level + Double(Int.random(in: -6...6, using: &random)) / 16
                #expect(detector.observe(value) == dumb.observe(value), "seed \(seed), value \(place)")
                #expect(detector.count == dumb.values.count, "seed \(seed), value \(place)")
            }
        }
    }

    @Test(arguments: [1.0, -1])
    func twoLargeValuesAreAChangeAndOneIsNone(side: Double) {
        var detector = PageHinkley(allowance: 0.1, threshold: 1)
        for _ in 0..<20 { #expect(detector.observe(3) == nil) }
        #expect(detector.observe(3 + 100 * side) == nil)
        for _ in 0..<5 { _ = detector.observe(detector.mean) }
        #expect(detector.count == 26)
        detector = PageHinkley(allowance: 0.1, threshold: 1)
        for _ in 0..<20 { #expect(detector.observe(3) == nil) }
        #expect(detector.observe(3 + 2 * side) == nil)
        #expect(detector.observe(3 + 2 * side) == (side > 0 ? .rise : .fall))
        #expect(detector.count == 1 && detector.mean == 3 + 2 * side)
    }
}
