import ArgumentParser
import DataPlane
import Foundation
import Frames
import Inference
import Model
import Optimizer
import Splitting

struct AgentVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent",
        abstract: "The edge's process: takes frames, runs the head, sends what crosses, answers every frame once.",
        discussion: """
            Goes on alone while the worker is away, and by the last plan while the controller is. Without --controller it runs \
            --plan of --plans from start to end, or the whole model.
            """)

    @OptionGroup var model: ModelOptions
    @Option(help: "A folder of images or arrays, taken in name order, again and again.") var frames: String
    @Option(help: "Frames a second.") var rate = 10.0
    @Option(help: "Frames to serve; default: until stopped.") var count: Int?
    @Option(help: "The worker's address; without one the edge answers alone.") var worker: Endpoint?
    @Option(help: "The controller's address.") var controller: Endpoint?
    @Option(help: "This device's name.") var device = ProcessInfo.processInfo.hostName
    @Option(help: "A plan set, to take --plan from.") var plans: String?
    @Option(help: "The one plan to run, by its id.") var plan: String?
    @Option(help: "Emulates a device that many times slower: every computation is drawn out.") var slowdown = 1.0
    @Option(help: "Threads within a layer.") var threads = 1
    @Flag(inversion: .prefixedNo, help: "Answer alone when the cloud does not.") var fallback = true
    @Flag(help: "Begin once worker and controller are there.") var waitForPeers = false
    @Option(help: "Write every frame's record and every telemetry sample to a file, one JSON object a line.")
    var records: String?
    @Flag(help: "One JSON document on standard output at the end.") var json = false
    @OptionGroup var process: ProcessOptions

    func validate() throws {
        guard rate > 0, rate <= 10_000 else { throw ValidationError("--rate is above 0, at most 10000.") }
        guard slowdown >= 1, slowdown <= 1000 else { throw ValidationError("--slowdown is 1 to 1000.") }
        guard count.map({ $0 > 0 }) ?? true else { throw ValidationError("--count is at least 1.") }
        guard plan == nil || (plans != nil && controller == nil) else {
            throw ValidationError("--plan needs --plans, and no --controller.")
        }
    }

    func run() async throws {
        let halves = SplitModelHalves(try model.open(), threads: threads)
        let source = try FolderSource(FrameFolder(path: frames), inputs: halves.inputs)
        let agent = try EdgeAgent(
            configuration: configuration(), source: halves, frames: source, logger: process.logger("agent"))
        let log = try records.map(RecordLog.init)
        let report = AgentReport()
        let json = json
        try await process.run {
            let ledger = try await agent.run { observation in
                switch observation {
                case .frame(let record):
                    if record.frame == 0 { Emit.line("first frame at \(record.captured.nanoseconds)") }
                    log?.append(record)
                case .sample(let sample): log?.append(sample)
                case .activated, .linkLost, .linkRestored: break
                }
            }
            report.outcome = AgentReport.Outcome(ledger: ledger, untold: agent.untold)
        }
        try log?.close()
        if let outcome = report.outcome {
            if json { try Emit.json(AgentReport.Document(outcome)) } else { Emit.line(AgentReport.text(outcome)) }
        }
    }

    private func configuration() throws -> EdgeAgent.Configuration {
        var configuration = EdgeAgent.Configuration(
            device: device, worker: worker, controller: controller,
            frameInterval: Nanoseconds(seconds: 1 / rate))
        configuration.frames = count
        configuration.slowdown = slowdown
        configuration.fallback = fallback
        configuration.waitsForPeers = waitForPeers
        if let plans {
            let planSet = try PlanSet.decode(from: Files.read(plans), source: plans)
            configuration.edgeOnlyPlan = planSet.edgeOnly
            if let plan { configuration.fixedPlan = try planSet.named(plan, source: plans) }
        }
        return configuration
    }
}

extension PlanSet {
    /// - Throws: `DocumentError` where the set has no such plan.
    func named(_ id: String, source: String) throws -> Plan {
        guard let plan = plan(id: id) else {
            throw DocumentError(source: source, place: "plans", problem: "has no plan '\(id)', only \(plans.map(\.id))")
        }
        return plan
    }
}
