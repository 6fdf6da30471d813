import Model
import TelemetryStore

/// The windows of a store as one self-contained page: a plot for each metric of each device.
struct TelemetryPage {
    private static let (mean, extremes) = ("#1f6feb", "#a8c7fa")

    private let summaries: [BootSummary]
    private let window: Nanoseconds
    private let store: String

    init(_ summaries: [BootSummary], window: Nanoseconds, store: String) {
        self.summaries = summaries
        self.window = window
        self.store = store
    }

    var html: String {
        HTML.page(
            title: "Telemetry of \(store)",
            body: """
                <p>\(Format.fixed(window.inSeconds, 0)) s up to each device's newest sample.</p>
                \(HTML.legend([("mean, or each sample", Self.mean), ("least and greatest", Self.extremes)]))
                \(summaries.map(section).joined(separator: "\n"))
                """)
    }

    private func section(_ summary: BootSummary) -> String {
        let plots = summary.metrics.filter { !$0.points.isEmpty }.map { plot($0, summary).svg }
        return "<h2>\(HTML.escaped(summary.device))</h2>\n" + plots.joined(separator: "\n")
    }

    private func plot(_ metric: MetricSummary, _ summary: BootSummary) -> Plot {
        let scale = metric.metric.scale
        let points = metric.points.map { point in
            (x: (point.start - summary.newest).inSeconds, values: point.values)
        }
        let y = Axis(metric.metric.title, spanning: points.map { $0.values.maximum * scale.factor })
        var plot = Plot(
            x: Axis("s from the newest sample", from: -window.inSeconds, to: 0), y: y, height: 180)
        if summary.width != nil {
            plot.line(points.map { ($0.x, $0.values.maximum * scale.factor) }, colour: Self.extremes)
            plot.line(points.map { ($0.x, $0.values.minimum * scale.factor) }, colour: Self.extremes)
        }
        plot.line(points.map { ($0.x, ($0.values.mean ?? 0) * scale.factor) }, colour: Self.mean)
        if points.count <= 200 {
            plot.dots(points.map { ($0.x, ($0.values.mean ?? 0) * scale.factor) }, colour: Self.mean)
        }
        return plot
    }
}
