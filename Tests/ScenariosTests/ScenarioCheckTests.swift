import FoundationEssentials
import Model
import Scenarios
import Sim
import Testing

@Suite struct ScenarioCheckTests {
    /// Twenty seconds with a fade in the middle, which makes the product move.
    static let fading = """
        duration: 20s
        seeds: [1, 2]
        policies: [adaptive, edge-only, best-static, fixed:early@8]
        devices:
          camera:
            count: 2
            plans: plans.json
            frames: {poisson: {rate: 5/s}}
            link: {uplink: {0s: 40Mbps, 8s: 100kbps, 14s: 40Mbps}, rtt: 10ms, jitter: 2ms, fallback_after: 1s}
        telemetry: {noise: 0.1}
        """

    private func runs(_ text: String = fading, jobs: Int = 2) async throws -> (Scenario, [ScenarioRun]) {
        let scenario = try ScenarioReader.read(folder(text))
        return (scenario, try await scenario.runAll(jobs: jobs))
    }

    private func reviewed(_ runs: [ScenarioRun]) -> ScenarioRecord {
        var record = ScenarioRecord(runs)
        record.reviewed = true
        return record
    }

    @Test func aRecordIsReadBackAndHolds() async throws {
        let (scenario, runs) = try await runs()
        #expect(runs.map(\.seed) == [1, 1, 1, 1, 2, 2, 2, 2])
        #expect(runs.allSatisfy { $0.summary.frames > 100 && $0.summary.lost == 0 && $0.steps > $0.summary.frames })
        #expect(runs[0].summary.moves > 0 && runs[1].summary.moves == 0)
        let record = reviewed(runs)
        let read = try ScenarioRecord.decode(from: record.encode(), source: "expected.json")
        #expect(read == record)
        #expect(ScenarioCheck(scenario, runs, against: read).differences.isEmpty)
    }

    /// One job or eight, a second time: the same bytes.
    @Test func runsAreTheSameForAnyNumberOfJobs() async throws {
        let bytes = try ScenarioRecord(await runs(jobs: 1).1).encode()
        #expect(bytes.count > 1000)
        for jobs in [1, 2, 8] {
            #expect(try ScenarioRecord(await runs(jobs: jobs).1).encode() == bytes, "\(jobs) jobs")
        }
    }

    @Test func namesWhatDiffers() async throws {
        let (scenario, runs) = try await runs()
        let good = reviewed(runs)
        func lines(_ change: (inout ScenarioRecord) -> Void) -> [String] {
            var record = good
            change(&record)
            return ScenarioCheck(scenario, runs, against: record).differences.map(\.description)
        }
        #expect(lines { $0.reviewed = false }.first?.hasPrefix("the record was not reviewed") == true)
        let moves = runs[0].summary.moves
        #expect(
            lines { $0.runs[0].summary.moves += moves }
                == ["adaptive, seed 1: moves is \(moves), was \(2 * moves) (-50.0 %)"])
        let decision = try #require(good.runs[0].decisions?.dropFirst(2).first)
        let changed = lines { $0.runs[0].decisions?[2].reason = "another" }
        #expect(changed.count == 1)
        #expect(changed[0].hasPrefix("adaptive, seed 1: decision 3 is [\(decision)]; was ["), "\(changed)")
        #expect(changed[0].hasSuffix(": another]"))
        #expect(
            lines { $0.runs[0].decisions?.removeSubrange(2...) }
                == ["adaptive, seed 1: decision 3 is [\(decision)]; was missing"])
        #expect(lines { $0.runs[0].decisionCount? += 1 }.count == 1)
        #expect(lines { $0.runs.removeLast() } == ["fixed:early@8, seed 2: ran, but is not recorded"])
        let more = lines {
            $0.runs.append(good.runs[0]); $0.runs[8].seed = 3
        }
        #expect(more == ["adaptive, seed 3: is recorded, but did not run"])
        let none = ScenarioCheck(scenario, runs, against: nil).differences
        #expect(none == [.notRecorded])
    }

    /// Bounds are judged for every seed, whatever is recorded.
    @Test func expectationsAreJudgedApart() async throws {
        let bounds = """
            expect:
              lost: 0
              moves: at least 1
              mean_ms: at most 100 of edge-only
              moves_per_hour: at most 10
              edge-only.mean_ms: at most 0.5 of adaptive
            """
        let (scenario, runs) = try await runs(Self.fading + "\n" + bounds)
        let lines = ScenarioCheck(scenario, runs, against: reviewed(runs)).differences.map(\.description)
        #expect(lines.count == 4)
        #expect(lines.filter { $0.contains("moves_per_hour: at most 10.0, but it is") }.count == 2, "\(lines)")
        let alone = try #require(runs[1].summary.latency?.mean.inMilliseconds)
        let half = try #require(runs[0].summary.latency?.mean.inMilliseconds) * 0.5
        #expect(
            lines.contains("seed 1: expected edge-only.mean_ms: at most 0.5 of adaptive (\(half)), but it is \(alone)"),
            "\(lines)")
    }

    @Test func regretsAreToTheSameSeed() async throws {
        let (_, runs) = try await runs()
        for run in runs {
            let best = try #require(
                runs.first { $0.seed == run.seed && $0.policy == .bestStatic }?.summary.latency?.mean)
            let own = try #require(run.summary.latency?.mean)
            #expect(run.summary.regretToBestStatic == own.inSeconds / best.inSeconds - 1)
            #expect(run.summary.regretToOracle == nil)
            if case .fixed = run.policy { #expect(own >= best) }
        }
    }

    @Test func refusesARecordThatIsNone() {
        for text in ["", "{}", "{\"version\": 2, \"reviewed\": true, \"runs\": []}", "[1"] {
            #expect(throws: DocumentError.self, "\(text)") {
                try ScenarioRecord.decode(from: Data(text.utf8), source: "expected.json")
            }
        }
    }

    /// The shipped scenarios are read, and say what they are about.
    @Test func shippedScenariosAreComplete() throws {
        for folder in shippedFolders {
            let scenario = try Scenario.read(folder: folder.path)
            #expect(scenario.about.count > 20 && !scenario.expectations.isEmpty, "\(scenario.name)")
            #expect(scenario.policies.contains(.adaptive) && scenario.policies.contains(.bestStatic))
        }
    }
}
