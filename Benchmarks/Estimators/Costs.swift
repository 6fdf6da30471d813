import CAllocations
import Foundation
import Model
import Telemetry

/// What an update and a look cost in memory that is warm, and how much they allocate.
struct Costs {
    struct Cost {
        var name: String
        /// Nanoseconds a call: the least and the median of 200 rounds.
        var least: Double
        var median: Double
        var allocations: Int
    }

    private(set) var costs: [Cost] = []
    private(set) var bars = Bars()
    private var random = SeededGenerator(seed: 1)

    init() {
        let values = (0..<4096).map { _ in 8e6 * (0.9 + 0.2 * random.nextUnit()) }
        func value(_ turn: Int) -> Double { values[turn % values.count] }
        func time(_ turn: Int) -> Instant { .zero + .milliseconds(25) * Int64(turn) }
        var sum = 0.0

        var window = SlidingWindow(length: .seconds(30), capacity: 4096)
        measure("sliding window: insert, median, mean, least, most") { turn in
            window.insert(time: time(turn), value: value(turn))
            sum += (window.quantile(0.5) ?? 0) + (window.mean ?? 0) + (window.minimum ?? 0) + (window.maximum ?? 0)
        }
        var forecaster = Forecaster()
        measure("forecaster: record, forecast") { turn in
            forecaster.record(time: time(turn), value: value(turn))
            sum += forecaster.forecast?.value ?? 0
        }
        for (name, metric) in [("a rate", Metric.uplink), ("a slowdown", .edgeSlowdown), ("a round trip", .rtt)] {
            var estimator = ConditionsEstimator()
            measure("estimator: record \(name), its reading") { turn in
                estimator.record(Sample(metric: metric, time: time(turn), value: value(turn) / 1e7))
                sum += estimator.reading(of: metric, at: time(turn))?.value ?? 0
            }
        }
        var (estimator, estimate) = (ConditionsEstimator(), ConditionsEstimate())
        for turn in 0..<1000 {
            let metric = Metric.allCases[turn % Metric.allCases.count]
            estimator.record(Sample(metric: metric, time: time(turn), value: value(turn) / 1e7))
        }
        measure("estimator: 32 joint moments, bounds, readings") { _ in
            estimator.estimate(at: time(1000), into: &estimate)
            sum += estimate.samples[31].uplink.bitsPerSecond
        }
        precondition(sum > 0, "what was measured was done")
    }

    private mutating func measure(_ name: String, _ call: (Int) -> Void) {
        var turn = 0
        func round(_ count: Int) -> Double {
            let start = ContinuousClock.now
            for _ in 0..<count {
                turn += 1
                call(turn)
            }
            return (ContinuousClock.now - start) / .nanoseconds(1) / Double(count)
        }
        _ = round(4000)
        var times = Array(repeating: 0.0, count: 200)
        let before = allocations_so_far()
        for index in times.indices { times[index] = round(500) }
        let allocations = allocations_so_far() - before
        times.sort()
        costs.append(Cost(name: name, least: times[0], median: times[100], allocations: allocations))
        // The least: what others do on the machine makes calls slower, never faster.
        bars.require(times[0] <= Bars.nanoseconds, "\(name): \(Int(times[0])) ns")
        bars.require(allocations <= 0, "\(name): \(allocations) allocations")
    }

    func print() {
        for cost in costs {
            Swift.print(
                cost.name.padding(toLength: 52, withPad: " ", startingAt: 0)
                    + String(format: "%8.0f ns at least %8.0f ns median", cost.least, cost.median)
                    + "  \(cost.allocations) allocations")
        }
    }
}
