import Model
import Optimizer

/// What `explain` says.
struct ExplainReport: Encodable {
    struct Stages: Encodable {
        var edge, encode, transfer, roundTrip, cloudQueue, cloud, returning: Double

        init(_ stages: PredictedStages) {
            edge = stages.edge * 1000
            encode = stages.encode * 1000
            transfer = stages.transfer * 1000
            roundTrip = stages.roundTrip * 1000
            cloudQueue = stages.cloudQueue * 1000
            cloud = stages.cloud * 1000
            returning = stages.returning * 1000
        }

        enum CodingKeys: String, CodingKey {
            case edge = "edge_ms", encode = "encode_ms", transfer = "transfer_ms", roundTrip = "rtt_ms"
            case cloudQueue = "cloud_queue_ms", cloud = "cloud_ms", returning = "return_ms"
        }

        var rows: [(String, Double)] {
            [
                ("head on the edge", edge), ("encode", encode), ("transfer", transfer), ("round trip", roundTrip),
                ("queue in the cloud", cloudQueue), ("tail in the cloud", cloud), ("result", returning),
            ]
        }
    }

    struct Range: Encodable {
        var min: Double
        /// Absent: no limit.
        var max: Double?
        /// The plan that is best beyond an end.
        var below: String?
        var above: String?
    }

    struct RunnerUp: Encodable {
        var id: String
        var predicted: Double?
        var value: Double?
        var late: Bool?
        enum CodingKeys: String, CodingKey { case id, predicted = "predicted_ms", value = "value_ms", late }
    }

    var best: String
    var predicted: Double
    var objective: String
    /// What the objective counts, in milliseconds: more than the latency where exchange rates add to it, less where a deadline counts.
    var value: Double
    /// Whether a frame is later than the objective's deadline; absent where it has none.
    var late: Bool?
    /// J of the edge; absent without an energy model.
    var energy: Double?
    var stages: Stages
    var runnerUp: RunnerUp?
    var staysWhile: [String: Range]
    private var sentences: [String]

    enum CodingKeys: String, CodingKey {
        case best, predicted = "predicted_ms", objective, value = "value_ms", late, energy = "energy_j", stages
        case runnerUp = "runner_up", staysWhile = "stays_while"
    }

    init(_ explanation: Explanation, _ objective: Objective, _ planSet: PlanSet, _ conditions: Conditions) {
        best = explanation.best.id
        predicted = explanation.stages.total * 1000
        self.objective = objective.description
        value = explanation.value * 1000
        late = objective.isLate(explanation.stages.total)
        energy = planSet.energy.map { explanation.stages.energy($0, of: explanation.best) }
        stages = Stages(explanation.stages)
        runnerUp = explanation.runnerUp.map { plan in
            func finite(_ seconds: Double) -> Double? { seconds.isFinite ? seconds * 1000 : nil }
            let total = planSet.stages(of: plan, under: conditions).total
            return RunnerUp(
                id: plan.id, predicted: finite(total), value: explanation.runnerUpValue.flatMap(finite),
                late: objective.isLate(total))
        }
        staysWhile = Dictionary(
            explanation.staysWhile.map { stay in
                let range = stay.range
                let max = range.high.value.isFinite ? range.shown(range.high) : nil
                return (
                    range.key,
                    Range(min: range.shown(range.low), max: max, below: stay.below?.id, above: stay.above?.id)
                )
            }
        ) { first, _ in first }
        sentences = explanation.staysWhile.map { stay in
            let beyond = [stay.below.map { "below: \($0.id)" }, stay.above.map { "above: \($0.id)" }].compactMap { $0 }
            return stay.range.sentence + (beyond.isEmpty ? "" : " (\(beyond.joined(separator: ", ")))")
        }
    }

    var text: String {
        var table = Table(["stage", "time"])
        for (name, time) in stages.rows where time > 0 { table.add([name, Format.milliseconds(time)]) }
        table.add(["in all", Format.milliseconds(predicted)])
        let second = runnerUp.map { plan in
            let time = (plan.late == nil ? plan.value : plan.predicted).map(Format.milliseconds) ?? "never"
            return "runner-up: \(plan.id), \(time)\(plan.late.map { $0 ? ", late" : ", in time" } ?? "")"
        }
        let counted =
            late.map { ", \($0 ? "late" : "in time") by \(objective)" }
            ?? (objective == "mean" ? "" : ", by \(objective) \(Format.milliseconds(value))")
        return """
            best: \(best), predicted \(Format.milliseconds(predicted))\(counted)
            \(second ?? "no other plan")

            \(table.render())
            \(energy.map { "energy of the edge: \(Format.fixed($0 * 1000, 1)) mJ\n" } ?? "")
            it stays best, all else being equal, while
            \(sentences.map { "  " + $0 }.joined(separator: "\n"))
            """
    }
}

extension Objective {
    /// Whether a frame that takes so many seconds is later than the deadline; `nil` where there is none.
    fileprivate func isLate(_ seconds: Double) -> Bool? {
        if case .deadlineMiss(let deadline) = measure { seconds > deadline.inSeconds } else { nil }
    }
}
