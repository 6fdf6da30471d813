import Model
import Telemetry
import Testing

@Suite struct ConditionsEstimateTests {
    @Test func agreesWithWindowAndReadingsOnSeededStreams() {
        for seed in UInt64(0)..<1000 {
            var random = SeededGenerator(seed: seed)
            var estimator = ConditionsEstimator()
            var estimate = ConditionsEstimate()
            var now = Instant.zero
            for _ in 0..<Int.random(in: 1...150, using: &random) {
                now += Int.random(in: 0..<40, using: &random) == 0 ? .seconds(50) : .milliseconds(40)
                let metric = Metric.allCases[Int.random(in: 0..<8, using: &random)]
                let value = Int.random(in: 0..<20, using: &random) == 0 ? 0 : 0.5 + random.nextUnit()
                estimator.record(Sample(metric: metric, time: now, value: value))
                if Int.random(in: 0..<20, using: &random) == 0 { check(estimator, at: now, &estimate, seed) }
            }
            check(estimator, at: now + .milliseconds(Int64.random(in: 0...5000, using: &random)), &estimate, seed)
        }
    }

    private func check(
        _ estimator: ConditionsEstimator, at now: Instant, _ estimate: inout ConditionsEstimate, _ seed: UInt64
    ) {
        estimator.estimate(at: now, into: &estimate)
        #expect(estimate.window == estimator.window(at: now), "seed \(seed)")
        for metric in values.keys {
            let known = estimate.samples.compactMap { values[metric]?($0) }
            let bounds = estimate.bounds(of: metric)
            let reading = estimator.reading(of: metric, at: now)
            #expect(estimate.reading(of: metric) == reading, "seed \(seed)")
            #expect((bounds == nil) == (reading == nil), "seed \(seed)")
            guard let bounds else { continue }
            #expect(bounds.least == known.min() && bounds.greatest == known.max(), "seed \(seed): \(metric)")
        }
        let ages = (Array(values.keys) + [.rtt, .cloudQueue]).compactMap { estimator.reading(of: $0, at: now)?.age }
        #expect(estimate.age == ages.min(), "seed \(seed)")
    }

    /// What a sample holds of each metric, spans left out: they are rounded to nanoseconds.
    private let values: [Metric: @Sendable (Conditions) -> Double] = [
        .uplink: { $0.uplink.bitsPerSecond }, .downlink: { $0.downlink.bitsPerSecond },
        .edgeSlowdown: { $0.edgeSlowdown }, .cloudSlowdown: { $0.cloudSlowdown },
    ]

    @Test func holdsNothingBeforeTheFirstSampleAndAfterTheHold() {
        var (estimator, estimate) = (ConditionsEstimator(), ConditionsEstimate())
        estimator.estimate(at: .zero, into: &estimate)
        #expect(estimate.window == nil && estimate.age == nil)
        estimator.record(Sample(metric: .edgeSlowdown, time: .zero, value: 2))
        estimator.estimate(at: .zero + .seconds(2), into: &estimate)
        #expect(estimate.samples.count == 32 && estimate.age == .seconds(2))
        #expect(estimate.bounds(of: .edgeSlowdown)?.least == 2 && estimate.bounds(of: .uplink) == nil)
        estimator.estimate(at: .zero + .seconds(3601), into: &estimate)
        #expect(estimate.window == nil && estimate.age == nil && estimate.bounds(of: .edgeSlowdown) == nil)
    }
}
