import Foundation
import TestSupport
import Testing

/// What a simulation leaves in files: the page, the figures over time, and the store, which is read like that of a live run.
@Suite struct SimulateFilesTests {
    private func withScenario(_ body: (_ folder: String) throws -> Void) throws {
        try TestFiles.withFolder { folder in
            let scenario = """
                about: A link that comes & goes, with a <spike>.
                duration: 40s
                policies: [adaptive, edge-only, oracle, best-static]
                devices:
                  cam:
                    count: 2
                    plans: {layers: mobilenet_v2, edge: "roofline:2,2", cloud: "roofline:2000,300"}
                    frames: {periodic: {every: 250ms}}
                    deadline: 400ms
                    edge: {slowdown: {0s: 1, 25s: 4}}
                    link: {uplink: {0s: 30Mbps, 12s: 0.4Mbps, 24s: 30Mbps}, rtt: 30ms, fallback_after: 2s}
                faults:
                - outage: {from: 5s, to: 7s}
                - controller_away: {from: 15s, to: 18s}
                """
            try Data(scenario.utf8).write(to: URL(filePath: folder + "/scenario.yaml"))
            try body(folder)
        }
    }

    private func json(_ outcome: Program.Outcome) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any], "\(outcome)")
    }

    @Test func aSimulatedRunIsReadAndReplayedLikeALiveOne() throws {
        try withScenario { folder in
            let store = folder + "/run.sqlite"
            let arguments = ["simulate", folder + "/scenario.yaml", "--policy", "adaptive", "--json"]
            let plain = try json(Program.run(arguments))
            let run = try Program.run(arguments + ["--store", store])
            #expect(run.code == 0, "\(run)")
            // Being recorded changes nothing.
            let figures = try [plain, json(run)].map { report in
                try JSONSerialization.data(
                    withJSONObject: try #require(report["policies"]), options: .sortedKeys)
            }
            #expect(figures[0] == figures[1])
            let again = try Program.run(arguments + ["--store", store])
            #expect(again.code == 2 && again.errors.contains("is there already"), "\(again)")

            let replay = try json(Program.run("replay", store, "--json"))
            #expect(replay["identical"] as? Bool == true, "\(replay)")
            #expect(replay["decisions"] as? Int ?? 0 > 10, "\(replay)")
            #expect((replay["runs"] as? [Any])?.count ?? 0 >= 2, "a controller for each device")
            let frames = try Program.run("telemetry", "export", store, "--table", "frames")
            #expect(frames.output.split(separator: "\n").count == 1 + 2 * 160, "\(frames.output.prefix(300))")
            let shown = try json(Program.run("telemetry", "show", store, "--json"))
            #expect((shown["devices"] as? [[String: Any]])?.map { $0["device"] as? String } == ["cam-1", "cam-2"])
        }
    }

    @Test func thePageNeedsNothingElse() throws {
        try withScenario { folder in
            let page = folder + "/page.html"
            let run = try Program.run("simulate", folder + "/scenario.yaml", "--report", page)
            #expect(run.code == 0, "\(run)")
            let text = try String(contentsOfFile: page, encoding: .utf8)
            for words in [
                "comes &amp; goes, with a &lt;spike&gt;", "Latency over time", "Plan in force: cam, first device",
                "Where the time of a frame goes", "Share of frames answered within a latency", "Moves of adaptive",
                "vs best-static", "outage",
            ] {
                #expect(text.contains(words), "\(words)")
            }
            for outside in ["http:", "https:", "src=", "@import", "url("] {
                #expect(!text.contains(outside), "\(outside)")
            }
            for number in ["\"nan\"", "nan,", "\"inf\"", "inf,"] { #expect(!text.contains(number), "\(number)") }
            let second = folder + "/second.html"
            _ = try Program.run("simulate", folder + "/scenario.yaml", "--report", second, "--jobs", "1")
            #expect(FileManager.default.contentsEqual(atPath: page, andPath: second), "equal inputs, equal bytes")
        }
    }

    @Test func figuresOverTimeAreATable() throws {
        try withScenario { folder in
            let table = folder + "/series.csv"
            let run = try Program.run("simulate", folder + "/scenario.yaml", "--series", table, "--step", "2s")
            #expect(run.code == 0, "\(run)")
            let lines = try String(contentsOfFile: table, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 1 + 4 * 20 && lines[0].hasPrefix("policy,seed,time_s,frames,lost"))
            let columns = lines[0].split(separator: ",").count
            for line in lines { #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns) }
            #expect(lines[1].hasPrefix("adaptive,1,0,16,"), "\(lines[1])")
        }
    }
}
