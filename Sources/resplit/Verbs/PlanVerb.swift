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
            measured on the samples once and kept; only plans within --max-accuracy-drop remain, and of those what can ever be \
            best by --objective. With --uplink the best plan under those conditions is named, and what other ways to split \
            come to.
            """)

    @OptionGroup var model: ModelOptions
    @Option(
        help: ArgumentHelp(
            "The edge: a file that `resplit profile` wrote, roofline:GFLOPS,GBPS, hwcf:edge or hwcf:cloud.",
            valueName: "site")) var edge: String?
    @Option(help: ArgumentHelp("The cloud, likewise; without one, as the edge.", valueName: "site")) var cloud: String?
    @Option(help: "A folder of images or arrays to measure ranges and accuracy on; default: samples, beside the model.")
    var samples: String?
    @Option(help: "Largest loss of accuracy against the whole model; short for --constraint loss=SHARE.")
    var maxAccuracyDrop = Share(value: 0.01)
    @Option(help: "Transmission bits to try, with commas between.") var bits = "2,4,6,8,16,32"
    @Flag(inversion: .prefixedNo, help: "Consider heads in 8-bit integers beside those in floats.") var integerHeads =
        true
    @Flag(inversion: .prefixedNo, help: "Consider sending a picture as JPEG to the cloud alone.") var jpeg = true
    @Option(help: "Most memory on the edge; short for --constraint memory=SIZE.") var memory: ByteCount?
    @Option(
        help: ArgumentHelp(
            "Bounds that every plan keeps to.",
            discussion: """
                memory=4MiB,sent=20KiB,distortion=0.05,loss=1%,energy=200mJ,price=40/Mframes,deadline=100ms,depth=3,edge-layers=a;b,\
                cloud-layers=c. Energy and deadline are checked at --uplink (else 10Mbps) and --rtt. Where memory or distortion is \
                bounded, heads with weights of 2, 4 and 8 bits are considered, too.
                """, valueName: "bounds")) var constraint = ""
    @Option(help: ArgumentHelp("What plans are judged by: \(Objective.help).", valueName: "objective")) var objective =
        Objective.mean
    @Option(
        help: ArgumentHelp(
            "What the edge takes of its battery: compute=5W,idle=1W,radio=lte (or 3g, wifi, or radio=1.3W,sent=3.5uJ/B,received=0.4uJ/B).",
            valueName: "model")) var energy: String?
    @Option(help: ArgumentHelp("What bytes cost, in any currency: sent=5/GB,returned=0.09/GB.", valueName: "prices"))
    var tariff: String?
    @Option(help: "Uplink rate, to name the best plan under it.") var uplink: BitRate?
    @Option(help: "Round trip for that, and for the map of --report.") var rtt: Nanoseconds = .milliseconds(20)
    @Option(help: "Measure every cut at every precision first, and write what was measured, to ship beside the model.")
    var calibrate: String?
    @Option(name: .shortAndLong, help: "Where to write the plan set.") var output: String?
    @Option(help: "Write a page with the map of which plan is best where, and what the plans trade.") var report:
        String?
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        if precisions.isEmpty { throw ValidationError("--bits: list at least one, such as 2,4,8.") }
        if let uplink, uplink <= .zero { throw ValidationError("--uplink must be above 0; `explain` takes an outage.") }
        for path in [output, report, calibrate].compactMap({ $0 }) {
            let folder = URL(filePath: path).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: folder) else {
                throw ValidationError("There is no folder \(folder) to write \(path) to.")
            }
        }
        if let output, output == report { throw ValidationError("--output and --report name one file.") }
        let wrong = bits.split(separator: ",").first { Int($0).flatMap(Precision.init(bits:)) == nil }
        if let wrong { throw ValidationError("--bits: '\(wrong)' is not 1 to 16, or 32.") }
    }

    private var precisions: [Precision] {
        bits.split(separator: ",").compactMap { Int($0).flatMap(Precision.init(bits:)) }
    }

    func run() throws {
        var constraints = try PlanConstraints(parsing: constraint)
        constraints.memory = memory?.value ?? constraints.memory
        let circumstances = Circumstances(
            conditions: conditions(uplink ?? .mbps(10)), energy: try energy.map(EnergyModel.init(parsing:)),
            tariff: try tariff.map(Tariff.init(parsing:)))
        guard objective.rates.joule == 0 || circumstances.energy != nil else {
            throw ObjectiveError.noEnergyModel(objective: objective.description)
        }
        let edge = try edge.map(CostModelName.init(parsing:))
        let cloud = try cloud.map(CostModelName.init(parsing:))
        let progress = Progress("planning")
        var workshop = try PlanWorkshop(
            model.model, shapes: model.inputShapes, samples: samples, edge: edge, cloud: cloud,
            integerHeads: integerHeads, checking: { try constraints.check($0, circumstances) }
        ) { progress.show($0, $1) }
        configure(&workshop.planner, precisions, constraints, circumstances)
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
            planSet, circumstances, best: best(of: planSet), baselines: try baselines(workshop.planner, of: planSet))
        if let report {
            let page = PlanPage(
                planSet, conditions: circumstances.conditions, tables: summary.plansTable.html + summary.baselinesHTML)
            try Files.write(Data(page.html.utf8), to: report)
        }
        if json { try Emit.json(summary) } else { Emit.line(summary.text) }
    }

    /// - Throws: `Ending.no` where no plan keeps to the constraints, having said which one binds.
    private func fitting(_ make: () throws -> PlanSet) throws -> PlanSet {
        do {
            return try make()
        } catch let answer as NoPlanFits {
            Emit.note("resplit: \(answer)")
            throw Ending.no
        }
    }

    private func configure(
        _ planner: inout Planner, _ precisions: [Precision], _ constraints: PlanConstraints,
        _ circumstances: Circumstances
    ) {
        planner.precisions = precisions
        planner.maxAccuracyDrop = maxAccuracyDrop.value
        if !jpeg { planner.inputCodings.removeAll { $0 == .jpeg } }
        planner.constraints = constraints
        planner.circumstances = circumstances
        planner.objective = objective
    }

    private func conditions(_ uplink: BitRate) -> Conditions { Conditions(uplink: uplink, downlink: uplink, rtt: rtt) }

    private func best(of planSet: PlanSet) -> PlanReport.Best? {
        guard let uplink else { return nil }
        let conditions = conditions(uplink)
        return planSet.best(under: conditions, objective: objective).map {
            let plan = planSet.plans[$0.best]
            return PlanReport.Best(id: plan.id, latency: plan.latency(under: conditions) * 1000)
        }
    }

    private func baselines(_ planner: Planner, of planSet: PlanSet) throws -> [BaselineLatency]? {
        try uplink.map { try planner.baselines(of: planSet, under: conditions($0)) }
    }
}
