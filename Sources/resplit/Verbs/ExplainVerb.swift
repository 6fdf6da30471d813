import ArgumentParser
import Model
import Optimizer

struct ExplainVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Which plan is best under given conditions, why, and until when.")

    @Argument(help: ArgumentHelp("A plan set, a file that `resplit plan` wrote.", valueName: "plans.json")) var plans:
        String
    @Option(help: "Uplink rate; 0Mbps is an outage.") var uplink: BitRate
    @Option(help: "Downlink rate; default: the uplink's.") var downlink: BitRate?
    @Option(help: "Round trip of an empty message.") var rtt: Nanoseconds = .milliseconds(20)
    @Option(help: "Time on the edge over its time in the profile.") var edgeSlowdown = 1.0
    @Option(help: "Time in the cloud over its time in the profile.") var cloudSlowdown = 1.0
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let planSet = try PlanSet.decode(from: Files.read(plans), source: plans)
        let conditions = try Conditions(
            uplink: uplink, downlink: downlink ?? uplink, rtt: rtt, edgeSlowdown: edgeSlowdown,
            cloudSlowdown: cloudSlowdown
        ).validated()
        guard let explanation = planSet.explanation(under: conditions), explanation.latency.isFinite else {
            Emit.note("no plan of this set answers under these conditions")
            throw Ending.no
        }
        let report = ExplainReport(explanation)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
    }
}

/// What `explain` says.
private struct ExplainReport: Encodable {
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
    }

    struct RunnerUp: Encodable {
        var id: String
        var predicted: Double?
        enum CodingKeys: String, CodingKey { case id, predicted = "predicted_ms" }
    }

    var best: String
    var predicted: Double
    var stages: Stages
    var runnerUp: RunnerUp?
    var staysWhile: [String: Range]
    private var sentences: [String]

    enum CodingKeys: String, CodingKey {
        case best, predicted = "predicted_ms", stages, runnerUp = "runner_up", staysWhile = "stays_while"
    }

    init(_ explanation: Explanation) {
        best = explanation.best.id
        predicted = explanation.latency * 1000
        stages = Stages(explanation.stages)
        runnerUp = explanation.runnerUp.map { plan in
            RunnerUp(id: plan.id, predicted: explanation.runnerUpLatency.flatMap { $0.isFinite ? $0 * 1000 : nil })
        }
        staysWhile = Dictionary(
            explanation.staysWhile.map { range in
                (
                    range.key,
                    Range(min: range.shown(range.low), max: range.high.value.isFinite ? range.shown(range.high) : nil)
                )
            }
        ) { first, _ in first }
        sentences = explanation.staysWhile.map(\.sentence)
    }

    var text: String {
        var table = Table(["stage", "time"])
        for (name, time) in stages.rows where time > 0 { table.add([name, Format.milliseconds(time)]) }
        table.add(["in all", Format.milliseconds(predicted)])
        let second = runnerUp.map { "runner-up: \($0.id), \($0.predicted.map(Format.milliseconds) ?? "never")" }
        return """
            best: \(best), predicted \(Format.milliseconds(predicted))
            \(second ?? "no other plan")

            \(table.render())

            it stays best, all else being equal, while
            \(sentences.map { "  " + $0 }.joined(separator: "\n"))
            """
    }
}
