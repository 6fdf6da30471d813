import ArgumentParser
import Model
import Optimizer
import Splitting

struct PlanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Make a model's plan set: the plans that are worth choosing among at run time.",
        discussion: """
            Without --edge this device is timed; a site described by its figures codes activations for free. Accuracy is measured on the samples once and kept; only plans within \
            --max-accuracy-drop remain. With --uplink the best plan under those conditions is named.
            """)

    @OptionGroup var model: ModelOptions
    @Option(
        help: ArgumentHelp(
            "The edge: a file that `resplit profile` wrote, roofline:GFLOPS,GBPS, hwcf:edge or hwcf:cloud.",
            valueName: "site")) var edge: String?
    @Option(help: ArgumentHelp("The cloud, likewise; without one, as the edge.", valueName: "site")) var cloud: String?
    @Option(help: "A folder of images or arrays to measure ranges and accuracy on; default: samples, beside the model.")
    var samples: String?
    @Option(help: "Largest loss of accuracy against the whole model.") var maxAccuracyDrop = Share(value: 0.01)
    @Option(help: "Transmission bits to try, with commas between.") var bits = "2,4,6,8,16,32"
    @Option(help: "Most memory on the edge.") var memory: ByteCount?
    @Option(help: "Uplink rate, to name the best plan under it.") var uplink: BitRate?
    @Option(help: "Round trip for that.") var rtt: Nanoseconds = .milliseconds(20)
    @Option(help: "Measure every cut at every precision first, and write what was measured, to ship beside the model.")
    var calibrate: String?
    @Option(name: .shortAndLong, help: "Where to write the plan set.") var output: String?
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let precisions = try bits.split(separator: ",").map { text in
            guard let precision = Int(text).flatMap(Precision.init(bits:)) else {
                throw ValidationError("--bits: '\(text)' is not 1 to 16, or 32.")
            }
            return precision
        }
        let edge = try edge.map(CostModelName.init(parsing:))
        let cloud = try cloud.map(CostModelName.init(parsing:))
        let progress = Progress("planning")
        var workshop = try PlanWorkshop(
            model.model, shapes: model.inputShapes, samples: samples, edge: edge, cloud: cloud
        ) { progress.show($0, $1) }
        workshop.planner.precisions = precisions
        workshop.planner.maxAccuracyDrop = maxAccuracyDrop.value
        if let calibrate {
            try workshop.planner.calibrateEveryCut { progress.show($0, $1) }
            try Files.write(StableJSON.encode(workshop.planner.calibration), to: calibrate)
        }
        let all = try workshop.planSet { progress.show($0, $1) }
        progress.finish()
        let fitting = all.plans.filter { plan in memory.map { plan.edgeBytes <= $0.value } ?? true }
        let planSet = PlanSet(model: all.model, plans: fitting, reference: all.reference)
        if let output { try Files.write(planSet.encode(), to: output) }
        let report = PlanReport(planSet, best: best(of: planSet))
        if json { try Emit.json(report) } else { Emit.line(report.text) }
        if fitting.isEmpty { throw Ending.no }
    }

    private func best(of planSet: PlanSet) -> PlanReport.Best? {
        guard let uplink else { return nil }
        let conditions = Conditions(uplink: uplink, downlink: uplink, rtt: rtt)
        return planSet.best(under: conditions).map {
            PlanReport.Best(id: planSet.plans[$0.best].id, latency: $0.value * 1000)
        }
    }
}

/// What `plan` says.
private struct PlanReport: Encodable {
    struct Best: Encodable {
        var id: String
        var latency: Double
        enum CodingKeys: String, CodingKey { case id, latency = "latency_ms" }
    }

    var model: ModelIdentity
    var plans: [Plan]
    var reference: Accuracy?
    var best: Best?

    init(_ planSet: PlanSet, best: Best?) {
        model = planSet.model
        plans = planSet.plans
        reference = planSet.reference
        self.best = best
    }

    var text: String {
        var table = Table([
            "plan", "layers on edge", "edge", "encode", "sent", "cloud", "edge memory", "accuracy", "loss, 95 %", "SNR",
        ])
        for plan in plans {
            table.add([
                plan.id, "\(plan.headLayers)", Format.milliseconds(plan.edgeWork), Format.milliseconds(plan.encodeWork),
                plan.isEdgeOnly ? "nothing" : Format.bytes(plan.transmitBytes), Format.milliseconds(plan.cloudWork),
                Format.bytes(plan.edgeBytes), plan.accuracy?.topOne.map(Format.share) ?? "",
                plan.accuracy?.dropInterval.map { "\(Format.fixed($0.low * 100, 1)) to \(Format.share($0.high))" }
                    ?? "",
                plan.isEdgeOnly ? "" : plan.accuracy?.signalToNoise.map { Format.fixed($0, 1) + " dB" } ?? "",
            ])
        }
        let whole = reference.map {
            ", the whole model is right on \($0.topOne.map(Format.share) ?? "?") of \($0.samples) samples"
        }
        let best = best.map { "\nbest here: \($0.id), \(Format.milliseconds($0.latency))" }
        if plans.isEmpty { return "no plan fits --memory; the smallest needs more" }
        return "\(model.name): \(plans.count) plans\(whole ?? "")\n\n\(table.render())\(best ?? "")"
    }
}
