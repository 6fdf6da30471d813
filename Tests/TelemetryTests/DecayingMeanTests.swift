import Foundation
import Model
import Telemetry
import Testing

@Suite struct DecayingMeanTests {
    @Test func equalsDumbRecomputationInAnyOrder() throws {
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(seed: seed)
            let halfLife = Nanoseconds(Int64.random(in: 1...100, using: &random))
            var mean = DecayingMean(halfLife: halfLife)
            var samples: [(time: Int64, value: Double, weight: Double)] = []
            var now: Int64 = Int64.random(in: -1000...1000, using: &random)
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                now += Int.random(in: 0..<10, using: &random) == 0 ? 90 * halfLife.count : 7
                let late = Int64.random(in: 0...30, using: &random)
                samples.append((now - late, 10 * random.nextUnit() - 5, max(random.nextUnit(), 1e-6)))
            }
            for sample in samples {
                let time = Instant(nanoseconds: sample.time)
                let isTaken = mean.insert(time: time, value: sample.value, weight: sample.weight)
                #expect(isTaken, "seed \(seed)")
            }
            let weights = samples.map { $0.weight * exp2(Double($0.time - now) / Double(halfLife.count)) }
            let total = weights.reduce(0, +)
            let expected = zip(weights, samples).reduce(0) { $0 + $1.0 * $1.1.value } / total
            let squares = zip(weights, samples).reduce(0) {
                $0 + $1.0 * ($1.1.value - expected) * ($1.1.value - expected)
            }
            #expect(abs(try #require(mean.mean) - expected) < 1e-9, "seed \(seed)")
            #expect(abs(try #require(mean.variance) - squares / total) < 1e-9, "seed \(seed)")
        }
    }

    @Test func absurdSamplesAreRefused() {
        var mean = DecayingMean(halfLife: .seconds(1))
        func take(_ time: Instant, _ value: Double, weight: Double = 1) -> Bool {
            mean.insert(time: time, value: value, weight: weight)
        }
        for value in [Double.nan, .infinity, 1e300] { #expect(!take(.zero, value)) }
        for weight in [Double.nan, 0, -1, 1.5] { #expect(!take(.zero, 1, weight: weight)) }
        #expect(!take(Instant(nanoseconds: .max), 1) && mean.mean == nil && mean.variance == nil)
        // Times as far apart as there are.
        #expect(take(Instant(nanoseconds: -1 << 60), 1) && take(Instant(nanoseconds: 1 << 60), 3))
        #expect(mean.mean == 3)
        #expect(take(Instant(nanoseconds: -1 << 60), 9) && mean.mean == 3)
    }
}
