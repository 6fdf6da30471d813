import Foundation
import Model
import Telemetry
import Testing

/// A device's samples, at 10 a second.
private struct Stream {
    var estimator = ConditionsEstimator()
    var now = Instant.zero

    mutating func feed(_ metric: Metric, _ values: [Double], weight: Double = 1) {
        for value in values {
            now += .milliseconds(100)
            estimator.record(Sample(metric: metric, time: now, value: value, weight: weight))
        }
    }

    func uplinks() -> [Double] { estimator.window(at: now)?.samples.map(\.uplink.inMbps) ?? [] }
}

/// By Box and Muller.
private func lognormal(_ spread: Double, _ random: inout SeededGenerator) -> Double {
    exp(spread * (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit()))
}

private func mbps(_ values: Double...) -> [Double] { values.map { $0 * 1e6 } }

@Suite struct ConditionsEstimatorTests {
    @Test func nothingIsKnownBeforeTheFirstSample() {
        var stream = Stream()
        #expect(stream.estimator.window(at: .zero) == nil)
        stream.feed(.edgeCPU, [0.5])
        #expect(stream.estimator.window(at: stream.now) == nil, "a load alone is no condition")
        stream.feed(.uplink, mbps(8))
        let window = stream.estimator.window(at: stream.now)
        var expected = EstimatorSettings().initial
        expected.uplink = .mbps(8)
        #expect(window?.samples == Array(repeating: expected, count: 32))
        #expect(stream.estimator.window(at: .zero) == nil, "a moment before all samples knows none of them")
    }

    @Test(arguments: [4.0, 0.25])
    func stepShowsAfterTwoSamples(factor: Double) {
        var stream = Stream()
        stream.feed(.uplink, Array(repeating: 8e6, count: 30))
        stream.feed(.uplink, [8e6 * factor])
        #expect(stream.uplinks().allSatisfy { $0 == 8 })
        stream.feed(.uplink, [8e6 * factor])
        #expect(stream.uplinks().allSatisfy { $0 == 8 * factor })
        stream.feed(.uplink, Array(repeating: 8e6 * factor, count: 3) + Array(repeating: 8e6, count: 2))
        #expect(stream.uplinks().allSatisfy { $0 == 8 })
    }

