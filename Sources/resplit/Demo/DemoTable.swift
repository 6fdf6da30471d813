import Model
import Sim

/// The comparison at the end of a demo, for people.
struct DemoTable {
    private let result: DemoResult

    init(_ result: DemoResult) { self.result = result }

    var text: String {
        var table = Table(["policy", "mean", "p50", "p95", "p99", "accuracy", "frames", "lost", "duplicated", "moves"])
        for (name, outcome) in result.policies {
            let summary = outcome.summary
            let times = [summary?.mean, summary?.p50, summary?.p95, summary?.p99].map {
                $0.map(Format.milliseconds) ?? "-"
            }
            let counts = outcome.records.summary
            let plan = outcome.planID.map { " (\($0))" } ?? ""
            table.add(
                [name.replacing("_", with: "-") + plan] + times + [
                    outcome.accuracy.map(Format.share) ?? "-", "\(counts.frames)", "\(counts.lost)",
                    "\(counts.duplicated)", "\(outcome.moves.count)",
                ])
        }
        let costs = result.adaptive.moves.map(\.switchCost)
        let worst = costs.max().map { "; the dearest switch cost a frame \(Format.milliseconds(max($0, .zero)))" }
        let whole = result.planSet.reference?.topOne.map { "; the whole model is right on \(Format.share($0))" }
        return """

            \(table.render())

            \(result.adaptive.moves.count) moves\(worst ?? "")\(whole ?? "")

            \(simulation)
            """
    }

    /// How far to trust the simulator: the adaptive run as its store has it, and the fixed plans in the world of that run, by which
    /// they were chosen.
    private var simulation: String {
        var table = Table(["live against simulated"] + ComparisonReport.columns)
        let comparison = result.comparison
        for (name, simulated) in [
            ("adaptive, plans as recorded", comparison.asRecorded), ("adaptive, decided anew", comparison.adaptive),
        ] { table.add([name] + ComparisonReport.cells(live: comparison.live, simulated: simulated.latency)) }
        for outcome in result.fixed {
            table.add(
                [outcome.planID ?? ""] + ComparisonReport.cells(live: outcome.summary, simulated: outcome.replayed))
        }
        return table.render()
    }
}
