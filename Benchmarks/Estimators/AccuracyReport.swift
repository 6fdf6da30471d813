import Foundation
import Model

/// What `accuracy` prints.
struct AccuracyReport {
    var folder: String?
    /// Whether a line a trace is printed too.
    var isLong: Bool
    /// The shares are held against theirs on recorded traces only: on some of the made-up kinds nothing beats the last
    /// reading.
    private(set) var bars = Bars()

    init(folder: String?, isLong: Bool) {
        self.folder = folder
        self.isLong = isLong
    }

    mutating func print() throws {
        if let folder {
            let traces = try TraceFolder.traces(in: URL(filePath: folder))
            for (title, series) in [
                ("rows of \(traces.count) recorded traces", traces.map(RateSeries.init(rowsOf:))),
                ("frames over the recorded traces", frames(over: traces)),
            ] {
                requireShares(title, of: printForecasts(title, series))
            }
        }
        let madeUp = MadeUpLinks.traces(seeds: 0..<20)
        _ = printForecasts("rows of \(madeUp.count) made-up traces", madeUp.map(RateSeries.init(rowsOf:)))
        _ = printForecasts("frames over the made-up traces", frames(over: madeUp))
        printSteps()
        printQueueing()
    }

    private mutating func printSteps() {
        line("\na step of factor 4 after 40 readings: readings until it is noticed, median / 99 % / worst of 1,000")
        let spreads = [0.05, 0.1, 0.15, 0.2]
        line(cell("estimator", 16) + spreads.map { cell("noise \($0)", 16) }.joined())
        for (name, estimator) in RateEstimators.all {
            let delays = spreads.map { StepResponse.delay(of: estimator, spread: $0) }
            line(cell(name, 16) + delays.map { cell("\($0.median) / \($0.p99) / \($0.worst)", 16) }.joined())
            guard name == RateEstimators.window else { continue }
            for (spread, delay) in zip(spreads, delays) {
                bars.require(
                    delay.worst <= Bars.stepReadings, "a step with noise \(spread) after \(delay.worst) readings")
            }
        }
        line("\na steady link: levels begun in an hour, five readings a second")
        for spread in spreads + [0.25, 0.3] {
            let alarms = StepResponse.falseAlarmsAnHour(spread: spread)
            line(cell("noise \(spread)", 16) + cell(String(alarms), 10))
            bars.require(alarms < Bars.falseAlarmsAnHour, "\(alarms) false alarms an hour with noise \(spread)")
        }
    }

    private func printQueueing() {
        line("\nour own frames fill the link: relative error after 8 s, per cent, mean of 100")
        line(cell("load", 16) + ["rate", "naive rate", "RTT", "mean RTT"].map { cell($0, 12) }.joined())
        for load in [0.3, 0.6, 0.9, 1.1, 1.5] {
            let runs = (0..<100).map { SelfQueueing(load: load, seed: $0) }
            let paths = [\SelfQueueing.rateError, \.naiveRateError, \.rttError, \.meanRTTError]
            let means = paths.map { path in
                runs.reduce(0) { $0 + $1[keyPath: path] } / Double(runs.count)
            }
            line(cell(String(load), 16) + means.map { cell(percent($0), 12) }.joined())
        }
    }

    private func frames(over traces: [LinkTrace]) -> [RateSeries] {
        traces.enumerated().map { RateSeries(framesOver: $1, seed: UInt64($0)) }
    }

    private func printForecasts(_ title: String, _ series: [RateSeries]) -> [ForecastContest] {
        let contests = series.filter { $0.readings.count >= 30 }.map(ForecastContest.init)
        line("\n\(title): median relative error of the forecast one step ahead, per cent")
        if isLong { printEach(contests) }
        line("   (geometric means over traces; the share of traces on which our median is the lower)")
        let ours = RateEstimators.ours
        line(cell("estimator", 16) + (["median", "p90"] + ours.map { "\($0) lower" }).map { cell($0, 16) }.joined())
        for (place, name) in RateEstimators.all.map(\.name).enumerated() {
            let errors = contests.map { $0.errors[place].errors }
            let shares = ours.map {
                $0 == name ? "" : percent(ForecastContest.share(of: contests, won: $0, over: name))
            }
            let means = [geometricMean(errors.map(\.median)), geometricMean(errors.map(\.p90))].map(percent)
            line(cell(name, 16) + (means + shares).map { cell($0, 16) }.joined())
        }
        return contests
    }

    private func printEach(_ contests: [ForecastContest]) {
        line(cell("", 58) + RateEstimators.all.map { cell($0.name, 14) }.joined())
        for contest in contests {
            line(
                contest.series.name.suffix(56).padding(toLength: 58, withPad: " ", startingAt: 0)
                    + contest.errors.map { cell(percent($0.errors.median), 14) }.joined())
        }
    }

    private mutating func requireShares(_ title: String, of contests: [ForecastContest]) {
        for ours in RateEstimators.ours {
            for name in RateEstimators.named {
                let share = ForecastContest.share(of: contests, won: ours, over: name)
                bars.require(
                    share >= Bars.shareOfTraces, "\(title): \(ours) below \(name) on \(percent(share)) % only")
            }
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
