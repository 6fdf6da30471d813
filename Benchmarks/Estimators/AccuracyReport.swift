import Foundation
import Model

/// What `accuracy` prints.
struct AccuracyReport {
    var folder: String?
    /// Whether a line a trace is printed too.
    var isLong: Bool

    func print() throws {
        if let folder {
            let traces = try TraceFolder.traces(in: URL(filePath: folder))
            printForecasts("rows of \(traces.count) recorded traces", traces.map(RateSeries.init(rowsOf:)))
            printForecasts("frames over the recorded traces", frames(over: traces))
        }
        let madeUp = MadeUpLinks.traces(seeds: 0..<20)
        printForecasts("rows of \(madeUp.count) made-up traces", madeUp.map(RateSeries.init(rowsOf:)))
        printForecasts("frames over the made-up traces", frames(over: madeUp))
        printSteps()
        printQueueing()
    }

    private func printSteps() {
        line("\na step of factor 4 after 40 readings: readings until it is noticed, median / 99 % / worst of 1,000")
        let spreads = [0.05, 0.1, 0.15, 0.2]
        line(cell("estimator", 16) + spreads.map { cell("noise \($0)", 16) }.joined())
        for (name, estimator) in RateEstimators.all {
            let delays = spreads.map { StepResponse.delay(of: estimator, spread: $0) }
            line(cell(name, 16) + delays.map { cell("\($0.median) / \($0.p99) / \($0.worst)", 16) }.joined())
        }
        line("\na steady link: changes of level shown in an hour, five readings a second")
        for spread in spreads + [0.25, 0.3] {
            line(cell("noise \(spread)", 16) + cell(String(StepResponse.falseAlarmsAnHour(spread: spread)), 10))
        }
    }

    private func printQueueing() {
        line("\nour own frames fill the link: relative error after 8 s, per cent, mean of 100")
        line(cell("load", 16) + ["rate", "naive rate", "RTT", "mean RTT"].map { cell($0, 12) }.joined())
        for load in [0.3, 0.6, 0.9, 1.1, 1.5] {
            let runs = (0..<100).map { SelfQueueing(load: load, seed: $0) }
            let means = [\SelfQueueing.rateError, \.naiveRateError, \.rttError, \.meanRTTError].map { path in
                runs.reduce(0) { $0 + $1[keyPath: path] } / Double(runs.count)
            }
            line(cell(String(load), 16) + means.map { cell(percent($0), 12) }.joined())
        }
    }

    private func frames(over traces: [LinkTrace]) -> [RateSeries] {
        traces.enumerated().map { RateSeries(framesOver: $1, seed: UInt64($0)) }
    }

    private func printForecasts(_ title: String, _ series: [RateSeries]) {
        let contests = series.filter { $0.readings.count >= 30 }.map(ForecastContest.init)
        let names = RateEstimators.all.map(\.name)
        line("\n\(title): median relative error of the forecast one step ahead, per cent")
        if isLong {
            line(cell("", 58) + names.map { cell($0, 14) }.joined())
            for contest in contests {
                line(
                    contest.series.name.suffix(56).padding(toLength: 58, withPad: " ", startingAt: 0)
                        + contest.errors.map { cell(percent($0.errors.median), 14) }.joined())
            }
        }
        line("   (geometric means over traces; the share of traces on which our median is the lower)")
        line(cell("estimator", 16) + cell("median", 10) + cell("p90", 10) + cell("ours lower", 14))
        for (place, name) in names.enumerated() {
            let errors = contests.map { $0.errors[place].errors }
            let wins = contests.count { $0.median(of: RateEstimators.ours) < $0.errors[place].errors.median }
            let share = percent(Double(wins) / Double(contests.count)) + " %"
            line(
                cell(name, 16) + cell(percent(geometricMean(errors.map(\.median))), 10)
                    + cell(percent(geometricMean(errors.map(\.p90))), 10)
                    + cell(name == RateEstimators.ours ? "" : share, 14))
        }
    }

    private func geometricMean(_ values: [Double]) -> Double {
        exp(values.reduce(0) { $0 + log(max($1, 1e-6)) } / Double(values.count))
    }

    private func percent(_ share: Double) -> String { String(format: "%.2f", share * 100) }

    private func cell(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private func line(_ text: String) { Swift.print(text) }
}
