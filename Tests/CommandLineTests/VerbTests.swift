import Foundation
import TestSupport
import Testing

/// Every verb that reports, as a program reads it.
@Suite struct VerbTests {
    private let model = TestFiles.project("models/resplit-digits.onnx")

    private func json(_ outcome: Program.Outcome, code: Int32 = 0) throws -> [String: Any] {
        #expect(outcome.code == code, "\(outcome)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [String: Any])
    }

    @Test func inspect() throws {
        let report = try json(Program.run("model", "inspect", model, "--json"))
        #expect(
            report.keys.sorted() == ["cuts", "inputs", "layers", "macs", "model", "outputs", "parameters", "tensors"])
        let text = try Program.run("model", "inspect", model).output
        #expect(text.contains("1x3x224x224"))
    }

    @Test func cut() throws {
        let report = try json(Program.run("model", "cut", model, "--at", "block3.project", "--verify", "--json"))
        #expect(report["passes"] as? Bool == true)
        #expect((report["max_abs_diff"] as? Double ?? 1) <= (report["tolerance"] as? Double ?? 0))
        #expect((report["control_diff"] as? Double ?? 0) > (report["tolerance"] as? Double ?? 1))
    }

    @Test func cutWithAHeadOfIntegers() throws {
        try TestFiles.withFolder { folder in
            let head = "\(folder)/head.onnx"
            let report = try json(
                Program.run(
                    "model", "cut", model, "--at", "block3.project", "--head", head, "--head-bits", "8",
                    "--activation-bits",
                    "8", "--samples", TestFiles.project("models/samples"), "--json"))
            let quantised = try #require(report["quantised_head"] as? [String: Any])
            #expect(quantised["computes_in_integers"] as? Bool == true && quantised["stored_bits"] as? Int == 8)
            let size = try FileManager.default.attributesOfItem(atPath: head)[.size] as? Int
            #expect(quantised["head_bytes"] as? Int == size)
            let accuracy = try #require(quantised["accuracy"] as? [String: Any])
            #expect((accuracy["agreement"] as? Double ?? 0) > 0.95)
        }
        for arguments in [["--head-bits", "9"], ["--head-bits", "4", "--activation-bits", "8"]] {
            let process = Program.process(["model", "cut", model, "--at", "block3.project", "--verify"] + arguments)
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 2, "\(arguments)")
        }
    }

    @Test func profilePlanExplain() throws {
        try TestFiles.withFolder { folder in
            let (profile, plans) = ("\(folder)/profile.json", "\(folder)/plans.json")
            let timed = try json(Program.run("profile", model, "--runs", "2", "-o", profile, "--json"))
            #expect(timed["layers"] is [Any] && timed["heads"] is [Any] && timed["tails"] is [Any])
            let written = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: profile)))
            #expect(NSDictionary(dictionary: timed) == written as? NSDictionary)

            let planned = try json(
                Program.run("plan", model, "--edge", profile, "-o", plans, "--uplink", "5Mbps", "--json"))
            let ids = (planned["plans"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
            #expect(ids.contains("edge-only") && ids.contains("cloud-8"))
            #expect((planned["best"] as? [String: Any])?["id"] is String)

            let first = try Program.run("explain", plans, "--uplink", "5Mbps", "--edge-slowdown", "6", "--json")
            let explained = try json(first)
            #expect(Set(["best", "predicted_ms", "stages", "runner_up", "stays_while"]).isSubset(of: explained.keys))
            #expect(
                try Program.run("explain", plans, "--uplink", "5Mbps", "--edge-slowdown", "6", "--json").output
                    == first.output)

            let outage = try json(Program.run("explain", plans, "--uplink", "0Mbps", "--json"))
            #expect(outage["best"] as? String == "edge-only")
        }
    }
}
