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
    @Option(help: ArgumentHelp("What plans are judged by: \(Objective.help).", valueName: "objective")) var objective =
        Objective.mean
    @Option(
        help: ArgumentHelp(
            "What a plan's edge time is known to be, over its profile: split@4=1.3; may be given more than once.",
            valueName: "plan=ratio")) var drift: [DriftOfPlan] = []
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let planSet = try corrected(PlanSet.decode(from: Files.read(plans), source: plans))
        try planSet.check(objective)
        let conditions = try Conditions(
            uplink: uplink, downlink: downlink ?? uplink, rtt: rtt, edgeSlowdown: edgeSlowdown,
            cloudSlowdown: cloudSlowdown
        ).validated()
        guard let explanation = planSet.explanation(under: conditions, objective: objective), explanation.value.isFinite
        else {
            Emit.note("no plan of this set answers under these conditions")
            throw Ending.no
        }
        let report = ExplainReport(explanation, objective, planSet, conditions)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
    }

    private func corrected(_ planSet: PlanSet) throws -> PlanSet {
        for known in drift where planSet.plan(id: known.plan) == nil {
            throw ValidationError("--drift: \(plans) has no plan '\(known.plan)'.")
        }
        return planSet.corrected(
            by: Dictionary(drift.map { ($0.plan, SiteRatios(edge: $0.ratio)) }) { _, last in last })
    }
}

/// `PLAN=RATIO`.
struct DriftOfPlan: ExpressibleByArgument {
    var plan: String
    var ratio: Double

    init?(argument: String) {
        guard let equals = argument.lastIndex(of: "="), let ratio = Double(argument[argument.index(after: equals)...]),
            ratio > 0, ratio.isFinite
        else { return nil }
        plan = String(argument[..<equals])
        self.ratio = ratio
    }
}
