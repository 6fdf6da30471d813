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
