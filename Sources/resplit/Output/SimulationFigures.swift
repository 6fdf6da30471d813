import Model
import Scenarios
import Sim

/// The figures of one policy's runs, a run a seed. In JSON those of a single run are as `RunSummary` has them; of several each is
/// the mean over the seeds that have it, with `KEY_interval` beside it.
struct SimulationFigures: Encodable {
    private let runs: [RunSummary]

    /// - Parameter runs: at least one.
    init(_ runs: [RunSummary]) { self.runs = runs }

    private func figure(_ metric: RunMetric) -> SeedFigure? {
        // Only a rate of moves would need the time that runs took, and there is none here.
        SeedFigure(metric, of: runs, duration: .zero)
    }

    // MARK: JSON

    private struct Interval: Encodable {
        /// Of seeds.
        var count: Int
        var low: Double
        var high: Double
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        if runs.count == 1 { return try runs[0].encode(to: encoder) }
        var container = encoder.container(keyedBy: Key.self)
        for metric in RunMetric.allCases where metric != .movesPerHour {
            guard let figure = figure(metric) else { continue }
            try container.encode(figure.mean, forKey: Key(stringValue: metric.rawValue))
            guard let low = figure.low, let high = figure.high else { continue }
            try container.encode(
                Interval(count: figure.count, low: low, high: high),
                forKey: Key(stringValue: "\(metric.rawValue)_interval"))
        }
    }

    // MARK: Text

    static var titles: [String] { columns.map(\.title) }

    var cells: [String] { Self.columns.map { figure($0.metric)?.text($0.text) ?? "-" } }

    private static let columns: [(metric: RunMetric, title: String, text: @Sendable (Double) -> String)] = [
        (.mean, "mean", Format.milliseconds), (.p50, "p50", Format.milliseconds), (.p95, "p95", Format.milliseconds),
        (.p99, "p99", Format.milliseconds), (.frames, "frames", Format.mean(ofCounts:)),
        (.lost, "lost", Format.mean(ofCounts:)), (.deadlineMissed, "late", Format.mean(ofCounts:)),
        (.moves, "moves", Format.mean(ofCounts:)), (.uplinkBytes, "sent", { Format.bytes(Int($0.rounded())) }),
        (.edgeEnergy, "energy", { Format.fixed($0, 1) + " J" }), (.regretToOracle, "over oracle", Format.share),
        (.regretToBestStatic, "over best-static", Format.share),
    ]
}

extension Format {
    /// `3`, `3.5`.
    fileprivate static func mean(ofCounts value: Double) -> String { fixed(value, value == value.rounded() ? 0 : 1) }
}
