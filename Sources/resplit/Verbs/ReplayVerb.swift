import ArgumentParser
import Controller
import Model
import Optimizer
import Service
import Sim
import TelemetryStore

struct ReplayVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Feeds a recorded run through the controller anew: same decisions?",
        discussion: """
            The run is one recorded with `resplit controller --record-events`, by the demo, or by `resplit simulate --store`. \
            Exits with 1 where a decision differs. With --plans or --config it tells what others would have decided. With --simulate the \
            world that the frames met is made from the record, and served in the simulator: by the plans that served them, and by \
            those that the controller decides on anew.
            """)

    @OptionGroup var telemetry: TelemetryOptions
    @Option(help: "A plan set in place of the recorded one.") var plans: String?
    @Option(help: "A controller's settings file in place of the recorded settings.") var config: String?
    @Flag(help: "Serve the recorded frames in a simulation, too: how near it comes to what was.") var simulate = false
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() async throws {
        let planSet = try plans.map { try PlanSet.decode(from: Files.read($0), source: $0) }
        let settings = try config.map { try ControllerFile.decode(from: Files.read($0), source: $0).settings }
        let store = try await telemetry.open()
        var replay = StoreReplay(store)
        replay.planSet = planSet
        replay.settings = settings
        var report = ReplayReport(try await replay.runs(device: telemetry.device))
        if simulate { report.simulations = try await simulations(of: store, planSet, settings) }
        try await store.close()
        if json { try Emit.json(report) } else { Emit.line(report.text) }
        if !report.identical { throw Ending.no }
    }

    private func simulations(
        of store: TelemetryStore, _ planSet: PlanSet?, _ settings: ControllerSettings?
    ) async throws -> [ReplayReport.SimulatedRun] {
        var runs: [ReplayReport.SimulatedRun] = []
        for boot in try await store.boots() where telemetry.device == nil || boot.device == telemetry.device {
            let run = try await RecordedRun(boot, in: store, planSet: planSet, settings: settings)
            runs.append(.init(device: boot.device, boot: boot.boot, comparison: try RunComparison(run)))
        }
        return runs
    }
}

/// What `replay` says.
private struct ReplayReport: Encodable {
    struct Difference: Encodable {
        var device: String
        var boot: Int
        /// Position among the decisions of its controller, from zero.
        var index: Int
        var keys: [String]
        var recorded: Decision?
        var replayed: Decision?

        var text: String {
            let time = (recorded ?? replayed).map { "\(Format.fixed(Double($0.time.nanoseconds) / 1e9, 3)) s" } ?? ""
            let what = keys.isEmpty ? "" : "\n  differ in: \(keys.joined(separator: ", "))"
            return
                "\(device), decision \(index) at \(time)\n  recorded: \(line(recorded))\n  replayed: \(line(replayed))"
                + what
        }

        private func line(_ decision: Decision?) -> String {
            decision.map { "\($0.kind.rawValue): \($0.reason)" } ?? "no more decisions"
        }
    }

    struct Run: Encodable {
        var device: String
        var boot, events, decisions: Int
        var identical: Bool
    }

    /// One boot of a device, served again.
    struct SimulatedRun: Encodable {
        var device: String
        var boot: Int
        var comparison: RunComparison

        func encode(to encoder: any Encoder) throws {
            try ComparisonReport(comparison).encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(device, forKey: .device)
            try container.encode(boot, forKey: .boot)
        }

        enum CodingKeys: String, CodingKey { case device, boot }
    }

    var decisions: Int
    var identical: Bool
    var firstDifference: Difference?
    var runs: [Run]
    /// `nil` where they were not asked for.
    var simulations: [SimulatedRun]?

    enum CodingKeys: String, CodingKey {
        case decisions, identical, firstDifference = "first_difference", runs, simulations = "simulated"
    }

    init(_ all: [StoreReplay.Run]) {
        decisions = all.reduce(0) { $0 + $1.replay.decisions }
        let different = all.first { $0.replay.firstDifference != nil }
        identical = different == nil
        firstDifference = different.flatMap { run in
            run.replay.firstDifference.map {
                Difference(
                    device: run.device, boot: run.boot, index: $0.index, keys: $0.keys, recorded: $0.recorded,
                    replayed: $0.replayed)
            }
        }
        runs = all.map {
            Run(
                device: $0.device, boot: $0.boot, events: $0.events, decisions: $0.replay.decisions,
                identical: $0.replay.firstDifference == nil)
        }
    }

    var text: String {
        var table = Table(["device", "boot", "events", "decisions", "replay"])
        for run in runs {
            table.add([
                run.device, "\(run.boot)", "\(run.events)", "\(run.decisions)", run.identical ? "identical" : "differs",
            ])
        }
        let parts = [table.render(), firstDifference.map { "the first difference: \($0.text)" }, simulationTable]
        return parts.compactMap(\.self).joined(separator: "\n\n")
    }

    private var simulationTable: String? {
        guard let simulations else { return nil }
        var table = Table(["device", "boot", "plans"] + ComparisonReport.columns + ["moves live", "simulated"])
        for run in simulations {
            let all = run.comparison
            for (name, simulated) in [("as recorded", all.asRecorded), ("decided anew", all.adaptive)] {
                table.add(
                    [run.device, "\(run.boot)", name]
                        + ComparisonReport.cells(live: all.live, simulated: simulated.latency)
                        + ["\(all.liveMoves)", "\(simulated.moves)"])
            }
        }
        return table.render()
    }
}
