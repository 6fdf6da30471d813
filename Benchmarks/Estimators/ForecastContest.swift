import Foundation
import Model
import Telemetry

/// Rates one after another, as an estimator is told them.
struct RateSeries {
    struct Reading {
        var time: Instant
        /// Bit/s.
        var rate: Double
    }

    var name: String
    var readings: [Reading]
}

extension RateSeries {
    /// Every row of the recording is a reading, at its end. Rows of zero are outages, which no transfer measures.
    init(rowsOf trace: LinkTrace) {
        var (now, readings) = (0.0, [Reading]())
        for piece in trace.pieces {
            now += piece.seconds
            guard piece.bitsPerSecond > 0 else { continue }
            readings.append(.init(time: .zero + Nanoseconds(seconds: now), rate: piece.bitsPerSecond))
        }
        self.init(name: trace.name, readings: readings)
    }

    /// Five frames a second over the link, each of what the mean rate carries in 100 ms. The receipt of each comes a
    /// round trip of 20 ms later, and jitter of mean 4 ms (exponential) after that, which the reading takes for the
    /// link's.
    init(framesOver trace: LinkTrace, seed: UInt64, limit: Int = 2000) {
        var random = SeededGenerator(seed: seed)
        var link = Link(trace)
        let bits = (trace.meanRate * 0.1).rounded()
        var (sent, free, readings) = (0.0, 0.0, [Reading]())
        while readings.count < limit {
            let start = max(sent, free)
            guard let done = link.completion(ofBits: bits, from: start) else { break }
            let jitter = -0.004 * log(1 - random.nextUnit())
            let transfer = Transfer(
                bytes: Int(bits / 8), elapsed: Nanoseconds(seconds: done - start + 0.02 + jitter),
                rtt: .milliseconds(20))
            if let rate = transfer.rate {
                readings.append(
                    .init(time: .zero + Nanoseconds(seconds: done + 0.02 + jitter), rate: rate.bitsPerSecond))
            }
            free = done
            sent = max(sent + 0.2, done)
        }
        self.init(name: trace.name, readings: readings)
    }
}

/// How far each estimator is off, one step ahead.
struct ForecastContest {
    struct Errors {
        /// Of the forecasts' relative errors.
        var median: Double
        var p90: Double
    }

    /// Forecasts after fewer readings are not counted.
    static let warmUp = 5

    var series: RateSeries
    var errors: [(name: String, errors: Errors)]

    init(_ series: RateSeries) {
        self.series = series
        errors = RateEstimators.all.map { name, estimator in
            (name, Self.errors(of: estimator, on: series))
        }
    }

    func median(of name: String) -> Double { errors.first { $0.name == name }?.errors.median ?? .nan }

    /// The share of the contests in which the first's median error is strictly the lower.
    static func share(of contests: [Self], won ours: String, over other: String) -> Double {
        Double(contests.count { $0.median(of: ours) < $0.median(of: other) }) / Double(contests.count)
    }

    private static func errors(of estimator: any RateEstimator, on series: RateSeries) -> Errors {
        var estimator = estimator
        var errors: [Double] = []
        for (number, reading) in series.readings.enumerated() {
            if number >= warmUp, let forecast = estimator.forecast {
                errors.append(abs(forecast - reading.rate) / reading.rate)
            }
            estimator.record(reading.rate, at: reading.time)
        }
        errors.sort()
        return Errors(median: quantile(errors, 0.5), p90: quantile(errors, 0.9))
    }

    private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        return sorted[low] + (place - Double(low)) * (sorted[min(low + 1, sorted.count - 1)] - sorted[low])
    }
}
