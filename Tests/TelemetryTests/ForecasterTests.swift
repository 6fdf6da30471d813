import Foundation
import Model
import Telemetry
import Testing

/// The rules followed to the letter, everything formed anew from the list of samples.
private struct DumbForecaster {
    struct Entry {
        var time: Instant
        var value: Double
    }

    var entries: [Entry] = []

    mutating func record(time: Instant, value: Double, weight: Double) -> Bool {
        let place = entries.count { $0.time <= time }
        if entries.contains(where: { $0.time == time }) || entries.count - place > 32 { return false }
        entries.append(Entry(time: time, value: weight < 0.3 ? 0 : value))
        entries.sort { $0.time < $1.time }
        return true
    }

    /// Places that are as well supported as any, but for rounding, and their distance from the newest reading in octaves.
    func acceptable() -> (newest: Double, octaves: [Double])? {
        guard let known = readings(before: entries.count) else { return nil }
        let (weights, forecasts, reach) = (weights(), forecasts(of: known), 3 * scale(of: known))
        let places = forecasts.map { place in
            let kernel = zip(weights, forecasts).map { $0 * max(0, 1 - abs($1 - place) / reach) }
            let support = kernel.reduce(0, +)
            return (support, zip(kernel, forecasts).reduce(0) { $0 + $1.0 * $1.1 } / support)
        }
        let best = places.map(\.0).max() ?? 0
        return (known[0], places.filter { $0.0 > best * 0.97 }.map(\.1))
    }

    private func weights() -> [Double] {
        var sums = Array(repeating: 0.0, count: 12)
        for index in entries.indices.suffix(128) {
            guard entries[index].value > 0, let known = readings(before: index, by: entries[index].time) else {
                continue
            }
            let actual = log2(entries[index].value / known[0])
            for (expert, forecast) in forecasts(of: known).enumerated() {
                let error = abs(forecast - actual)
                sums[expert] += (error / (error + 2 * scale(of: known)) * 255).rounded()
            }
        }
        let least = sums.min() ?? 0
        return zip(sums, [3, 1, 0.5, 0.5, 1, 1, 2, 3, 2, 0.5, 1, 2]).map { pow((least + 25.5) / ($0 + 25.5), 16) * $1 }
    }

    /// Newest first.
    private func readings(before end: Int, by time: Instant? = nil) -> [Double]? {
        var (found, next): ([Double], Instant?) = ([], time)
        for entry in entries[max(0, end - 48)..<end].reversed() where entry.value > 0 && found.count < 32 {
            if let next, next - entry.time > .seconds(20) { break }
            found.append(entry.value)
            next = entry.time
        }
        return found.isEmpty ? nil : found
    }

    private func scale(of known: [Double]) -> Double {
        let steps = zip(known, known.dropFirst()).prefix(15).map { abs(log2($0 / $1)) }.sorted()
        return steps.isEmpty ? 0.144 : min(max(steps[steps.count / 2], 0.003), 0.72)
    }

    private func forecasts(of known: [Double]) -> [Double] {
        let levels = known.map { log2($0 / known[0]) }
        func mean(_ values: [Double], _ share: Double) -> Double {
            let weights = values.indices.map { pow(1 - share, Double($0)) }
            return zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
        }
        func median(_ count: Int) -> Double {
            let sorted = levels.prefix(count).sorted()
            return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        }
        let step = levels.count > 1 ? -levels[1] : 0
        let slow = mean(levels, 0.05)
        let five = known.prefix(5).reduce(0, +) / Double(min(known.count, 5))
        return [
            0, mean(levels, 0.85), slow, log2(mean(known, 0.1) / known[0]),
            log2(mean(known, 0.5) / known[0]), median(3), median(5), median(9), 0.1 * step,
            -0.45 * step, 0.1 * slow, log2(five / known[0]),
        ]
    }
}

private struct Reading {
    var time: Instant
    var value: Double
    var weight = 1.0
}

@Suite struct ForecasterTests {
    @Test func equalsDumbRecomputationOnSeededStreams() {
        for seed in UInt64(0)..<1200 {
            var random = SeededGenerator(seed: seed)
            let readings = Self.disordered(
                Self.stream(&random, count: Int.random(in: 1...220, using: &random)), &random)
            var (forecaster, dumb) = (Forecaster(), DumbForecaster())
            for (number, reading) in readings.enumerated() {
                let taken = forecaster.record(time: reading.time, value: reading.value, weight: reading.weight)
                let expected = dumb.record(time: reading.time, value: reading.value, weight: reading.weight)
                #expect(taken == expected, "seed \(seed), sample \(number)")
                guard number == 60 || number + 1 == readings.count else { continue }
                #expect(Self.isAcceptable(forecaster.forecast, dumb), "seed \(seed), sample \(number)")
            }
        }
    }

    private static func isAcceptable(_ forecast: Forecast?, _ dumb: DumbForecaster) -> Bool {
        guard let acceptable = dumb.acceptable(), let forecast else {
            return dumb.acceptable() == nil && forecast == nil
        }
        let octaves = log2(forecast.value / acceptable.newest)
        return acceptable.octaves.contains { abs($0 - octaves) < 1e-3 }
    }

    @Test func stateIsAFunctionOfTheRecentSamplesInAnyOrder() {
        for seed in UInt64(0)..<1000 {
            var random = SeededGenerator(seed: seed)
            let readings = Self.stream(&random, count: Int.random(in: 1...400, using: &random))
            var live = Forecaster()
            let accepted = Self.disordered(readings, &random).filter {
                live.record(time: $0.time, value: $0.value, weight: $0.weight)
            }
            var replayed = Forecaster()
            for reading in accepted.sorted(by: { $0.time < $1.time }).suffix(Forecaster.history) {
                replayed.record(time: reading.time, value: reading.value, weight: reading.weight)
            }
            #expect(live.forecast == replayed.forecast, "seed \(seed)")
        }
    }

