import Foundation
import Model
import Telemetry
import Testing

/// What a forecast is worth beside plain ones, on series of four kinds.
@Suite struct ForecastAccuracyTests {
    private enum Kind: CaseIterable {
        case noise, wandersBack, fades, steps

        func series(_ random: inout SeededGenerator) -> [Double] {
            var (state, level) = (0.0, 8e6)
            return (0..<300).map { place in
                switch self {
                case .noise: return 8e6 * exp(0.25 * gaussian(&random))
                case .wandersBack:
                    state = 0.8 * state + 0.15 * gaussian(&random)
                    return 8e6 * exp(state)
                case .fades: return 8e6 * exp(1.2 * sin(Double(place) / 7) + 0.1 * gaussian(&random))
                case .steps:
                    if random.nextUnit() < 1.0 / 30 { level = 1e6 * exp(3 * random.nextUnit()) }
                    return level * exp(0.1 * gaussian(&random))
                }
            }
        }
    }

    /// Of the readings so far, newest last.
    private static let plain: [(name: String, forecast: @Sendable ([Double]) -> Double)] = [
        ("last", { $0[$0.count - 1] }),
        ("mean of five", { $0.suffix(5).reduce(0, +) / Double($0.suffix(5).count) }),
        ("EWMA", { $0.reduce($0[0]) { $0 + 0.3 * ($1 - $0) } }),
        ("harmonic mean of five", { Double($0.suffix(5).count) / $0.suffix(5).reduce(0) { $0 + 1 / $1 } }),
    ]

    @Test func medianErrorIsNearThatOfTheBestPlainOneAndLowerOverAll() {
        var ratios: [[Double]] = Array(repeating: [], count: Self.plain.count)
        for kind in Kind.allCases {
            for seed in UInt64(0)..<20 {
                var random = SeededGenerator(seed: seed)
                let series = kind.series(&random)
                let ours = Self.medianError(of: series)
                let theirs = Self.plain.map { plain in Self.medianError(of: series, plain.forecast) }
                #expect(ours < 1.4 * (theirs.min() ?? 0), "\(kind), seed \(seed)")
                for (place, error) in theirs.enumerated() { ratios[place].append(ours / error) }
            }
        }
        for (ratios, plain) in zip(ratios, Self.plain) {
            let mean = exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count))
            #expect(mean < 0.95, "\(plain.name)")
            #expect(ratios.count { $0 < 1 } * 3 >= ratios.count * 2, "\(plain.name)")
        }
    }

    /// What decisions see is hardly worse, in spite of its caution.
    @Test func presentRateIsAboutAsNearAsTheForecast() {
        var ratios: [Double] = []
        for kind in Kind.allCases {
            for seed in UInt64(0)..<20 {
                var random = SeededGenerator(seed: seed)
                let series = kind.series(&random)
                ratios.append(Self.medianErrorOfWindow(on: series) / Self.medianError(of: series))
                #expect(ratios[ratios.count - 1] < 1.1, "\(kind), seed \(seed)")
            }
        }
        #expect(exp(ratios.reduce(0) { $0 + log($1) } / Double(ratios.count)) < 1.005)
    }

    private static func medianErrorOfWindow(on series: [Double]) -> Double {
        var (estimator, errors) = (ConditionsEstimator(), [Double]())
        for (place, value) in series.enumerated() {
            let time = Instant.zero + .seconds(1) * Int64(place)
            if place >= 5, let present = estimator.reading(of: .uplink, at: time - .seconds(1))?.value {
                errors.append(abs(present / value - 1))
            }
            estimator.record(Sample(metric: .uplink, time: time, value: value))
        }
        return errors.sorted()[errors.count / 2]
    }

    private static func medianError(of series: [Double]) -> Double {
        var (forecaster, errors) = (Forecaster(), [Double]())
        for (place, value) in series.enumerated() {
            if place >= 5, let forecast = forecaster.forecast { errors.append(abs(forecast.value / value - 1)) }
            forecaster.record(time: .zero + .seconds(1) * Int64(place), value: value)
        }
        return errors.sorted()[errors.count / 2]
    }

    private static func medianError(of series: [Double], _ forecast: ([Double]) -> Double) -> Double {
        let errors = (5..<series.count).map { abs(forecast(Array(series[..<$0])) / series[$0] - 1) }
        return errors.sorted()[errors.count / 2]
    }
}

/// By Box and Muller.
private func gaussian(_ random: inout SeededGenerator) -> Double {
    (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
}
