import ArgumentParser
import Foundation
import Model
import Scenarios
import Sim

struct SimulateVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "A scenario's world under each of its policies, by discrete events.",
        discussion: """
            Equal scenarios and seeds give equal results. Regrets are to `oracle` and `best-static` where these run, too. What a \
            scenario file says: Guides/Scenarios.md.
            """)

    @Argument(help: "A scenario: its folder, or its YAML file.") var scenario: String
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy: \(PolicyName.named.map(\.description).joined(separator: ", ")), or fixed:PLAN; may be given more than "
                + "once. Default: those of the scenario.", valueName: "name")) var policies: [String] = []
    @Option(help: "Of the random numbers; default: the scenario's first.") var seed: UInt64?
    @Flag(help: "Figures of each device, too.") var devices = false
    @Option(
        help: ArgumentHelp("Write all that happens, a JSON object a line.", valueName: "file")) var events: String?
    @Option(help: "Runs at a time; results are the same for any number.") var jobs = Jobs.standard
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws { try Jobs.check(jobs) }

    func run() async throws {
        let start = ContinuousClock.now
        var scenario = try Scenario.read(folder: scenario)
        if !policies.isEmpty { scenario.policies = try named() }
        scenario.seeds = [seed ?? scenario.seeds[0]]
        var options = RecordingOptions()
        options.log = events != nil
        let progress = Progress("simulating")
        let runs = try await scenario.runAll(jobs: jobs, recording: options) { [count = scenario.policies.count] in
            progress.show(Double($0) / Double(count))
        }
        progress.finish()
        if let events { try EventLog.write(runs, of: scenario.world, to: events) }
        let report = SimulationReport(
            scenario, runs, hasDevices: devices, wall: (ContinuousClock.now - start) / .seconds(1))
        if json { try Emit.json(report) } else { Emit.line(report.text) }
    }

    /// Each once, in the order given.
    private func named() throws -> [PolicyName] {
        var names: [PolicyName] = []
        for policy in try policies.map(PolicyName.init(parsing:)) where !names.contains(policy) { names.append(policy) }
        return names
    }
}

/// How many runs go on at a time.
enum Jobs {
    static let standard = ProcessInfo.processInfo.activeProcessorCount

    static func check(_ jobs: Int) throws {
        guard (1...1024).contains(jobs) else { throw ValidationError("--jobs: must lie between 1 and 1024.") }
    }
}
