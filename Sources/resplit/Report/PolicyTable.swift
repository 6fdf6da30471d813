import Model
import Scenarios
import Sim

/// The policies of a scenario side by side: over several seeds the mean of each figure, with its 95 % confidence.
struct PolicyTable {
    private let scenario: Scenario
    private let runs: [ScenarioRun]

    /// - Parameter runs: with regrets.
    init(_ scenario: Scenario, _ runs: [ScenarioRun]) {
        self.scenario = scenario
        self.runs = runs
    }

    /// Columns that say nothing of any policy are left out.
    var table: Table {
        let policies = runs.filter { $0.seed == runs.first?.seed }.map(\.policy)
        let columns = Self.columns.filter { column in
            runs.contains {
                column.metric.value(in: $0.summary, duration: scenario.world.deviceTime).map(column.tells) ?? false
            }
        }
        var table = Table(["policy"] + columns.map(\.title))
        for policy in policies {
            table.add([policy.description] + columns.map { cell($0, of: policy) })
        }
        return table
    }

    private struct Column: Sendable {
        var metric: RunMetric
        var title: String
        var text: @Sendable (Double) -> String
        /// Whether a value is worth a column.
        var tells: @Sendable (Double) -> Bool = { _ in true }
    }

    private static let columns: [Column] = [
        Column(metric: .frames, title: "frames") { Format.count(Int($0.rounded())) },
        Column(metric: .lost, title: "lost") { Format.fixed($0, $0 == $0.rounded() ? 0 : 1) },
        Column(metric: .mean, title: "mean", text: Format.milliseconds),
        Column(metric: .p50, title: "p50", text: Format.milliseconds),
        Column(metric: .p95, title: "p95", text: Format.milliseconds),
        Column(metric: .p99, title: "p99", text: Format.milliseconds),
        Column(
            metric: .deadlineMissed, title: "missed", text: { Format.fixed($0, $0 == $0.rounded() ? 0 : 1) },
            tells: { $0 > 0 }),
        Column(metric: .movesPerHour, title: "moves/h") { Format.fixed($0, $0 < 10 && $0 > 0 ? 1 : 0) },
        Column(metric: .uplinkBytes, title: "sent") { Format.bytes(Int($0.rounded())) },
        Column(metric: .edgeEnergy, title: "edge energy") { Format.fixed($0, $0 < 100 ? 1 : 0) + " J" },
        Column(metric: .regretToOracle, title: "vs oracle", text: Format.share),
        Column(metric: .regretToBestStatic, title: "vs best-static", text: Format.share),
    ]

    private func cell(_ column: Column, of policy: PolicyName) -> String {
        let summaries = runs.filter { $0.policy == policy }.map(\.summary)
        return SeedFigure(column.metric, of: summaries, duration: scenario.world.deviceTime)?.text(column.text) ?? "-"
    }
}