    /// Where a step is smaller than the rule is made for, the past is kept now and then.
    @Test(arguments: zip([4.0, 3], [500, 485]))
    func stepAmidNoiseShowsWithinThreeSamples(size: Double, least: Int) throws {
        var forgotten = 0
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            let noise = { 0.85 + 0.3 * random.nextUnit() }
            let factor = seed % 2 == 0 ? size : 1 / size
            var stream = Stream()
            stream.feed(.uplink, (0..<30).map { _ in 8e6 * noise() })
            stream.feed(.uplink, (0..<3).map { _ in 8e6 * factor * noise() })
            let level = 8 * factor
            let uplinks = stream.uplinks()
            if uplinks.dropLast().allSatisfy({ (0.85...1.15).contains($0 / level) }) { forgotten += 1 }
            // The present one is a forecast, which may lag, but not by more than 1.6 from the belief.
            let present = try #require(uplinks.last)
            #expect((0.85 / 1.6...1.15 * 1.6).contains(present / level), "seed \(seed)")
            #expect(abs(log(present / level)) < abs(log(present / 8)), "seed \(seed)")
        }
        #expect(forgotten >= least)
    }

    @Test func strongNoiseSeldomPassesForAChange() {
        // Forty hours of five readings a second.
        var alarms = 0
        for seed in UInt64(0)..<40 {
            var random = SeededGenerator(seed: seed)
            var (stream, start) = (Stream(), Instant?.none)
            for _ in 0..<18_000 {
                stream.feed(.uplink, [8e6 * lognormal(0.3, &random)])
                guard let present = stream.estimator.levelStart(of: .uplink), present != start else { continue }
                start = present
                alarms += 1
            }
        }
        #expect(alarms < 40, "less than one an hour")
    }

    @Test func levelStartsWithTheFirstReadingOfTheRunThatShowsIt() {
        var stream = Stream()
        stream.feed(.uplink, Array(repeating: 8e6, count: 30) + [32e6])
        #expect(stream.estimator.levelStart(of: .uplink) == nil)
        let first = stream.now
        stream.feed(.uplink, mbps(32))
        #expect(stream.estimator.levelStart(of: .uplink) == first)
        stream.feed(.uplink, Array(repeating: 32e6, count: 126))
        #expect(stream.estimator.levelStart(of: .uplink) == first)
        stream.feed(.uplink, mbps(32))
        #expect(stream.estimator.levelStart(of: .uplink) == nil, "the first is no longer held")
    }

    @Test func stepAmidStrongNoiseShowsWithinThreeSamples() {
        for seed in UInt64(0)..<1000 {
            var random = SeededGenerator(seed: seed)
            var stream = Stream()
            let level = seed % 2 == 0 ? 32e6 : 2e6
            stream.feed(.uplink, (0..<40).map { _ in 8e6 * lognormal(0.2, &random) })
            stream.feed(.uplink, (0..<3).map { _ in level * lognormal(0.2, &random) })
            let uplink = stream.estimator.reading(of: .uplink, at: stream.now)?.value ?? 0
            #expect(abs(log(uplink / level)) < abs(log(uplink / 8e6)), "seed \(seed)")
        }
    }

    @Test(arguments: [100.0, 0.01])
    func singleFlukeIsNotBelieved(factor: Double) {
        var stream = Stream()
        for _ in 0..<6 {
            stream.feed(.uplink, mbps(8, 8, 8, 8) + [8e6 * factor])
            #expect(stream.uplinks().allSatisfy { abs($0 / 8 - 1) < 0.01 })
        }
    }

    @Test func noiseIsNoChange() {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            var stream = Stream()
            stream.feed(.uplink, (0..<60).map { _ in 8e6 * (0.85 + 0.3 * random.nextUnit()) })
            let uplinks = stream.uplinks()
            #expect(uplinks.allSatisfy { (0.85...1.15).contains($0 / 8) }, "seed \(seed)")
            #expect(Set(uplinks).count > 8, "seed \(seed): the past was forgotten")
        }
    }

    @Test func outageAndReturnAreBelievedAtOnce() {
        var stream = Stream()
        stream.feed(.uplink, mbps(8, 8, 8, 8, 0))
        #expect(stream.uplinks().allSatisfy { $0 == 0 })
        stream.feed(.uplink, mbps(0, 0))
        #expect(stream.uplinks().allSatisfy { $0 == 0 })
        stream.feed(.uplink, mbps(3))
        #expect(stream.uplinks().allSatisfy { $0 == 3 })
    }

    @Test func smallTransfersDoNotOutweighLargeOnes() {
        var stream = Stream()
        for _ in 0..<20 {
            stream.feed(.uplink, mbps(8))
            stream.feed(.uplink, mbps(1, 1), weight: 0.1)
        }
        #expect(stream.uplinks().allSatisfy { $0 == 8 })
    }

    @Test func roundTripIsTheLeastOfTheRecentPast() throws {
        var stream = Stream()
        stream.feed(.rtt, [0.020] + Array(repeating: 0.200, count: 9))
        #expect(
            try #require(stream.estimator.window(at: stream.now)).samples.allSatisfy { $0.rtt == .milliseconds(20) })
        stream.feed(.rtt, Array(repeating: 0.080, count: 20))
        #expect(try #require(stream.estimator.window(at: stream.now)).newest.rtt == .milliseconds(80))
        stream.feed(.rtt, [0.030])
        #expect(
            try #require(stream.estimator.window(at: stream.now)).samples.allSatisfy { $0.rtt == .milliseconds(30) })
    }

    @Test func momentsKeepWhatWasInForceTogether() throws {
        var stream = Stream()
        for step in 0..<40 {
            let level = 1 + 0.01 * Double(step)
            stream.feed(.uplink, [8e6 * level])
            stream.estimator.record(Sample(metric: .edgeSlowdown, time: stream.now, value: level))
        }
        let window = try #require(stream.estimator.window(at: stream.now))
        // The present rate, in force since the newest reading, is a forecast within the last three.
        let past = window.samples.dropLast()
        #expect(past.count == 31 && past.allSatisfy { abs($0.uplink.inMbps / $0.edgeSlowdown - 8) < 1e-9 })
        #expect((8 * 1.369...8 * 1.391).contains(window.newest.uplink.inMbps))
        #expect(zip(window.samples, window.samples.dropFirst()).allSatisfy { $0.uplink <= $1.uplink })
        #expect(window.samples[0].uplink < window.newest.uplink)
    }

    @Test func presentRateIsTheForecastWhereThatIsNearTheBelief() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            var stream = Stream()
            let values = (0..<40).map { _ in 8e6 * lognormal(0.1, &random) }
            var forecaster = Forecaster()
            for value in values {
                stream.feed(.uplink, [value])
                forecaster.record(time: stream.now, value: value)
            }
            let forecast = try #require(forecaster.forecast)
            #expect(stream.estimator.reading(of: .uplink, at: stream.now)?.value == forecast.value, "seed \(seed)")
            #expect(stream.estimator.forecast(of: .uplink) == forecast, "seed \(seed)")
            #expect(stream.uplinks().last == forecast.value / 1e6, "seed \(seed)")
        }
    }

    /// On a link that wanders the last reading is the best forecast, a fluke not excepted.
    @Test(arguments: [2.5, 0.4, 20, 0.05])
    func firstFlukeOfAWanderingLinkIsNotBelieved(factor: Double) throws {
        var followed = 0
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            var (stream, level) = (Stream(), 8e6)
            for _ in 0..<60 {
                level *= lognormal(0.08, &random)
                stream.feed(.uplink, [level])
            }
            stream.feed(.uplink, [level * factor])
            let forecast = try #require(stream.estimator.forecast(of: .uplink)).value
            if abs(log(forecast / level)) > 0.7 * abs(log(factor)) { followed += 1 }
            let present = try #require(stream.estimator.reading(of: .uplink, at: stream.now)).value
            #expect((1 / 1.6...1.6).contains(present / level), "seed \(seed)")
        }
        #expect(followed > 100, "the forecaster alone believes it often")
    }

    @Test func whatLooksLikeAFlukeIsBelievedWhereTheLinkHasShownThatItIsNone() throws {
        var stream = Stream()
        func present() throws -> Double {
            try #require(stream.estimator.reading(of: .uplink, at: stream.now)).value / 1e6
        }
        stream.feed(.uplink, Array(repeating: 2e6, count: 10) + [8e6])
        #expect(try present() == 2, "the first is not")
        for _ in 0..<10 {
            stream.feed(.uplink, Array(repeating: 8e6, count: 5) + Array(repeating: 2e6, count: 5))
        }
        stream.feed(.uplink, mbps(8))
        #expect((8 / 1.6...8).contains(try present()))
        // As many flukes as there are changes held undo that.
        stream.feed(.uplink, Array(repeating: 8e6, count: 4))
        for _ in 0..<20 { stream.feed(.uplink, mbps(2, 8, 8, 8, 8)) }
        stream.feed(.uplink, mbps(2))
        #expect(try present() == 8)
    }

    @Test func laggingForecastIsNotBelieved() throws {
        for seed in UInt64(0)..<500 {
            var random = SeededGenerator(seed: seed)
            var stream = Stream()
            stream.feed(.uplink, (0..<60).map { _ in 8e6 * lognormal(0.15, &random) })
            let level = seed % 2 == 0 ? 40e6 : 1.6e6
            let readings = (0..<2).map { _ in level * lognormal(0.15, &random) }
            stream.feed(.uplink, readings)
            let present = try #require(stream.estimator.reading(of: .uplink, at: stream.now)).value
            let belief = (readings[0] + readings[1]) / 2
            #expect((1 / 1.6...1.6).contains(present / belief), "seed \(seed)")
        }
    }

    @Test func lastValueIsHeldAndAges() throws {
        var stream = Stream()
        stream.feed(.uplink, mbps(2, 2, 2))
        let fresh = try #require(stream.estimator.reading(of: .uplink, at: stream.now))
        #expect(fresh == MetricReading(value: 2e6, age: .zero, confidence: 0.75))
        let later = stream.now + .seconds(60)
        #expect(stream.estimator.window(at: later)?.newest.uplink == .mbps(2))
        let aged = try #require(stream.estimator.reading(of: .uplink, at: later))
        #expect(aged == MetricReading(value: 2e6, age: .seconds(60), confidence: 0))
        #expect(stream.estimator.window(at: stream.now + .seconds(3601)) == nil)
        #expect(stream.estimator.reading(of: .rtt, at: later) == nil)
    }

    @Test func absurdSamplesAreRefusedAndCounted() {
        var estimator = ConditionsEstimator()
        var expected = 0
        for metric in Metric.allCases {
            for value in [Double.nan, .infinity, -.infinity, -1000, 1e16] {
                expected += 1
                estimator.record(Sample(metric: metric, time: .zero, value: value))
            }
        }
        for weight in [Double.nan, 0, -1, 2] {
            expected += 1
            estimator.record(Sample(metric: .uplink, time: .zero, value: 1, weight: weight))
        }
        for nanoseconds in [Int64.min, .max] {
            expected += 1
            estimator.record(Sample(metric: .rtt, time: Instant(nanoseconds: nanoseconds), value: 1))
            #expect(estimator.window(at: Instant(nanoseconds: nanoseconds)) == nil)
        }
        #expect(estimator.refused == expected)
        #expect(estimator.window(at: .zero) == nil)
    }

    @Test func settingsOutOfRangeAreBroughtWithin() throws {
        var settings = EstimatorSettings()
        settings.moments = -3
        settings.window = Nanoseconds(Int64.max)
        settings.baseRTTWindow = Nanoseconds(Int64.min)
        settings.hold = Nanoseconds(Int64.max)
        settings.changeFactor = .nan
        settings.changeWeight = .nan
        var estimator = ConditionsEstimator(settings: settings)
        for metric in Metric.allCases { estimator.record(Sample(metric: metric, time: .zero, value: 1)) }
        #expect(try #require(estimator.window(at: .zero)).samples.count == 1)
        #expect(estimator.refused == 0 && estimator.settings.horizon > .zero)
    }

    @Test func stateIsAFunctionOfTheRecentSamplesInAnyOrder() {
        for seed in UInt64(0)..<400 {
            var random = SeededGenerator(seed: seed)
            let samples = Self.wildStream(&random)
            var live = ConditionsEstimator()
            let accepted = Self.disordered(samples, &random).filter { live.record($0) }
            var replayed = ConditionsEstimator()
            let recent = [Metric.uplink, .rtt].flatMap { metric in
                accepted.filter { $0.metric == metric }.sorted { $0.time < $1.time }.suffix(EstimatorSettings.history)
            }
            for sample in recent { replayed.record(sample) }
            let end = accepted.map(\.time).max() ?? .zero
            for delay in [0, 700, 5000, 70_000] as [Int64] {
                let now = end + .milliseconds(delay)
                let isSame =
                    live.window(at: now) == replayed.window(at: now)
                    && live.reading(of: .uplink, at: now) == replayed.reading(of: .uplink, at: now)
                    && live.reading(of: .rtt, at: now) == replayed.reading(of: .rtt, at: now)
                    && live.forecast(of: .uplink) == replayed.forecast(of: .uplink)
                #expect(isSame, "seed \(seed)")
            }
        }
    }

    /// Steps, flukes, outages, gaps, light and full samples of two metrics.
    private static func wildStream(_ random: inout SeededGenerator) -> [Sample] {
        var (samples, now, level): ([Sample], Instant, Double) = ([], .zero, 1e6)
        for _ in 0..<Int.random(in: 1...400, using: &random) {
            let gap: Nanoseconds = Int.random(in: 0..<50, using: &random) == 0 ? .seconds(70) : .milliseconds(40)
            now += gap
            if Int.random(in: 0..<12, using: &random) == 0 { level = 1e5 * pow2(Int.random(in: 0...7, using: &random)) }
            let fluke = Int.random(in: 0..<10, using: &random) == 0 ? 5.0 : 1
            let value =
                Int.random(in: 0..<30, using: &random) == 0 ? 0 : level * fluke * (0.8 + 0.4 * random.nextUnit())
            let weight: Double = [1, 1, 0.5, 0.1].randomElement(using: &random) ?? 1
            samples.append(Sample(metric: .uplink, time: now, value: value, weight: weight))
            samples.append(Sample(metric: .rtt, time: now + .milliseconds(1), value: 0.01 + 0.1 * random.nextUnit()))
        }
        return samples
    }

    private static func pow2(_ exponent: Int) -> Double { Double(1 << exponent) }

    /// Every sample displaced by up to 20 places, some of them sent twice.
    private static func disordered(_ samples: [Sample], _ random: inout SeededGenerator) -> [Sample] {
        var keyed: [(place: Int, sample: Sample)] = []
        for (place, sample) in samples.enumerated() {
            keyed.append((place + Int.random(in: 0...20, using: &random), sample))
            if Int.random(in: 0..<10, using: &random) == 0 { keyed.append((place + 25, sample)) }
        }
        return keyed.sorted { ($0.place, $0.sample.time) < ($1.place, $1.sample.time) }.map(\.sample)
    }
}
