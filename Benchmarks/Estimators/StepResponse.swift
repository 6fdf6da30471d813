import Foundation
import Model
import Telemetry

/// How soon a step of factor 4 is noticed, and how often steady noise passes for a step.
struct StepResponse {
    /// The readings after a step until the estimate is nearer to the new level than to the old, in logarithms; by share
    /// of the steps, the least that do.
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

    /// Levels that a steady link's readings begin in an hour, whichever rule begins them: five readings a second, mean
    /// over a hundred hours.
    static func falseAlarmsAnHour(spread: Double) -> Double {
        var alarms = 0
        for hour in UInt64(0)..<100 {
            var (estimator, start) = (ConditionsEstimator(), Instant?.none)
            let readings = MadeUpLinks.steadyReadings(spread: spread, count: 18_000, seed: 7000 + hour)
            for (place, reading) in readings.enumerated() {
                estimator.record(Sample(metric: .uplink, time: time(of: place), value: reading))
                guard let present = estimator.levelStart(of: .uplink), present != start else { continue }
                start = present
                alarms += 1
            }
        }
        return Double(alarms) / 100
    }

    private static func time(of place: Int) -> Instant { .zero + .milliseconds(200) * Int64(place) }
}
