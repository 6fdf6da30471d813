import Foundation
import Model
import Telemetry

/// How soon a step of factor 4 is noticed, and how often steady noise passes for a step.
struct StepResponse {
    /// The readings after a step until the estimate is nearer to the new level than to the old, in logarithms; by share of
    /// the steps, the least that do.
    struct Delay {
        var median: Int
        var p99: Int
        var worst: Int
    }

    /// Of 1,000 steps up and down after 40 readings, lognormal noise of the given spread.
    static func delay(of estimator: @autoclosure () -> any RateEstimator, spread: Double) -> Delay {
        let delays = (0..<1000).map { number -> Int in
            let factor = number % 2 == 0 ? 4.0 : 0.25
            let readings = MadeUpLinks.steadyReadings(spread: spread, count: 80, seed: UInt64(number))
            var estimator = estimator()
            for (place, reading) in readings.enumerated() {
                estimator.record(place < 40 ? reading : reading * factor, at: time(of: place))
                guard place >= 40, let forecast = estimator.forecast else { continue }
                if abs(log(forecast / (8e6 * factor))) < abs(log(forecast / 8e6)) { return place - 39 }
            }
            return 40
        }.sorted()
        return Delay(median: delays[500], p99: delays[990], worst: delays[999])
    }

    /// Changes of level that a steady link's windows show in an hour, five readings a second, mean over fifty hours.
    static func falseAlarmsAnHour(spread: Double) -> Double {
        var alarms = 0
        for hour in UInt64(0)..<50 {
            var estimator = ConditionsEstimator()
            var wasSettled = false
            for (place, reading) in MadeUpLinks.steadyReadings(spread: spread, count: 18_000, seed: 7000 + hour)
                .enumerated()
            {
                estimator.record(Sample(metric: .uplink, time: time(of: place), value: reading))
                // A level that began anew holds two readings' weight only; a settled one those of the whole window.
                let confidence = estimator.reading(of: .uplink, at: time(of: place))?.confidence ?? 0
                if wasSettled, confidence < 0.75 { alarms += 1 }
                wasSettled = confidence > 0.9
            }
        }
        return Double(alarms) / 50
    }

    private static func time(of place: Int) -> Instant { .zero + .milliseconds(200) * Int64(place) }
}
