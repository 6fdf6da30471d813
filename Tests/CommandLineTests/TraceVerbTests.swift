import Foundation
import TestSupport
import Testing

/// Traces as a program and a person meet them.
@Suite struct TraceVerbTests {
    private let shipped = TestFiles.project("scenarios/mobile-uplink/trace.csv")

    private func json(_ arguments: String...) throws -> [String: Any] {
        let outcome = try Program.run(arguments)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
        return try #require(JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    }

    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        try TestFiles.withFolder { folder in
            for (name, text) in files {
                try Data(text.utf8).write(to: URL(filePath: folder).appending(path: name))
            }
            try body(folder)
        }
    }

    @Test func inspect() throws {
        let report = try json("trace", "inspect", shipped, "--json")
        #expect(report["format"] as? String == "resplit" && report["duration_ms"] as? Double == 30_000)
        #expect(report["samples"] as? Int == 60 && report["outage_share"] as? Double == 0.1)
        let uplink = try #require(report["uplink"] as? [String: Double])
        #expect(uplink.keys.sorted() == ["max_bps", "mean_bps", "min_bps", "p50_bps", "p5_bps", "p95_bps"])
        #expect(uplink["min_bps"] == 0)
        let roundTrip = try #require(report["rtt_ms"] as? [String: Double])
        #expect(roundTrip.keys.sorted() == ["max", "mean", "min", "p5", "p50", "p95"])
        let text = try Program.run("trace", "inspect", shipped).output
        #expect(text.hasPrefix("resplit: 60 samples, 30.000 s, without uplink for 10.0 % of the time"))
    }

    /// One packet a millisecond, 12 Mbit/s, through every format and back.
    @Test func convertThereAndBack() throws {
        try withFiles(["one.mahi": "1\n"]) { folder in
            let normal = "\(folder)/normal.csv"
            let done = try Program.run("trace", "convert", "\(folder)/one.mahi", "--rtt", "40ms", "-o", normal)
            #expect(done.code == 0, "\(done)")
            #expect(
                try String(contentsOfFile: normal, encoding: .utf8)
                    == "time_s,uplink_mbps,rtt_ms,edge_load,downlink_mbps\n0,12,40,0,12\n0.001,,,,\n")
            let wanted = [
                "mahimahi": "1\n", "pensieve": "0\t12\n0.001\t12\n",
                "sabre": "[\n    {\"duration_ms\": 1, \"bandwidth_kbps\": 12000, \"latency_ms\": 40}\n]\n",
                "simgrid-bandwidth": "PERIODICITY 0.001\n0 1500000\n", "simgrid-latency": "PERIODICITY 0.001\n0 0.02\n",
            ]
            for (format, text) in wanted {
                let outcome = try Program.run("trace", "convert", normal, "--to", format)
                #expect(outcome.code == 0 && outcome.output == text, "\(outcome)")
                #expect(format == "sabre" || outcome.errors.contains("leaves out"), "\(outcome)")
            }
        }
    }

    @Test func convertCompletesATraceFromOthers() throws {
        let files = [
            "rate.json": "[{\"duration_ms\": 2000, \"bandwidth_kbps\": 3000, \"latency_ms\": 20}]",
            "load.csv": "time_s,cpu_%\n0,100\n1,300\n",
        ]
        try withFiles(files) { folder in
            let outcome = try Program.run(
                "trace", "convert", "\(folder)/rate.json", "--load-from", "\(folder)/load.csv", "--downlink", "9Mbps",
                "--loss", "1%")
            let text =
                "time_s,uplink_mbps,rtt_ms,edge_load,downlink_mbps,loss\n0,3,20,1,9,0.01\n1,3,20,3,9,0.01\n2,,,,,\n"
            #expect(outcome.code == 0 && outcome.output == text, "\(outcome)")
            #expect(outcome.errors.contains("the load is column 'cpu_%'"), "remarks are beside the result")
            // A rate from elsewhere stands for both directions.
            let pinged = try Program.run(
                "trace", "convert", "\(folder)/load.csv", "--rtt", "5ms", "--uplink-from", "\(folder)/rate.json")
            #expect(pinged.output.hasSuffix("\n0,3,5,1,3\n1,3,5,3,3\n2,,,,\n"), "\(pinged)")
            let lacking = try Program.run(
                "trace", "convert", "\(folder)/rate.json", "--load-from", "\(folder)/rate.json")
            #expect(lacking.code == 2 && lacking.errors.contains("says nothing of the load"), "\(lacking)")
        }
    }

    @Test func synthIsSeededAndLikeATrace() throws {
        try TestFiles.withFolder { folder in
            let arguments = [
                "trace", "synth", "--duration", "10min", "--seed", "7", "--level", "20Mbps,30ms,10s", "--level",
                "2Mbps,60ms,5s", "--fades", "4dB,20s", "--handovers", "30s,150ms", "--outages", "2min,5s", "--diurnal",
                "0.5,3,24h",
            ]
            let first = try Program.run(arguments)
            #expect(first.code == 0 && first.errors.isEmpty)
            #expect(try Program.run(arguments).output == first.output)
            #expect(try Program.run(arguments + ["--step", "1s"]).output != first.output)
            let path = "\(folder)/like.csv"
            let like = try Program.run("trace", "synth", "--like", shipped, "--duration", "1h", "-o", path)
            #expect(like.code == 0, "\(like)")
            let report = try json("trace", "inspect", path, "--json")
            #expect(report["duration_ms"] as? Double == 3_600_000)
            let share = try #require(report["outage_share"] as? Double)
            #expect(share > 0.03 && share < 0.25, "as the trace, a tenth")
        }
    }

    @Test func badTracesAreOneLine() throws {
        try withFiles(["back.mahi": "1\n5\n4\n", "two.txt": "0 1\n1 0.5\n", "t.csv": "time_s,delay\n0,1\n"]) { folder in
            let cases: [([String], String)] = [
                (["inspect", "\(folder)/back.mahi"], "back.mahi:3: goes back from 5 to 4"),
                (["inspect", "\(folder)/two.txt"], "say which with --format pensieve"),
                (["inspect", "\(folder)/t.csv"], "say --column uplink=NAME:Mbit/s"),
                (
                    ["convert", "\(folder)/t.csv", "--column", "rtt=delay:ms"],
                    "no rate is known; add one with --uplink"
                ),
                (["inspect", "\(folder)/none"], "there is no such file"),
                (["synth", "--like", "\(folder)/back.mahi"], "back.mahi:3: goes back"),
            ]
            for (arguments, text) in cases {
                let outcome = try Program.run(["trace"] + arguments)
                #expect(outcome.code == 2 && outcome.output.isEmpty && outcome.errors.contains(text), "\(outcome)")
            }
            for flags in [["--level", "20"], ["--fades", "4,20s"], ["--outages", "5s"], ["--duration", "0s"]] {
                #expect(try Program.run(["trace", "synth"] + flags).code == 2, "\(flags)")
            }
        }
    }
}
