import Model
import Sim

/// A run as it was served beside its simulations, for programs and for people.
struct ComparisonReport: Encodable {
    /// One way of serving the run's frames.
    struct Figures: Encodable {
        var frames: Int
        var lost: Int
        var moves: Int
        var mean, p50, p95, p99: Nanoseconds?
        /// Shares by which mean and p95 differ from those that were served; of a simulation.
        var meanDifference, p95Difference: Double?

        init(_ summary: LatencySummary?, lost: Int, moves: Int, against live: LatencySummary? = nil) {
            (frames, self.lost, self.moves) = (summary?.frames ?? 0, lost, moves)
            (mean, p50, p95, p99) = (summary?.mean, summary?.p50, summary?.p95, summary?.p99)
            guard let summary, let live else { return }
            meanDifference = summary.difference(from: live, in: \.mean)
            p95Difference = summary.difference(from: live, in: \.p95)
        }

        init(_ simulated: RunComparison.Simulated, against live: LatencySummary?) {
            self.init(simulated.latency, lost: simulated.lost, moves: simulated.moves, against: live)
        }

        enum CodingKeys: String, CodingKey {
            case frames, lost, moves, mean = "mean_ms", p50 = "p50_ms", p95 = "p95_ms", p99 = "p99_ms"
            case meanDifference = "mean_difference", p95Difference = "p95_difference"
        }
    }

    var live: Figures
    var asRecorded: Figures
    var adaptive: Figures

    enum CodingKeys: String, CodingKey { case live, asRecorded = "as_recorded", adaptive }

    init(_ comparison: RunComparison) {
        live = Figures(comparison.live, lost: 0, moves: comparison.liveMoves)
        asRecorded = Figures(comparison.asRecorded, against: comparison.live)
        adaptive = Figures(comparison.adaptive, against: comparison.live)
    }

    /// What each column of `cells` is.
    static let columns = ["mean live", "simulated", "differs", "p95 live", "simulated", "differs"]

    /// A row of a table, from mean to p95.
    static func cells(live: LatencySummary?, simulated: LatencySummary?) -> [String] {
        [\LatencySummary.mean, \.p95].flatMap { figure -> [String] in
            let share = live.flatMap { simulated?.difference(from: $0) { $0[keyPath: figure] } }
            return [
                live.map { Format.milliseconds($0[keyPath: figure]) } ?? "-",
                simulated.map { Format.milliseconds($0[keyPath: figure]) } ?? "-",
                share.map { ($0 < 0 ? "-" : "+") + Format.share(abs($0)) } ?? "-",
            ]
        }
    }
}
