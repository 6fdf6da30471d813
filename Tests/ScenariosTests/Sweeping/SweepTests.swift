import FoundationEssentials
import Model
import Scenarios
import Sim
import Synchronization
import TestSupport
import Testing

/// A small scenario, and a sweep over it; both as files of a folder that is only in memory.
private struct SweepFiles {
    var scenario = """
        duration: 4s
        devices:
          cam:
            plans: plans.json
            frames: {poisson: {rate: 8/s}}
            link: {trace: lte.csv, jitter: 3ms}
        """
    var sweep = """
        scenario: there
        seeds: [1, 2, 9]
        policies: [edge-only, cloud-only, adaptive]
        vary:
          devices.cam.edge.slowdown: [1, 3]
          telemetry.noise: [0, 0.2]
        traces: [fast.csv, slow.csv]
        """
    var files: [String: String] = [
        "lte.csv": "time_s,uplink_mbps,rtt_ms\n0,5,40\n2,,\n", "fast.csv": "time_s,uplink_mbps,rtt_ms\n0,50,10\n1,,\n",
        "slow.csv": "time_s,uplink_mbps,rtt_ms\n0,1,60\n1,0.5,80\n2,,\n",
    ]

    init() throws {
        files["plans.json"] = String(decoding: try StableJSON.encode(madeUpPlanSet()), as: UTF8.self)
    }

    func read() throws -> Sweep {
        let (files, scenario) = (files, scenario)
        return try Sweep.read(sweep, source: "sweep.yaml", own: { files[$0].map { Data($0.utf8) } }) { path in
            ScenarioFolder(name: path, source: "\(path)/scenario.yaml") { name in
                name == "scenario.yaml" ? Data(scenario.utf8) : files[name].map { Data($0.utf8) }
            }
        }
    }
}

/// Results in memory.
private final class Results {
    var runs: [String: SweepRun] = [:]
    var made = 0

    func run(_ sweep: Sweep, _ units: [Sweep.Unit], jobs: Int = 1) async throws {
        var driver = Sweep.Driver(
            isFinished: { self.runs[$0] != nil },
            finished: {
                self.runs[$0.input] = $0
                self.made += 1
            })
        driver.jobs = jobs
        try await sweep.run(units, driver)
    }

    func report(_ sweep: Sweep) throws -> [Data] {
        let all = try sweep.inputs(of: sweep.units).compactMap { runs[$0] }
        #expect(all.count == sweep.units.count)
        return [try StableJSON.encode(SweepReport(sweep, all)), Data(SweepReport.csv(sweep, all).utf8)]
    }
}

