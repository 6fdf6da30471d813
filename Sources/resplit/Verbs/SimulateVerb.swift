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
            Equal scenarios and seeds give equal results. Regrets are to `oracle` and `best-static` where these run, too, under the \
            same seed. Over several seeds each figure is a mean with its 95 % confidence. What a scenario file says: \
            Guides/Scenarios.md.
            """)

    @Argument(help: "A scenario: its folder, or its YAML file.") var scenario: String
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp(
            "A policy: \(PolicyName.named.map(\.description).joined(separator: ", ")), or fixed:PLAN; may be given more than "
                + "once. Default: those of the scenario.", valueName: "name")) var policies: [String] = []
    @Option(help: "Of the random numbers; may be given more than once. Default: the scenario's first.")
    var seed: [UInt64] = []
    @Option(help: ArgumentHelp("Run this many seeds, counted on from the first.", valueName: "count")) var seeds: Int?
    @Flag(help: "Figures of each device, too.") var devices = false
    @Option(
        help: ArgumentHelp("Write all that happens, a JSON object a line.", valueName: "file")) var events: String?
    @Option(help: "Write a page with plots here.") var report: String?
    @Option(help: ArgumentHelp("Write figures over time here, as CSV.", valueName: "file")) var series: String?
    @Option(help: "Length of a step of --series.") var step: Nanoseconds = .seconds(1)
    @Option(
        help: ArgumentHelp(
            "Write the runs here as `resplit controller` does: frames, samples, decisions, events; for telemetry and replay.",
            valueName: "run.sqlite")) var store: String?
    @Option(help: "Runs at a time; results are the same for any number.") var jobs = Jobs.standard
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws {
        try Jobs.check(jobs)
        guard step > .zero else { throw ValidationError("--step: must be above zero.") }
        if let seeds, !(1...Self.mostSeeds).contains(seeds) {
            throw ValidationError("--seeds: must lie between 1 and \(Self.mostSeeds).")
        }
        guard seed.count <= Self.mostSeeds, Set(seed).count == seed.count else {
            throw ValidationError("--seed: names one twice, or more than \(Self.mostSeeds).")
        }
        if seeds != nil, seed.count > 1 {
            throw ValidationError("--seeds: counts on from one --seed; leave it out, or name all with --seed.")
        }
        if store != nil, seed.count > 1 || seeds ?? 1 > 1 {
            throw ValidationError("--store: holds runs of one seed; name it with --seed.")
        }
    }

    private static let mostSeeds = 10_000

    func run() async throws {
        let start = ContinuousClock.now
        var scenario = try Scenario.read(folder: scenario)
        if !policies.isEmpty { scenario.policies = try named() }
        scenario.seeds = try seeds(of: scenario)
        let runs = try await runs(of: scenario)
        if let events { try EventLog.write(runs, of: scenario, to: events) }
        if let series { try Files.write(Data(Self.table(scenario, runs, every: step).utf8), to: series) }
        if let report { try Files.write(Data(SimulationPage(scenario, runs).html.utf8), to: report) }
        if let store {
            let progress = Progress("recording")
            try await RunDatabase(path: store).write(scenario, seed: scenario.seeds[0]) { progress.show($0) }
            progress.finish()
        }
        let outcome = SimulationReport(
            scenario, runs, hasDevices: devices, wall: (ContinuousClock.now - start) / .seconds(1))
        if json { try Emit.json(outcome) } else { Emit.line(outcome.text) }
    }

    /// In the order given, or counted on.
    private func seeds(of scenario: Scenario) throws -> [UInt64] {
        guard let seeds else { return seed.isEmpty ? [scenario.seeds[0]] : seed }
        let first = seed.first ?? scenario.seeds[0]
        let (end, overflow) = first.addingReportingOverflow(UInt64(seeds) - 1)
        guard !overflow else {
            throw ValidationError("--seeds: counts beyond the greatest number; take a smaller --seed.")
        }
        return Array(first...end)
    }

    /// Of seeds after the first only what somebody asked for is held: all frames of all runs might not find room.
    private func runs(of scenario: Scenario) async throws -> [ScenarioRun] {
        var options = RecordingOptions()
        options.log = events != nil
        let progress = Progress("simulating")
        let count = scenario.seeds.count * scenario.policies.count
        let (first, holdsAll) = (scenario.seeds[0], devices || series != nil)
        let runs = try await scenario.runAll(jobs: jobs, recording: options) { run in
            holdsAll || run.seed == first ? run : run.withoutResult
        } finished: {
            progress.show(Double($0) / Double(count))
        }
        progress.finish()
        return runs
    }

    private static func table(_ scenario: Scenario, _ runs: [ScenarioRun], every step: Nanoseconds) -> String {
        let all = runs.map { (run: $0, series: TimeSeries($0.result, of: scenario.world, every: step)) }
        let lines = all.map { $0.series.csv(policy: $0.run.policy, seed: $0.run.seed) }
        return TimeSeries.csvHeader(planIDs: all.first?.series.planIDs ?? []) + lines.joined()
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
