import Foundation
import Model
import Telemetry
import Testing

@Suite struct DecayingHistogramTests {
    @Test func quantilesAreRightToWithinABucket() throws {
        for seed in UInt64(0)..<1000 {
            var random = SeededGenerator(seed: seed)
            let growth = 1.01 + 0.3 * random.nextUnit()
            var histogram = DecayingHistogram(halfLife: .seconds(10), smallest: 1e-3, largest: 1e3, growth: growth)
            var samples: [(time: Double, value: Double, weight: Double)] = []
            var now = 0.0
            for _ in 0..<Int.random(in: 1...80, using: &random) {
                now += Int.random(in: 0..<10, using: &random) == 0 ? 700 : random.nextUnit()
                let sample = (
                    time: now - 3 * random.nextUnit(), value: exp(12 * random.nextUnit() - 6),
                    weight: 0.1 + 0.9 * random.nextUnit()
                )
                samples.append(sample)
                histogram.insert(
                    time: .zero + Nanoseconds(seconds: sample.time), value: sample.value, weight: sample.weight)
            }
            for share in [0, 0.25, 0.5, 0.9, 0.99, 1] {
                let quantile = try #require(histogram.quantile(share))
                let expected = Self.quantiles(samples, share, at: now)
                #expect(
                    expected.contains { $0 <= quantile * (1 + 1e-9) && quantile <= $0 * growth * (1 + 1e-9) },
                    "seed \(seed)")
            }
        }
    }

    /// The values that rounding may make the quantile.
    private static func quantiles(
        _ samples: [(time: Double, value: Double, weight: Double)], _ share: Double, at now: Double
    ) -> [Double] {
        let sorted = samples.sorted { $0.value < $1.value }.map {
            (value: $0.value, weight: $0.weight * exp2(($0.time - now) / 10))
        }
        let total = sorted.reduce(0) { $0 + $1.weight }
        return [share - 1e-9, share + 1e-9].map { share in
            var reached = 0.0
            for sample in sorted {
                reached += sample.weight
                if reached >= share * total { return sample.value }
            }
            return sorted[sorted.count - 1].value
        }
    }

    @Test func whatLiesBeyondTheRangeSharesABucket() {
        var histogram = DecayingHistogram(halfLife: .seconds(1), smallest: 1, largest: 100)
        #expect(histogram.quantile(0.5) == nil)
        histogram.insert(time: .zero, value: 0)
        #expect(histogram.quantile(1) == 1)
        histogram.insert(time: .zero, value: 1e300)
        #expect(histogram.quantile(0) == 1)
        #expect((100...106).contains(histogram.quantile(.nan) ?? 0))
        for value in [Double.nan, .infinity, -1] {
            let isTaken = histogram.insert(time: .zero, value: value)
            #expect(!isTaken)
        }
    }

    @Test func oldSamplesFade() {
        var histogram = DecayingHistogram(halfLife: .seconds(1), smallest: 1, largest: 100)
        for _ in 0..<50 { histogram.insert(time: .zero, value: 50) }
        histogram.insert(time: .zero + .seconds(5), value: 2)
        #expect((50...53).contains(histogram.quantile(0.5) ?? 0), "fifty of a thirty-second each outweigh one")
        histogram.insert(time: .zero + .seconds(7), value: 2)
        #expect((2...2.2).contains(histogram.quantile(0.5) ?? 0))
    }
}