@Suite struct SweepTests {
    @Test func everyValueMeetsEveryOther() throws {
        let sweep = try SweepFiles().read()
        #expect(sweep.points.count == 8 && sweep.units.count == 72)
        #expect(
            sweep.points.map(\.trace) == Array(repeating: "fast.csv", count: 4) + Array(repeating: "slow.csv", count: 4)
        )
        #expect(
            sweep.points[..<4].map { $0.values.map(\.text) } == [
                ["1", "0"], ["1", "0.2"], ["3", "0"], ["3", "0.2"],
            ])
        #expect(Set(sweep.units).count == 72)
        let inputs = try sweep.inputs(of: sweep.units)
        #expect(Set(inputs).count == 72 && Set(inputs.map(SweepRun.fileName(input:))).count == 72)
    }

    /// A run of a sweep is the run of a scenario that says the same.
    @Test func aPointIsTheScenarioWithItsValues() async throws {
        let files = try SweepFiles()
        let sweep = try files.read()
        let results = Results()
        try await results.run(sweep, sweep.units)
        let last = try #require(try results.runs[sweep.inputs(of: [sweep.units[71]])[0]])
        #expect(last.trace == "slow.csv" && last.values.map(\.value) == ["3", "0.2"] && last.seed == 9)
        let written =
            files.scenario.replacing("lte.csv", with: "slow.csv").replacing(
                "link:", with: "edge: {slowdown: 3}\n    link:")
            + "\ntelemetry: {noise: 0.2}"
        let contents = files.files
        let folder = ScenarioFolder(name: "there", source: "scenario.yaml") { name in
            Data((name == "scenario.yaml" ? written : contents[name] ?? "").utf8)
        }
        let alone = try ScenarioReader.read(folder).run(.adaptive, seed: 9)
        #expect(last.summary == alone.summary && last.policy == .adaptive)
    }

    @Test func theSameBytesWhateverTheShardsAndJobs() async throws {
        let sweep = try SweepFiles().read()
        let whole = Results()
        try await whole.run(sweep, sweep.units)
        let wanted = try whole.report(sweep)
        for (shards, jobs) in [(1, 8), (3, 1), (7, 2), (100, 3)] {
            let parts = Results()
            for index in (1...shards).reversed() {
                let shard = try #require(Shard(index: index, count: shards))
                try await parts.run(sweep, sweep.units(of: shard), jobs: jobs)
            }
            #expect(parts.made == 72)
            #expect(try parts.report(sweep) == wanted, "\(shards) shards, \(jobs) jobs")
        }
    }

    @Test func onlyWhatIsMissingOrChangedRuns() async throws {
        var files = try SweepFiles()
        let results = Results()
        func made(_ change: (inout SweepFiles) -> Void) async throws -> Int {
            change(&files)
            let (sweep, before) = (try files.read(), results.made)
            try await results.run(sweep, sweep.units)
            return results.made - before
        }
        #expect(try await made { _ in } == 72)
        #expect(try await made { _ in } == 0)
        #expect(try await made { $0.sweep.replace("[1, 2, 9]", with: "1..2") } == 0)
        #expect(try await made { $0.sweep.replace("1..2", with: "[1, 2, 9, 11]") } == 24)
        #expect(try await made { $0.sweep.replace("slowdown: [1, 3]", with: "slowdown: [3, 5, 1]") } == 48)
        #expect(try await made { $0.files["slow.csv"]?.replace("0.5", with: "0.6") } == 72)
        // No file of a point: the traces of the sweep stand in its place.
        #expect(try await made { $0.files["lte.csv"]?.replace("5,40", with: "6,40") } == 0)
        #expect(try await made { $0.scenario.replace("3ms", with: "4ms") } == 144)
    }

    @Test func theReportHasRegretsAndConfidence() async throws {
        var files = try SweepFiles()
        files.sweep = "scenario: there\nseeds: 1..5\npolicies: [edge-only, oracle]\n"
        let sweep = try files.read()
        let results = Results()
        try await results.run(sweep, sweep.units)
        let report = SweepReport(sweep, try sweep.inputs(of: sweep.units).compactMap { results.runs[$0] })
        #expect(report.points.count == 1 && report.points[0].trace == nil && report.runs == 10)
        let mean = try #require(report.points[0].policies["edge-only"]?["mean_ms"])
        #expect(
            mean.count == 5 && mean.low.map { $0 <= mean.mean } == true && mean.high.map { $0 >= mean.mean } == true)
        #expect(report.points[0].policies["oracle"]?["regret_to_oracle"]?.mean == 0)
        let regret = try #require(report.points[0].policies["edge-only"]?["regret_to_oracle"])
        #expect(regret.count == 5 && regret.mean > 0)
    }

    /// One line, with its place.
    @Test(arguments: [
        ("scenario: there", "scenario: [a]", "sweep.yaml:1: 'scenario' is not text"),
        ("seeds:", "seedz:", "did you mean 'seeds'?"), ("seeds: [1, 2, 9]", "seeds: [1, 1]", "names a seed twice"),
        ("[edge-only,", "[edgeonly,", "did you mean 'edge-only'?"),
        ("noise: [0, 0.2]", "noise: []", "'vary.telemetry.noise' is empty"),
        ("noise: [0, 0.2]", "noise: [0, 0]", "names a value twice"),
        ("noise: [0, 0.2]", "nois: [0]", "'telemetry.nois' is no setting; did you mean 'noise'?, where"),
        ("noise: [0, 0.2]", "noise: [loud]", "'telemetry.noise' is 'loud', not a number, where"),
        ("devices.cam.edge", "duration.cam.edge", "is no list of settings, so it has no 'cam'"),
        ("slow.csv", "none.csv", "names 'sweep:none.csv', which cannot be read"),
    ])
    func whatMakesNoSweepIsRefused(old: String, new: String, line: String) throws {
        var files = try SweepFiles()
        files.sweep.replace(old, with: new)
        let error = #expect(throws: DocumentError.self) {
            let sweep = try files.read()
            _ = try sweep.inputs(of: sweep.units)
        }
        #expect(error?.description.contains(line) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("\n") == false)
    }

    @Test func shardsAreParts() {
        for text in ["0/3", "4/3", "1/0", "1", "a/b", "1/2/3", "-1/2", ""] { #expect(Shard(text) == nil, "\(text)") }
        #expect(Shard("2/3") == Shard(index: 2, count: 3))
    }
}

@Suite struct SweepGuideTests {
    @Test func namesEveryKey() throws {
        let guide = try String(
            contentsOf: URL(filePath: TestFiles.project("Guides/Sweeps.md")), encoding: .utf8)
        for key in SweepKey.allCases { #expect(guide.contains("| `\(key.rawValue)` |"), "\(key)") }
    }
}