    @Test func steadyReadingsAreForecastExactly() throws {
        var forecaster = Forecaster()
        #expect(forecaster.forecast == nil)
        for second in 1...200 { forecaster.record(time: Self.second(second), value: 7e6) }
        #expect(forecaster.forecast == Forecast(value: 7e6, error: 0))
        forecaster.record(time: Self.second(201), value: 7e8)
        #expect(
            abs(try #require(forecaster.forecast).value / 7e6 - 1) < 1e-5,
            "a fluke after a steady past draws no forecast")
    }

    @Test func errorIsThatOfReadingsAboutALevel() throws {
        for seed in UInt64(0)..<200 {
            var random = SeededGenerator(seed: seed)
            var forecaster = Forecaster()
            var misses: [Double] = []
            for second in 1...300 {
                let value = 8e6 * exp(0.2 * (random.nextUnit() - 0.5))
                if second > 100, let forecast = forecaster.forecast { misses.append(abs(forecast.value / value - 1)) }
                forecaster.record(time: Self.second(second), value: value)
            }
            let forecast = try #require(forecaster.forecast)
            let median = misses.sorted()[misses.count / 2]
            #expect((median / 3...3 * median).contains(forecast.error), "seed \(seed)")
            #expect(abs(forecast.value / 8e6 - 1) < 0.07, "seed \(seed)")
            #expect(forecast.cautious == forecast.value / (1 + forecast.error))
        }
    }

    @Test func whoDoesBestIsFollowed() throws {
        // Of readings that take turns the mean is near; a climb by a tenth is best followed by the last.
        var (turns, climb) = (Forecaster(), Forecaster())
        for second in 1...128 {
            turns.record(time: Self.second(second), value: second % 2 == 0 ? 1e6 : 1.3e6)
            climb.record(time: Self.second(second), value: 1e3 * pow(1.1, Double(second)))
        }
        #expect((1.05e6...1.25e6).contains(try #require(turns.forecast).value))
        let last = 1e3 * pow(1.1, 128)
        #expect((last...1.05 * last).contains(try #require(climb.forecast).value))
    }

    @Test func absurdSamplesAreRefusedAndZeroIsNoReading() {
        var forecaster = Forecaster()
        func take(_ time: Instant, _ value: Double, weight: Double = 1) -> Bool {
            forecaster.record(time: time, value: value, weight: weight)
        }
        for value in [Double.nan, -1, .infinity, 1e300] { #expect(!take(.zero, value)) }
        for weight in [Double.nan, 0, -1, 1.5] { #expect(!take(.zero, 1, weight: weight)) }
        for nanoseconds in [Int64.min, .max] { #expect(!take(Instant(nanoseconds: nanoseconds), 1)) }
        #expect(take(.zero, 0) && take(Self.second(1), 5, weight: 0.1))
        #expect(forecaster.forecast == nil, "an outage and a light sample are no readings")
        #expect(take(Self.second(2), 5) && !take(Self.second(2), 6))
        #expect(forecaster.forecast?.value == 5)
        #expect(take(Self.second(3), 1e200) && take(Self.second(4), 1e-199) && take(Self.second(5), 1e-300))
        #expect(forecaster.forecast?.value.isFinite == true)
    }

    @Test func logarithmsAreThoseOfTheLibrary() {
        for seed in UInt64(0)..<20_000 {
            var random = SeededGenerator(seed: seed)
            let y = 1200 * (random.nextUnit() - 0.5)
            let x = exp2(y)
            #expect(abs(binaryLogarithm(x) - y) <= 1e-13 * max(1, abs(y)), "seed \(seed)")
            #expect(abs(binaryExponential(y) / x - 1) < 1e-14, "seed \(seed)")
        }
        #expect(binaryLogarithm(1) == 0 && binaryLogarithm(8) == 3 && binaryLogarithm(0.25) == -2)
        #expect(binaryExponential(0) == 1 && binaryExponential(10) == 1024 && binaryExponential(-1) == 0.5)
    }

    private static func second(_ number: Int) -> Instant { .zero + .seconds(1) * Int64(number) }

    /// Noise, steps, flukes, gaps, outages and light samples.
    private static func stream(_ random: inout SeededGenerator, count: Int) -> [Reading] {
        var (now, level) = (Instant.zero, 1e6)
        return (0..<count).map { _ in
            now += Int.random(in: 0..<60, using: &random) == 0 ? .seconds(30) : .milliseconds(200)
            if Int.random(in: 0..<20, using: &random) == 0 { level = 1e5 * exp(5 * random.nextUnit()) }
            let fluke = Int.random(in: 0..<15, using: &random) == 0 ? 6.0 : 1
            let value =
                Int.random(in: 0..<30, using: &random) == 0 ? 0 : level * fluke * (0.8 + 0.4 * random.nextUnit())
            let weight: Double = [1, 1, 1, 0.5, 0.1].randomElement(using: &random) ?? 1
            return Reading(time: now, value: value, weight: weight)
        }
    }

    /// Every sample displaced by up to 20 places, some of them sent twice.
    private static func disordered(_ readings: [Reading], _ random: inout SeededGenerator) -> [Reading] {
        var keyed: [(place: Int, reading: Reading)] = []
        for (place, reading) in readings.enumerated() {
            keyed.append((place + Int.random(in: 0...20, using: &random), reading))
            if Int.random(in: 0..<10, using: &random) == 0 { keyed.append((place + 25, reading)) }
        }
        return keyed.sorted { ($0.place, $0.reading.time) < ($1.place, $1.reading.time) }.map(\.reading)
    }
}
