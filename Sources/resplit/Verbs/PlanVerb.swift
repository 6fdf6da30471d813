import ArgumentParser
import Foundation
import Model
import Optimizer
import Splitting

struct PlanVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Make a model's plan set: the plans that are worth choosing among at run time.",
        discussion: """
            Without --edge this device is timed; on a site described by its figures coding counts as free. Accuracy is \
            measured on the samples once and kept; only plans within --max-accuracy-drop remain. With --uplink the best plan \
            under those conditions is named, and what other ways to split come to.
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
    @Flag(inversion: .prefixedNo, help: "Consider heads in 8-bit integers beside those in floats.") var integerHeads =
        true
    @Flag(inversion: .prefixedNo, help: "Consider sending a picture as JPEG to the cloud alone.") var jpeg = true
    @Option(help: "Most memory on the edge; short for --constraint memory=SIZE.") var memory: ByteCount?
    @Option(
        help: ArgumentHelp(
            "Bounds that every plan keeps to.",
            discussion: """
                memory=4MiB,sent=20KiB,distortion=0.05,deadline=100ms,depth=3,edge-layers=a;b,cloud-layers=c. A deadline is \
                checked at --uplink (else 10Mbps) and --rtt. Where memory or distortion is bounded, heads with weights of 2, 4 and \
                8 bits are considered, too.
                """, valueName: "bounds")) var constraint = ""
    @Option(help: "Uplink rate, to name the best plan under it.") var uplink: BitRate?
    @Option(help: "Round trip for that, and for the map of --report.") var rtt: Nanoseconds = .milliseconds(20)
    @Option(help: "Measure every cut at every precision first, and write what was measured, to ship beside the model.")
    var calibrate: String?
    @Option(name: .shortAndLong, help: "Where to write the plan set.") var output: String?
    @Option(help: "Write a page with the map of which plan is best where, and what the plans trade.") var report:
        String?
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() throws {
        let precisions = try bits.split(separator: ",").map { text in
            guard let precision = Int(text).flatMap(Precision.init(bits:)) else {
                throw ValidationError("--bits: '\(text)' is not 1 to 16, or 32.")
            }
            return precision
        }
        var constraints = try PlanConstraints(parsing: constraint)
        constraints.memory = memory?.value ?? constraints.memory
        let edge = try edge.map(CostModelName.init(parsing:))
        let cloud = try cloud.map(CostModelName.init(parsing:))
        let progress = Progress("planning")
        var workshop = try PlanWorkshop(
            model.model, shapes: model.inputShapes, samples: samples, edge: edge, cloud: cloud,
            integerHeads: integerHeads
        ) { progress.show($0, $1) }
        configure(&workshop.planner, precisions, constraints)
        if let calibrate {
            try workshop.planner.calibrateEveryCut { progress.show($0, $1) }
            try Files.write(StableJSON.encode(workshop.planner.calibration), to: calibrate)
        }
        let planSet = try fitting { try workshop.planSet { progress.show($0, $1) } }
        progress.finish()
        for head in workshop.planner.unprovedWeightBits {
            let cut = head.crossing.isEmpty ? "edge-only" : head.crossing.joined(separator: ", ")
            Emit.note("the weight bits of the head up to \(cut) may be \(Format.share(head.gap)) from the best")
        }
        if let output { try Files.write(planSet.encode(), to: output) }
        let summary = PlanReport(
            planSet, best: best(of: planSet), baselines: try baselines(workshop.planner, of: planSet))
        if let report {
            let page = PlanPage(planSet, conditions: conditions(.mbps(10)), table: summary.plansTable.html)
            try Files.write(Data(page.html.utf8), to: report)
        }
        if json { try Emit.json(summary) } else { Emit.line(summary.text) }
    }

    /// - Throws: `Ending.no` where no plan keeps to the constraints, having said which one binds.
    private func fitting(_ make: () throws -> PlanSet) throws -> PlanSet {
        do {
            return try make()
        } catch let answer as NoPlanFits {
            Emit.note("\(answer)")
            throw Ending.no
        }
    }

    private func configure(_ planner: inout Planner, _ precisions: [Precision], _ constraints: PlanConstraints) {
        planner.precisions = precisions
        planner.maxAccuracyDrop = maxAccuracyDrop.value
        if !jpeg { planner.inputCodings.removeAll { $0 == .jpeg } }
        planner.constraints = constraints
        planner.conditions = conditions(uplink ?? .mbps(10))
    }

    private func conditions(_ uplink: BitRate) -> Conditions { Conditions(uplink: uplink, downlink: uplink, rtt: rtt) }

    private func best(of planSet: PlanSet) -> PlanReport.Best? {
        guard let uplink else { return nil }
        return planSet.best(under: conditions(uplink)).map {
            PlanReport.Best(id: planSet.plans[$0.best].id, latency: $0.value * 1000)
        }
    }

    private func baselines(_ planner: Planner, of planSet: PlanSet) throws -> [BaselineLatency]? {
        try uplink.map { try planner.baselines(of: planSet, under: conditions($0)) }
    }
}

/// What `plan` says.
private struct PlanReport: Encodable {
    struct Best: Encodable {
        var id: String
        var latency: Double
        enum CodingKeys: String, CodingKey { case id, latency = "latency_ms" }
    }

    struct Baseline: Encodable {
        var latency: Double?
        var edgeBytes: Int
        var distortion: Double?
        var breaks: [String]
        enum CodingKeys: String, CodingKey {
            case latency = "latency_ms", edgeBytes = "edge_bytes", distortion, breaks
        }
    }

    var model: ModelIdentity
    var plans: [Plan]
    var reference: Accuracy?
    var best: Best?
    var baselines: [String: Baseline]?

    init(_ planSet: PlanSet, best: Best?, baselines: [BaselineLatency]?) {
        model = planSet.model
        plans = planSet.plans
        reference = planSet.reference
        self.best = best
        self.baselines = baselines.map { all in
            Dictionary(
                all.map {
                    let latency = $0.latency.isFinite ? $0.latency * 1000 : nil
                    let baseline = Baseline(
                        latency: latency, edgeBytes: $0.edgeBytes, distortion: $0.distortion,
                        breaks: $0.breaks.map(\.rawValue))
                    return ($0.name, baseline)
                }
            ) { first, _ in first }
        }
    }

    var plansTable: Table {
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
        return table
    }

    private var baselinesTable: String? {
        guard let best, let baselines else { return nil }
        var table = Table(["at these conditions", "latency", "of the best", "edge memory", "breaks"])
        table.add(["best: \(best.id)", Format.milliseconds(best.latency), "1.00", "", ""])
        let ascending = baselines.sorted {
            ($0.value.latency ?? .infinity, $0.key) < ($1.value.latency ?? .infinity, $1.key)
        }
        for (name, baseline) in ascending {
            table.add([
                name, baseline.latency.map(Format.milliseconds) ?? "never",
                baseline.latency.map { Format.fixed($0 / best.latency, 2) } ?? "", Format.bytes(baseline.edgeBytes),
                baseline.breaks.joined(separator: ", "),
            ])
        }
        return "\n\n" + table.render()
    }

    var text: String {
        let whole = reference.map {
            ", the whole model is right on \($0.topOne.map(Format.share) ?? "?") of \($0.samples) samples"
        }
        return "\(model.name): \(plans.count) plans\(whole ?? "")\n\n\(plansTable.render())\(baselinesTable ?? "")"
    }
}
