import Foundation
import TestSupport
import Testing

/// A sweep as a user runs it.
@Suite struct SweepVerbTests {
    private func withSweep(_ body: (_ folder: String) throws -> Void) throws {
        try TestFiles.withFolder { folder in
            let scenario = """
                duration: 3s
                devices:
                  cam:
                    plans: {layers: mobilenet_v2, edge: "roofline:2,2", cloud: "roofline:2000,300"}
                    frames: {poisson: {rate: 5/s}}
                    link: {uplink: 8Mbps, rtt: 30ms}
                """
            let sweep = """
                scenario: scenario.yaml
                seeds: 1..3
                policies: [edge-only, cloud-only, oracle]
                vary: {devices.cam.edge.slowdown: [1, 4]}
                """
            try Data(scenario.utf8).write(to: URL(filePath: folder + "/scenario.yaml"))
            try Data(sweep.utf8).write(to: URL(filePath: folder + "/sweep.yaml"))
            try body(folder)
        }
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    @Test func shardsAndRestartsComeToTheSameBytes() throws {
        try withSweep { folder in
            let (sweep, whole, parts) = (folder + "/sweep.yaml", folder + "/whole", folder + "/parts")
            let once = try Program.run("sweep", sweep, "-o", whole, "--json", "--csv", folder + "/whole.csv")
            #expect(once.code == 0, "\(once)")
            #expect(try files(whole).count == 18)
            for shard in ["2/3", "3/3"] {
                let part = try Program.run("sweep", sweep, "-o", parts, "--shard", shard, "--jobs", "2", "--quiet")
                #expect(part.code == 0 && part.output.isEmpty && part.errors.isEmpty, "\(part)")
            }
            let early = try Program.run("sweep", sweep, "-o", parts, "--merge")
            #expect(
                early.code == 1 && early.output.isEmpty && early.errors.contains("6 of 18 runs are missing"), "\(early)"
            )
            // A file that was cut off, as no run of ours leaves one, is none.
            let victim = parts + "/" + (try files(parts)[4])
            try Data("{".utf8).write(to: URL(filePath: victim))
            let rest = try Program.run("sweep", sweep, "-o", parts)
            #expect(rest.code == 0 && rest.errors.contains("18 runs are there, 7 of them new"), "\(rest)")
            let merged = try Program.run(
                "sweep", sweep, "-o", parts, "--merge", "--json", "--csv", folder + "/parts.csv")
            #expect(merged.code == 0 && merged.output == once.output && merged.errors.isEmpty, "\(merged)")
            #expect(try files(parts) == files(whole))
            for file in try files(whole) {
                #expect(FileManager.default.contentsEqual(atPath: "\(whole)/\(file)", andPath: "\(parts)/\(file)"))
            }
            #expect(FileManager.default.contentsEqual(atPath: folder + "/whole.csv", andPath: folder + "/parts.csv"))
            let table = try Program.run("sweep", sweep, "-o", parts, "--merge").output
            #expect(table.contains("slowdown") && table.contains("means over 3 seeds"), "\(table)")
        }
    }

    @Test func wrongUseIsOneLineAndTwo() throws {
        try withSweep { folder in
            let sweep = folder + "/sweep.yaml"
            let cases = [
                ["sweep", folder + "/none.yaml", "-o", folder + "/x"],
                ["sweep", sweep, "-o", folder + "/x", "--shard", "4/3"],
                ["sweep", sweep, "-o", folder + "/x", "--shard", "1/3", "--merge"],
                ["sweep", sweep, "-o", folder + "/x", "--jobs", "0"],
            ]
            for arguments in cases {
                let outcome = try Program.run(arguments)
                #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
            }
            let place = try Program.run("sweep", sweep, "-o", sweep + "/in-a-file")
            #expect(place.code == 3, "\(place)")
        }
    }
}
