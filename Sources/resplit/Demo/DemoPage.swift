import Foundation
import Model
import Sim

/// A demo as one self-contained page: the trace, the plan in force, every frame's latency, the comparison.
struct DemoPage {
    private static let colours = [
        "adaptive": "#1f6feb", "edge_only": "#bf8700", "cloud_only": "#cf222e", "best_static": "#6e7781",
    ]
    private static let bands = ["#ddf4ff", "#fff8c5", "#ffebe9", "#dafbe1", "#fbefff", "#fff1e5", "#eaeef2", "#e6ffec"]

    private let result: DemoResult
    private let settings: Demo.Settings

    init(_ result: DemoResult, _ settings: Demo.Settings) {
        self.result = result
        self.settings = settings
    }

    var html: String {
        HTML.page(
            title: "Resplit: one model, one link, four policies",
            body: """
                <p>\(settings.seconds) s of trace, \(Format.fixed(settings.rate, 1)) frames/s, the edge emulated \
                \(Format.fixed(settings.slowdown, 1)) times slower than this machine, the uplink emulated in user space. Point at a \
                dashed line for the reason of a move.</p>
                \(comparison)
                <h2>The link and the load</h2>\(link.svg)\(load.svg)
                <h2>Latency of every frame, over the plan in force</h2>\(legend)\(latency.svg)
                <h2>Share of frames answered within a latency</h2>\(distribution.svg)
                <h2>Moves</h2>\(moves)
                """)
    }

    private var legend: String {
        HTML.legend(result.policies.map { ($0.name.replacing("_", with: "-"), Self.colours[$0.name] ?? "#000") })
    }

    private var time: Axis { Axis("time, s", from: 0, to: Double(settings.seconds)) }

    private func steps(_ value: (Trace.State) -> Double) -> [(Double, Double)] {
        stride(from: 0, to: Double(settings.seconds), by: 0.1).map {
            ($0, value(settings.trace.state(at: Nanoseconds(seconds: $0))))
        }
    }

    private var link: Plot {
        let points = steps(\.uplink.inMbps)
        var plot = Plot(x: time, y: Axis("uplink, Mbit/s", spanning: points.map(\.1)), height: 160)
        for (start, rate) in points where rate == 0 {
            plot.band(from: start, to: start + 0.1, colour: "#ffebe9", title: "outage")
        }
        plot.steps(points, until: Double(settings.seconds), colour: "#1a7f37")
        return plot
    }

    private var load: Plot {
        let origin = result.adaptive.records.origin
        let points = result.adaptive.samples.filter { $0.metric == .edgeSlowdown }
            .map { (($0.time - origin).inSeconds, $0.value) }
        var plot = Plot(x: time, y: Axis("edge slowdown, measured", spanning: points.map(\.1)), height: 140)
        plot.dots(points, colour: "#8250df")
        return plot
    }

    private var latency: Plot {
        let all = result.policies.flatMap { $0.outcome.records.frames.map(\.latency.inMilliseconds) }
        var plot = Plot(x: time, y: Axis("latency, ms", spanning: all, scale: .logarithmic), height: 340)
        addBands(to: &plot)
        for (name, outcome) in result.policies.reversed() {
            let points = outcome.records.frames.map { (outcome.records.seconds($0), $0.latency.inMilliseconds) }
            plot.dots(points, colour: Self.colours[name] ?? "#000", radius: name == "adaptive" ? 3 : 2)
        }
        for move in result.adaptive.moves {
            plot.mark(at: move.time.inSeconds, colour: "#1f6feb", title: "\(move.from) → \(move.to): \(move.reason)")
        }
        return plot
    }

    /// Behind the dots, the plan that was in force in the adaptive run.
    private func addBands(to plot: inout Plot) {
        var starts: [(time: Double, plan: String)] = []
        for record in result.adaptive.records.frames where record.planID != starts.last?.plan {
            starts.append((result.adaptive.records.seconds(record), record.planID))
        }
        let ends = starts.dropFirst().map(\.time) + [Double(settings.seconds)]
        let ids = result.planSet.plans.map(\.id)
        for (start, end) in zip(starts, ends) {
            let colour = Self.bands[(ids.firstIndex(of: start.plan) ?? 0) % Self.bands.count]
            plot.band(from: start.time, to: end, colour: colour, title: start.plan)
        }
    }

    private var distribution: Plot {
        let all = result.policies.flatMap { $0.outcome.records.frames.map(\.latency.inMilliseconds) }
        var plot = Plot(
            x: Axis("latency, ms", spanning: all, scale: .logarithmic), y: Axis("share of frames", from: 0, to: 1),
            height: 260)
        for (name, outcome) in result.policies {
            let sorted = outcome.records.frames.map(\.latency.inMilliseconds).sorted()
            let points = sorted.enumerated().map { ($1, Double($0 + 1) / Double(sorted.count)) }
            plot.line(points, colour: Self.colours[name] ?? "#000", width: 2)
        }
        return plot
    }

    private var comparison: String {
        HTML.table(
            ["policy", "mean", "p50", "p95", "p99", "lost", "duplicated", "accuracy", "plan"],
            result.policies.map { name, outcome in
                let summary = outcome.summary
                let times = [summary?.mean, summary?.p50, summary?.p95, summary?.p99]
                return [name.replacing("_", with: "-")] + times.map { $0.map(Format.milliseconds) ?? "-" } + [
                    "\(outcome.records.summary.lost)", "\(outcome.records.summary.duplicated)",
                    outcome.accuracy.map(Format.share) ?? "-", outcome.planID ?? "\(outcome.moves.count) moves",
                ]
            })
    }

    private var moves: String {
        HTML.table(
            ["at", "switch cost", "from → to, and why"],
            result.adaptive.moves.map {
                [
                    Format.fixed($0.time.inSeconds, 1) + " s", Format.milliseconds(max($0.switchCost, .zero)),
                    "\($0.from) → \($0.to): \($0.reason)",
                ]
            })
    }
}
