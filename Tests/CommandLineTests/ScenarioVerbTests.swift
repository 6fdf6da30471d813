import Foundation
import TestSupport
import Testing

/// Scenarios as a program and a person meet them.
@Suite struct ScenarioVerbTests {
    private let text = """
        about: A fade in the middle.
        duration: 20s
        seeds: [1, 2]
        policies: [adaptive, edge-only, best-static]
        devices:
          camera:
            count: 2
            plans: {layers: mobilenet_v2, edge: "roofline:3,3"}
            frames: {periodic: {every: 400ms}}
            link: {uplink: {0s: 40Mbps, 8s: 100kbps, 14s: 40Mbps}, rtt: 10ms, fallback_after: 1s}
        expect:
          lost: 0
        """

    /// A folder of scenarios that holds one, `fade`.
    private func withScenario(_ body: (String) throws -> Void) throws {
        try TestFiles.withFolder { folder in
            let own = URL(filePath: folder).appending(path: "fade")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: own.appending(path: "scenario.yaml"))
            try body(folder)
        }
    }

    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func simulateGivesTheKeysOfReports() throws {
        try withScenario { folder in
            let outcome = try Program.run(
                "simulate", "\(folder)/fade", "--policy", "adaptive", "--policy", "oracle", "--policy", "best-static",
                "--seed", "2",
                "--devices", "--json", "--events", "\(folder)/events.jsonl")
            #expect(outcome.code == 0, "\(outcome)")
            let document = try object(outcome.output)
            #expect(document.keys.sorted() == ["events", "policies", "scenario", "seed", "wall_s"])
            let policies = try #require(document["policies"] as? [String: [String: Any]])
            #expect(policies.keys.sorted() == ["adaptive", "best-static", "oracle"])
            let adaptive = try #require(policies["adaptive"])
            let keys = [
                "deadline_missed", "devices", "fallbacks", "frames", "lost", "mean_ms", "moves", "p50_ms", "p95_ms",
                "p99_ms",
                "regret_to_best_static", "regret_to_oracle", "uplink_bytes",
            ]
            #expect(adaptive.keys.sorted() == keys)
            #expect(adaptive["frames"] as? Int == 100 && adaptive["lost"] as? Int == 0)
            let devices = try #require(adaptive["devices"] as? [String: [String: Any]])
            #expect(devices.keys.sorted() == ["camera-1", "camera-2"] && devices["camera-2"]?["frames"] as? Int == 50)
            let lines = try String(contentsOfFile: "\(folder)/events.jsonl", encoding: .utf8).split(separator: "\n")
            let entries = try lines.map(object)
            let captured = entries.filter {
                $0["kind"] as? String == "captured" && $0["policy"] as? String == "adaptive"
            }
            #expect(captured.count == 100 && captured.allSatisfy { $0["device"] is String && $0["plan"] is String })
        }
    }

    /// The file itself, a second time, with other jobs: the same text.
    @Test func simulateGivesTheSameTwice() throws {
        try withScenario { folder in
            let first = try Program.run("simulate", "\(folder)/fade", "--jobs", "1")
            #expect(
                first.code == 0 && first.output.contains("fade, seed 1") && first.output.contains("best-static"),
                "\(first)")
            let second = try Program.run("simulate", "\(folder)/fade/scenario.yaml", "--jobs", "8")
            #expect(second.output == first.output)
        }
    }

    @Test func recordThenReviewThenCheck() throws {
        try withScenario { folder in
            let record = "\(folder)/fade/expected.json"
            func check() throws -> (Int32, [String: Any]) {
                let outcome = try Program.run("scenario", "check", folder, "--json")
                let scenarios = try #require(object(outcome.output)["scenarios"] as? [[String: Any]])
                return (outcome.code, try #require(scenarios.first))
            }
            let unrecorded = try check()
            #expect(unrecorded.0 == 1 && unrecorded.1["ok"] as? Bool == false)
            let done = try Program.run("scenario", "record", "fade", "--folder", folder)
            #expect(done.code == 0 && done.output.contains("to be reviewed"), "\(done)")
            let unreviewed = try check()
            #expect(unreviewed.0 == 1)
            #expect((unreviewed.1["differences"] as? [String])?.count == 1, "\(unreviewed)")
            let text = try String(contentsOfFile: record, encoding: .utf8)
            let reviewed = text.replacing("\"reviewed\": false", with: "\"reviewed\": true")
            #expect(reviewed != text)
            try Data(reviewed.utf8).write(to: URL(filePath: record))
            let good = try check()
            #expect(good.0 == 0 && good.1["ok"] as? Bool == true && good.1["name"] as? String == "fade", "\(good)")
            let changed = reviewed.replacing("\"frames\":100", with: "\"frames\":101", maxReplacements: 1)
            try Data(changed.utf8).write(to: URL(filePath: record))
            let bad = try Program.run("scenario", "check", folder, "--only", "fade")
            #expect(bad.code == 1 && bad.output.contains("frames is 100, was 101 (-1.0 %)"), "\(bad)")
        }
    }

    /// What the repository's scenarios came to when they were recorded holds, and so do the bounds that persons set.
    @Test func shippedScenariosAreAsRecorded() throws {
        let outcome = try Program.run("scenario", "check", TestFiles.project("scenarios"))
        #expect(outcome.code == 0, "\(outcome.output)")
    }

    @Test func refusesInOneLine() throws {
        try withScenario { folder in
            let wrong: [([String], String)] = [
                (["simulate", "\(folder)/none"], "cannot be read"),
                (["simulate", "\(folder)/fade", "--policy", "adaptiv"], "did you mean 'adaptive'?"),
                (["simulate", "\(folder)/fade", "--policy", "fixed:edge-onl"], "did you mean 'edge-only'?"),
                (["scenario", "check", "\(folder)/none"], "holds no scenario"),
                (["scenario", "check", folder, "--only", "fad"], "did you mean 'fade'?"),
                (["scenario", "record", "--folder", folder], "Name scenarios, or give --all"),
                (["simulate", "\(folder)/fade", "--jobs", "0"], "--jobs: must lie between 1 and 1024"),
            ]
            for (arguments, words) in wrong {
                let outcome = try Program.run(arguments)
                #expect(outcome.code == 2 && outcome.errors.contains(words) && outcome.output.isEmpty, "\(outcome)")
            }
        }
    }
}
