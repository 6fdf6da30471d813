import ArgumentParser
import Model
import Optimizer

struct ReproduceAutoSplitVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autosplit",
        abstract: "The published figures of Auto-Split, both ways of counting the cut, and ours beside each method.",
        discussion: """
            First the published chart of ResNet-50 at 3 Mbps: our figure under its rule, which sends only what the split \
            layer writes, and with all that crosses. Then each network at each rate: the methods on the same costs, and \
            ours within the distortion and memory of the edge alone at 8 bits (U8), then at 4 (U4). Last, how often and \
            how far Auto-Split's Lagrangian relaxation misses the best weight bits. Ends with 1 where a row is off by \
            more than 0.003 or a method within the bounds is faster than ours.
            """)

    @Option(
        name: .customLong("model"),
        help: ArgumentHelp(
            "A network: \(LayerTable.names.joined(separator: ", ")). May be repeated.", valueName: "name"))
    var models: [String] = []
    @Option(
        name: .customLong("uplink"),
        help: ArgumentHelp(
            "An uplink rate; may be repeated. Default: 1, 3, 10 and 20 times 1024 * 1024 bit/s.", valueName: "rate"))
    var uplinks: [BitRate] = []
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let names = models.isEmpty ? LayerTable.names : models
        let tables = try names.map(LayerTable.named)
        let uplinks = uplinks.isEmpty ? MethodComparison.uplinks : uplinks
        let progress = Progress("reproducing")
        var report = AutoSplitReport(rows: names.contains(PublishedChart.network) ? try PublishedChart.rows() : [])
        for (position, table) in tables.enumerated() {
            for (step, uplink) in uplinks.enumerated() {
                let done = Double(position * uplinks.count + step) / Double(tables.count * uplinks.count)
                progress.show(done, "\(table.network) at \(Format.rate(uplink))")
                report.comparisons += try MethodComparison.boundBits.map {
                    try MethodComparison(table, uplink: uplink, boundBits: $0)
                }
            }
        }
        for table in tables {
            progress.show(1, "\(table.network), Lagrangian relaxation")
            report.gaps.append(try LagrangianGap(table))
        }
        progress.finish()
        if json { try Emit.json(AutoSplitDocument(report)) } else { Emit.line(report.text) }
        if !report.holds { throw Ending.no }
    }
}

/// What was computed.
struct AutoSplitReport {
    var rows: [PublishedChart.Row]
    var comparisons: [MethodComparison] = []
    var gaps: [LagrangianGap] = []

    var holds: Bool { rows.allSatisfy(\.agrees) && comparisons.allSatisfy(\.holds) }

    var text: String {
        var parts: [String] = []
        if !rows.isEmpty { parts.append(chart) }
        parts += comparisons.map(\.text)
        parts.append(relaxation)
        parts.append(verdict)
        return parts.joined(separator: "\n\n")
    }

    private var chart: String {
        var table = Table([
            "configuration", "bits sent", "published", "ours, published rule", "ours, full cut", "valid as published",
        ])
        for row in rows {
            table.add([
                row.configuration, row.sentBits.map { "\($0)" } ?? "", Format.fixed(row.published, 3),
                Format.fixed(row.oursPublishedRule, 3),
                Format.fixed(row.oursFullCut, 3), row.isValid ? "yes" : "no",
            ])
        }
        return """
            ResNet-50 at 3 Mbps, latency as a share of CLOUD16. The published rule sends only what the split layer
            writes; where it is not valid, a shortcut crosses too, and the tail could not run without it. The row marked 6 was
            drawn with 7 bits sent, as its figure shows.

            \(table.render())
            """
    }

    private var relaxation: String {
        var table = Table(["network", "problems", "missed", "mean excess", "greatest"])
        for gap in gaps {
            table.add([
                gap.network, "\(gap.problems)", "\(gap.missed)", Format.share(gap.meanExcess),
                Format.share(gap.greatestExcess),
            ])
        }
        return """
            How far the weight bits of Auto-Split's Lagrangian relaxation are from those of least distortion, over
            every head at budgets of 4 and 6 bits a weight.

            \(table.render())
            """
    }

    private var verdict: String {
        let agreeing = rows.count(where: \.agrees)
        let holding = comparisons.count(where: \.holds)
        let chart =
            rows.isEmpty ? "" : "\(agreeing) of \(rows.count) rows within \(PublishedChart.tolerance) of the chart; "
        let rule = "ours is no slower than any method within the bounds"
        return "\(chart)\(rule) on \(holding) of \(comparisons.count) instances"
    }
}

extension MethodComparison {
    fileprivate var text: String {
        var table = Table(["method", "layers on edge", "latency", "edge memory", "distortion", "over ours"])
        func row(_ name: String, _ headLayers: Int, _ cost: SplitCost, _ ratio: String) {
            table.add([
                name, "\(headLayers)", Format.milliseconds(cost.latency), Format.bytes(cost.edgeBytes),
                Format.fixed(cost.distortion, 4), ratio,
            ])
        }
        row("ours", ours.split.cut.headLayers, ours.cost, "")
        for method in methods {
            row(method.name, method.headLayers, method.cost, method.ratioText)
        }
        return """
            \(network) at \(Format.rate(uplink)), within U\(boundBits)'s \
            \(Format.bytes((limits.memoryBits ?? 0) / 8)) and distortion of \(Format.fixed(limits.distortion ?? 0, 4)); \
            no split of any cut below \(Format.milliseconds(ours.lowerBound))\(gapText)

            \(table.render())
            """
    }
}

extension MethodComparison {
    /// Said only where a search's work ran out.
    private var gapText: String {
        ours.gap > .zero ? "; ours may be \(Format.milliseconds(ours.gap)) from the best of the cuts tried" : ""
    }
}

extension MethodComparison.Method {
    fileprivate var ratioText: String {
        let ratio = Format.fixed(ratio, 3)
        return switch standing {
        case .compared: ratio
        case .breaksBound: "(\(ratio)) breaks a bound"
        case .lossyInput: "(\(ratio)) lossy input"
        }
    }
}
