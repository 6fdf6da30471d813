import Foundation
import TestSupport
import Testing

/// `simulate` over several seeds, against the same runs one by one.
@Suite struct SimulateSeedsTests {
    private typealias Figures = [String: Any]

    /// Its frames come at other times under each seed.
    private func withScenario(_ body: (_ scenario: String, _ folder: String) throws -> Void) throws {
        try TestFiles.withFolder { folder in
            let scenario = """
                duration: 20s
                seeds: 4..9
                policies: [adaptive, edge-only, best-static, oracle]
                devices:
                  cam:
                    count: 2
                    plans: {layers: mobilenet_v2, edge: "roofline:2,2", cloud: "roofline:2000,300"}
                    frames: {poisson: {rate: 4/s}}
                    deadline: 300ms
                    link: {uplink: {0s: 12Mbps, 8s: 0.5Mbps, 14s: 12Mbps}, rtt: 30ms, fallback_after: 2s}
                """
            try Data(scenario.utf8).write(to: URL(filePath: folder + "/scenario.yaml"))
            try body(folder + "/scenario.yaml", folder)
        }
    }

    private func report(_ arguments: [String]) throws -> Figures {
        let outcome = try Program.run(["simulate"] + arguments + ["--json"])
        #expect(outcome.code == 0, "\(outcome)")
        return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? Figures, "\(outcome)")
    }

    private func policies(_ report: Figures) throws -> [String: Figures] {
        try #require(report["policies"] as? [String: Figures])
    }

    /// Student's t for 95 % and two degrees of freedom, from a table.
    private static let quantile = 4.302652729911275

    private func expectMeans(_ figures: Figures, of runs: [Figures], _ place: String) throws {
        let keys = runs[0].filter { $0.value is NSNumber }.map(\.key)
        #expect(keys.contains("mean_ms") && keys.contains("lost"), "\(place)")
        #expect(Set(figures.keys) == Set(keys + keys.map { "\($0)_interval" }), "\(place)")
        for key in keys {
            let values = try runs.map { try #require($0[key] as? Double) }
            let mean = values.reduce(0, +) / 3
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
            let reach = Self.quantile * deviation / 3.0.squareRoot()
            let interval = try #require(figures["\(key)_interval"] as? [String: Double])
            let tolerance = 1e-9 * max(1, abs(mean))
            #expect(abs((figures[key] as? Double ?? .nan) - mean) <= tolerance, "\(place) \(key)")
            #expect(
                interval["count"] == 3 && abs((interval["low"] ?? .nan) - (mean - reach)) <= tolerance,
                "\(place) \(key)")
            #expect(abs((interval["high"] ?? .nan) - (mean + reach)) <= tolerance, "\(place) \(key)")
        }
    }

    @Test func figuresAreMeansOverTheSeeds() throws {
        try withScenario { scenario, _ in
            let all = try report([scenario, "--seeds", "3", "--devices"])
            #expect(all["seeds"] as? [Int] == [4, 5, 6] && all["seed"] == nil, "\(all)")
            let ones = try (4...6).map { try report([scenario, "--seed", "\($0)", "--devices"]) }
            #expect(ones.allSatisfy { $0["seeds"] == nil })
            #expect(all["events"] as? Int == ones.reduce(0) { $0 + ($1["events"] as? Int ?? 0) })
            for policy in ["adaptive", "edge-only", "best-static", "oracle"] {
                var runs = try ones.map { try #require(try policies($0)[policy]) }
                var figures = try #require(try policies(all)[policy])
                let devices = try #require(figures.removeValue(forKey: "devices") as? [String: Figures])
                let own = try runs.map { try #require($0["devices"] as? [String: Figures]) }
                for device in ["cam-1", "cam-2"] {
                    let runs = try own.map { try #require($0[device]) }
                    try expectMeans(try #require(devices[device]), of: runs, "\(policy) \(device)")
                }
                for index in runs.indices { runs[index]["devices"] = nil }
                try expectMeans(figures, of: runs, policy)
            }
        }
    }

    @Test func theWayToNameSeedsAndTheJobsMakeNoDifference() throws {
        try withScenario { scenario, _ in
            func text(_ arguments: String...) throws -> String {
                let outcome = try Program.run(["simulate", scenario] + arguments)
                #expect(outcome.code == 0, "\(outcome)")
                return outcome.output
            }
            let counted = try text("--seed", "7", "--seeds", "4", "--jobs", "1")
            let named = try text("--seed", "7", "--seed", "8", "--seed", "9", "--seed", "10", "--jobs", "8")
            #expect(counted == named && counted.contains(", seeds 7..10\n"), "\(counted)")
            #expect(counted.contains(" ± ") && counted.contains("means over 4 seeds, with their 95 % confidence"))
            #expect(try text("--seed", "9", "--seed", "3").contains(", seeds 9, 3\n"))
            let single = try text()
            #expect(try text("--seeds", "1") == single && text("--seed", "4") == single)
            #expect(single.contains(", seed 4\n") && !single.contains("±"), "\(single)")
        }
    }

    @Test func filesSayTheSeed() throws {
        try withScenario { scenario, folder in
            let (page, events, series) = (folder + "/page.html", folder + "/events.jsonl", folder + "/series.csv")
            let run = try Program.run(
                "simulate", scenario, "--policy", "edge-only", "--policy", "oracle", "--seeds", "2", "--report", page,
                "--events", events, "--series", series)
            #expect(run.code == 0, "\(run)")
            let html = try String(contentsOfFile: page, encoding: .utf8)
            #expect(html.contains("means over 2 seeds with their 95 % confidence; the plots show seed 4"))
            #expect(html.contains(" ± "))
            // Without series the frames of later seeds are not held: nothing of the page is of them.
            let second = folder + "/second.html"
            _ = try Program.run(
                "simulate", scenario, "--policy", "edge-only", "--policy", "oracle", "--seeds", "2", "--report", second)
            #expect(FileManager.default.contentsEqual(atPath: page, andPath: second))
            let lines = try String(contentsOfFile: events, encoding: .utf8).split(separator: "\n")
            #expect(lines.contains { $0.contains(#""seed":4"#) } && lines.contains { $0.contains(#""seed":5"#) })
            #expect(lines.allSatisfy { $0.contains(#""seed":"#) })
            let rows = try String(contentsOfFile: series, encoding: .utf8).split(separator: "\n").dropFirst()
            #expect(Set(rows.map { $0.split(separator: ",").prefix(2).joined(separator: " ") }).count == 4)
            _ = try Program.run("simulate", scenario, "--policy", "edge-only", "--events", events)
            #expect(try !String(contentsOfFile: events, encoding: .utf8).contains("seed"))
        }
    }

    @Test func wrongUseIsOneLine() throws {
        try withScenario { scenario, folder in
            let cases: [(arguments: [String], words: String)] = [
                (["--seeds", "0"], "between 1 and"), (["--seeds", "20000"], "between 1 and"),
                (["--seed", "3", "--seed", "3"], "twice"), (["--seed", "1", "--seed", "2", "--seeds", "3"], "--seeds"),
                (["--seeds", "2", "--store", folder + "/run.sqlite"], "--store"),
                (["--seed", "\(UInt64.max)", "--seeds", "2"], "beyond"), (["--seeds", "1..3"], "--seeds"),
            ]
            for (arguments, words) in cases {
                let outcome = try Program.run(["simulate", scenario] + arguments)
                #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
                #expect(outcome.errors.contains(words), "\(outcome)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
            }
        }
    }
}
