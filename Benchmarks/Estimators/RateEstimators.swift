import Model
import Telemetry

/// Something that says what the next rate will be.
protocol RateEstimator {
    /// - Parameter rate: above zero, bit/s.
    mutating func record(_ rate: Double, at time: Instant)
    /// `nil` before the first rate.
    var forecast: Double? { get }
}

struct LastSample: RateEstimator {
    private(set) var forecast: Double?

    mutating func record(_ rate: Double, at time: Instant) { forecast = rate }
}

struct Mean: RateEstimator {
    var limit = Int.max
    private var rates: [Double] = []

    init(of limit: Int = .max) { self.limit = limit }

    mutating func record(_ rate: Double, at time: Instant) { rates = rates.suffix(limit - 1) + [rate] }
    var forecast: Double? { rates.isEmpty ? nil : rates.reduce(0, +) / Double(rates.count) }
}

struct ExponentialMean: RateEstimator {
    /// Of the newest rate.
    var share: Double
    private(set) var forecast: Double?

    init(share: Double) { self.share = share }

    mutating func record(_ rate: Double, at time: Instant) {
        forecast = forecast.map { $0 + share * (rate - $0) } ?? rate
    }
}

struct HarmonicMean: RateEstimator {
    private var rates: [Double] = []

    mutating func record(_ rate: Double, at time: Instant) { rates = rates.suffix(4) + [rate] }
    var forecast: Double? { rates.isEmpty ? nil : Double(rates.count) / rates.reduce(0) { $0 + 1 / $1 } }
}

/// Harmonic mean of five, less the largest relative error of the last five forecasts (Yin et al., SIGCOMM 2015).
struct RobustMPC: RateEstimator {
    private var harmonic = HarmonicMean()
    private var errors: [Double] = []

    mutating func record(_ rate: Double, at time: Instant) {
        if let forecast = harmonic.forecast { errors = errors.suffix(4) + [abs(forecast - rate) / rate] }
        harmonic.record(rate, at: time)
    }
    var forecast: Double? { harmonic.forecast.map { $0 / (1 + (errors.max() ?? 0)) } }
}

/// Ours.
struct ExpertForecast: RateEstimator {
    private var forecaster = Forecaster()

    mutating func record(_ rate: Double, at time: Instant) { forecaster.record(time: time, value: rate) }
    var forecast: Double? { forecaster.forecast?.value }
}

/// The newest conditions of the windows that the controller decides by.
struct WindowedConditions: RateEstimator {
    private var estimator = ConditionsEstimator()
    private var time = Instant.zero

    mutating func record(_ rate: Double, at time: Instant) {
        self.time = time
        estimator.record(Sample(metric: .uplink, time: time, value: rate))
    }
    var forecast: Double? { estimator.reading(of: .uplink, at: time)?.value }
}

/// All of them, by name, ours first.
enum RateEstimators {
    /// The forecast alone, and what decisions see.
    static let ours = [forecast, window]
    static let forecast = "experts"
    static let window = "window"
    /// Those that ours are held against.
    static let named = ["last", "mean of 5", "EWMA 0.3", "harmonic of 5", "robust MPC"]

    static var all: [(name: String, estimator: any RateEstimator)] {
        [
            (forecast, ExpertForecast()), (window, WindowedConditions()), ("last", LastSample()),
            ("mean of 5", Mean(of: 5)), ("mean of 10", Mean(of: 10)), ("mean of all", Mean()),
            ("EWMA 0.1", ExponentialMean(share: 0.1)), ("EWMA 0.2", ExponentialMean(share: 0.2)),
            ("EWMA 0.3", ExponentialMean(share: 0.3)), ("EWMA 0.5", ExponentialMean(share: 0.5)),
            ("harmonic of 5", HarmonicMean()), ("robust MPC", RobustMPC()),
        ]
    }
}
