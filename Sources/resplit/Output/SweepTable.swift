import Model
import Scenarios
import Sim

/// A sweep's report for people: a row a point and policy.
struct SweepTable {
    private static let figures: [(metric: RunMetric, title: String, text: @Sendable (Double) -> String)] = [
        (.lost, "lost", { Format.fixed($0, $0 == $0.rounded() ? 0 : 1) }), (.mean, "mean", Format.milliseconds),
        (.p95, "p95", Format.milliseconds), (.movesPerHour, "moves/h", { Format.fixed($0, 0) }),
        (.regretToOracle, "over oracle", Format.share), (.regretToBestStatic, "over best-static", Format.share),
    ]

    private let report: SweepReport

    init(_ report: SweepReport) { self.report = report }

    var text: String {
        let keys = report.points.first?.values.map(\.key) ?? []
        let hasTraces = report.points.contains { $0.trace != nil }
        let columns = Self.figures.filter { figure in
            report.points.contains { $0.policies.values.contains { $0[figure.metric.rawValue] != nil } }
        }
        // Names of keys may be long: their last part is enough where it is the only one of its name.
        let lasts = keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        let titles = zip(keys, lasts).map { key, last in lasts.count { $0 == last } == 1 ? last : key }
        var table = Table(["policy"] + (hasTraces ? ["trace"] : []) + titles + columns.map(\.title))
        for point in report.points {
            for policy in report.policies {
                let cells = columns.map { column in
                    point.policies[policy]?[column.metric.rawValue]?.text(column.text) ?? "-"
                }
                table.add([policy] + (hasTraces ? [point.trace ?? "-"] : []) + point.values.map(\.value) + cells)
            }
        }
        let seeds = report.seeds.count
        let note = seeds > 1 ? "\n\nmeans over \(seeds) seeds, with their 95 % confidence" : ""
        return table.render() + note
    }
}
