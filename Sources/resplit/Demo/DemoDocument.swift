import Controller
import Model
import Sim

/// What a demo says to a program.
struct DemoDocument: Encodable {
    struct Policy: Encodable {
        var plan: String?
        var p50, p95, p99, mean: Nanoseconds?
        /// In the simulated world of the adaptive run.
        var replayedMean, replayedP95: Nanoseconds?
        var accuracy: Double?
        var frames, lost, duplicated: Int

        init(_ outcome: DemoOutcome) {
            plan = outcome.planID
            let summary = outcome.summary
            (p50, p95, p99, mean) = (summary?.p50, summary?.p95, summary?.p99, summary?.mean)
            (replayedMean, replayedP95) = (outcome.replayed?.mean, outcome.replayed?.p95)
            accuracy = outcome.accuracy
            frames = outcome.records.summary.frames
            lost = outcome.records.summary.lost
            duplicated = outcome.records.summary.duplicated
        }

        enum CodingKeys: String, CodingKey {
            case plan, p50 = "p50_ms", p95 = "p95_ms", p99 = "p99_ms", mean = "mean_ms", accuracy, frames, lost,
                duplicated, replayedMean = "replayed_mean_ms", replayedP95 = "replayed_p95_ms"
        }
    }

    struct Move: Encodable {
        var time: Nanoseconds
        var from, to, reason: String
        var switchCost: Nanoseconds

        enum CodingKeys: String, CodingKey { case time = "time_ms", from, to, reason, switchCost = "switch_cost_ms" }
    }

    /// Of the adaptive run, counted at the source.
    var frames, lost, duplicated, fallback: Int
    var moves: Int
    var moveList: [Move]
    var policies: [String: Policy]
    var decisions: [Decision]
    /// Accuracy of the unsplit model on its samples.
    var reference: Accuracy?
    /// The adaptive run beside its simulations.
    var simulated: ComparisonReport

    init(_ result: DemoResult) {
        let counts = result.adaptive.records.summary
        (frames, lost, duplicated, fallback) = (counts.frames, counts.lost, counts.duplicated, counts.fallback)
        moves = result.adaptive.moves.count
        moveList = result.adaptive.moves.map {
            Move(time: $0.time, from: $0.from, to: $0.to, reason: $0.reason, switchCost: $0.switchCost)
        }
        policies = Dictionary(result.policies.map { ($0.name, Policy($0.outcome)) }) { first, _ in first }
        decisions = result.adaptive.decisions
        reference = result.planSet.reference
        simulated = ComparisonReport(result.comparison)
    }

    enum CodingKeys: String, CodingKey {
        case frames, lost, duplicated, fallback, moves, moveList = "move_list", policies, decisions, reference,
            simulated
    }
}
