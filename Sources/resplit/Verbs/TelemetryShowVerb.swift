import ArgumentParser
import Foundation
import Model
import TelemetryStore

struct TelemetryShowVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Each metric over the window that ends with the device's newest sample.")

    @OptionGroup var telemetry: TelemetryOptions
    @Option(help: "Length of the window; longer ones are made of roll-ups.") var window: Nanoseconds = .seconds(60)
    @Option(help: "Write a page with plots here.") var report: String?
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws { try checkLengths([("--window", window)]) }

    func run() async throws {
        let store = try await telemetry.open()
        let summaries = try await store.summaries(device: telemetry.device, window: window)
        try await store.close()
        let shown = TelemetryReport(summaries, window: window)
        if let report {
            let page = TelemetryPage(summaries, window: window, store: telemetry.store)
            try Files.write(Data(page.html.utf8), to: report)
        }
        if json { try Emit.json(shown) } else { Emit.line(shown.text) }
    }
}

/// What `telemetry show` says.
private struct TelemetryReport: Encodable {
    struct MetricRow: Encodable {
        var metric: Metric
        var samples: Int
        var mean: Double?
        var min: Double?
        var max: Double?
        var newest: Double
        /// Of the metric's newest sample, when the device's newest was taken.
        var age: Nanoseconds

        enum CodingKeys: String, CodingKey { case metric, samples, mean, min, max, newest, age = "age_ms" }
    }

    struct Device: Encodable {
        var device: String
        var boot: Int
        var newestWall: Int64
        var metrics: [MetricRow]

        enum CodingKeys: String, CodingKey { case device, boot, newestWall = "newest_wall_ns", metrics }
    }

    var window: Nanoseconds
    var devices: [Device]

    enum CodingKeys: String, CodingKey { case window = "window_ms", devices }

    init(_ summaries: [BootSummary], window: Nanoseconds) {
        self.window = window
        devices = summaries.map { summary in
            let rows = summary.metrics.map { metric in
                let isMeasured = metric.values.count > 0
                return MetricRow(
                    metric: metric.metric, samples: metric.values.count, mean: metric.values.mean,
                    min: isMeasured ? metric.values.minimum : nil, max: isMeasured ? metric.values.maximum : nil,
                    newest: metric.newest.value, age: summary.newest - metric.newest.time)
            }
            return Device(
                device: summary.device, boot: summary.boot, newestWall: summary.newestWall, metrics: rows)
        }
    }

    var text: String {
        guard !devices.isEmpty else { return "no samples" }
        return devices.map { device in
            var table = Table(["metric", "samples", "mean", "min", "max", "newest", "before the end"])
            for row in device.metrics {
                let figures = [row.mean, row.min, row.max, row.newest].map { value in
                    value.map { row.metric.text($0) } ?? "-"
                }
                table.add([row.metric.rawValue, "\(row.samples)"] + figures + [Format.milliseconds(row.age)])
            }
            let end = Date(timeIntervalSince1970: Double(device.newestWall) / 1e9).formatted(.iso8601)
            return "\(device.device.onOneLine), \(Format.fixed(window.inSeconds, 0)) s to \(end)\n\(table.render())"
        }
        .joined(separator: "\n\n")
    }
}
