import Foundation
import Model
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

    @Test func planForSitesByTheirFigures() throws {
        let planned = try json(
            Program.run("plan", model, "--edge", "roofline:2,1", "--cloud", "roofline:50,10", "--bits", "8", "--json"))
        let plans = try #require(planned["plans"] as? [[String: Any]])
        let alone = try #require(plans.first { $0["id"] as? String == "edge-only" })
        // 367 million multiply-accumulates at 2 GFLOP/s.
        #expect((alone["edge_ms"] as? Double).map { $0 > 367 && $0 < 500 } ?? false)
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
            let best = try #require(planned["best"] as? [String: Any])
            #expect(best["id"] is String)
            let baselines = try #require(planned["baselines"] as? [String: [String: Any]])
            let exact = ["edge-only", "cloud-8", "cloud-8-jpeg", "neurosurgeon", "dads", "qdmp"]
            let quantised = ["qdmp-e-u4", "qdmp-e-u8", "auto-split"]
            #expect(Set(exact + quantised).isSubset(of: baselines.keys))
            let latency = best["latency_ms"] as? Double ?? .infinity
            #expect(exact.allSatisfy { baselines[$0]?["latency_ms"] as? Double ?? 0 >= latency })
            // Who does not care for accuracy may be faster than any plan that does.
            #expect(quantised.allSatisfy { baselines[$0]?["distortion"] as? Double != nil })
            #expect(baselines.values.allSatisfy { ($0["breaks"] as? [Any])?.isEmpty == true })

            let first = try Program.run("explain", plans, "--uplink", "5Mbps", "--edge-slowdown", "6", "--json")
            let explained = try json(first)
            #expect(Set(["best", "predicted_ms", "stages", "runner_up", "stays_while"]).isSubset(of: explained.keys))
            #expect(
                try Program.run("explain", plans, "--uplink", "5Mbps", "--edge-slowdown", "6", "--json").output
                    == first.output)

            let drifted = try json(
                Program.run(
                    "explain", plans, "--uplink", "5Mbps", "--drift", "edge-only=1000", "--drift",
                    "edge-only-int8=1000", "--json"))
            #expect((drifted["best"] as? String)?.hasPrefix("edge-only") == false)

            let outage = try json(Program.run("explain", plans, "--uplink", "0Mbps", "--json"))
            #expect((outage["best"] as? String)?.hasPrefix("edge-only") == true)
        }
    }

    @Test func aDamagedCacheIsMeasuredAnew() throws {
        try TestFiles.withFolder { folder in
            let path = "\(folder)/m.onnx"
            try Data(ONNXModelBuilder.twoProducts(endingIn: 1).bytes()).write(to: URL(filePath: path))
            for index in 0..<4 {
                let floats = (1...4).map { Float($0 * (index + 1)) }
                try NPYFile.write(floats, TensorShape([1, 4]), to: "\(folder)/\(index).npy")
            }
            let arguments = ["plan", path, "--samples", folder, "--edge", "roofline:2,1", "--json"]
            func plan() throws -> Program.Outcome {
                try Program.run(arguments, environment: ["XDG_CACHE_HOME": folder])
            }
            let first = try plan()
            _ = try json(first)
            let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/resplit")
            let file = "\(folder)/resplit/\(try #require(kept.first))"
            let content = try Data(contentsOf: URL(filePath: file))
            try content.prefix(content.count / 2).write(to: URL(filePath: file))

            let second = try plan()
            #expect(second.code == 0 && second.output == first.output, "\(second)")
            #expect(second.errors.contains(file) && second.errors.contains("damaged"), "\(second)")
            #expect(try Data(contentsOf: URL(filePath: file)) == content)
            #expect(try plan().errors.isEmpty)

            // One that ships beside the model is somebody's work: it is not passed over.
            try Data("{".utf8).write(to: URL(filePath: "\(folder)/m.calibration.json"))
            let third = try plan()
            #expect(third.code == 2 && third.errors.contains("m.calibration.json"), "\(third)")
        }
    }

    @Test func plansByAnObjective() throws {
        try TestFiles.withFolder { folder in
            let plans = "\(folder)/plans.json"
            let planned = try json(
                Program.run(
                    "plan", model, "--edge", "roofline:2,1", "--cloud", "roofline:100,40", "--objective",
                    "p95,energy=1s/J", "--energy", "compute=5W,idle=1W,radio=lte", "--tariff", "sent=5/GB",
                    "--constraint", "price=100/Mframes", "--uplink", "10Mbps", "-o", plans, "--json"))
            let entries = try #require(planned["plans"] as? [[String: Any]])
            for entry in entries {
                #expect(entry["energy_j"] is Double && entry["price"] as? Double ?? 1 <= 100e-6, "\(entry)")
                #expect(entry["weight_bits"] is Int && entry["activation_bits"] is Int && entry["move_bytes"] is Int)
                #expect(entry["transmit_bits"] is Int || (entry["cut"] as? [Any])?.isEmpty == true)
            }
            #expect(entries.contains { $0["certificate"] is [String: Any] })
            for objective in ["mean", "throughput", "mean,energy=50ms/J", "deadline=1h", "deadline=1us"] {
                let explained = try json(
                    Program.run("explain", plans, "--uplink", "10Mbps", "--objective", objective, "--json"))
                #expect(explained["objective"] as? String == objective && explained["energy_j"] is Double)
                let value = explained["value_ms"] as? Double ?? 0
                let predicted = explained["predicted_ms"] as? Double ?? .nan
                switch objective {
                case "mean": #expect(abs(value - predicted) < 1e-6)
                case "deadline=1h":
                    #expect(explained["late"] as? Bool == false && abs(value - predicted / 1000) < 1e-6)
                case "deadline=1us": #expect(explained["late"] as? Bool == true && value > 0.001 && value < 0.002)
                case "throughput":
                    #expect(value < predicted || (explained["best"] as? String)?.hasPrefix("edge-only") == true)
                default: #expect(value > predicted)
                }
            }
        }
    }

    @Test func pinsFindTheirCut() throws {
        // Two branches of one block on different sides: no prefix of the order of layers is such a cut.
        let pinned = try json(
            Program.run(
                "plan", model, "--edge", "roofline:5,10", "--cloud", "roofline:100,50", "--constraint",
                "edge-layers=block5.conv2.conv,cloud-layers=block5.shortcut.conv", "--json"))
        #expect((pinned["plans"] as? [[String: Any]])?.isEmpty == false)
        expectNo("edge-layers=block1.project.conv,cloud-layers=stem.conv", code: 2, "pinned to the tail")
        expectNo("memory=2.32MiB,depth=7,loss=0%", code: 1, "'loss' binds", "--bits", "2")
        expectNo("memory=1KiB", code: 1, "'memory' binds")
    }

    private func expectNo(_ constraint: String, code: Int32, _ word: String, _ arguments: String...) {
        let site = ["plan", model, "--edge", "roofline:5,10", "--cloud", "roofline:100,50", "--constraint", constraint]
        let process = Program.process(site + arguments)
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        #expect(throws: Never.self) { try process.run() }
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == code && said.contains(word), "\(constraint): \(said)")
    }

    @Test func planWithinBounds() throws {
        try TestFiles.withFolder { folder in
            let page = "\(folder)/plans.html"
            let bounded = try json(
                Program.run(
                    "plan", model, "--edge", "roofline:20,10", "--constraint",
                    "sent=40KiB,depth=3,cloud-layers=block11.concat", "--report", page, "--json"))
            let plans = try #require(bounded["plans"] as? [[String: Any]])
            #expect(!plans.isEmpty)
            for plan in plans {
                #expect(plan["transmit_bytes"] as? Int ?? .max <= 40 << 10 && plan["head_layers"] as? Int ?? 0 >= 3)
                #expect(plan["id"] as? String != "edge-only")
            }
            let html = try String(contentsOfFile: page, encoding: .utf8)
            #expect(html.contains("Which plan is best where") && html.contains("<svg"))
        }
        let none = Program.process(["plan", model, "--edge", "roofline:20,10", "--constraint", "memory=1KiB"])
        let errors = Pipe()
        none.standardError = errors
        none.standardOutput = FileHandle.nullDevice
        try none.run()
        let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        none.waitUntilExit()
        #expect(none.terminationStatus == 1)
        #expect(said.contains("'memory' binds") && said.contains("The nearest,"), "\(said)")
    }

    /// From another folder, since the layer tables are part of the program.
    @Test func reproduceAutoSplit() throws {
        let process = Program.process(["reproduce", "autosplit", "--model", "resnet50", "--uplink", "3Mbps", "--json"])
        process.currentDirectoryURL = URL(filePath: "/")
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(report["rows"] as? [[String: Any]])
        #expect(rows.count == 8)
        for row in rows {
            let published = try #require(row["published"] as? Double)
            let ours = try #require(row["ours_published_rule"] as? Double)
            #expect(abs(published - ours) <= 0.003 && row["ours_full_cut"] is Double, "\(row)")
        }
        let comparisons = try #require(report["comparisons"] as? [[String: Any]])
        #expect(comparisons.count == 2 && comparisons.allSatisfy { $0["holds"] as? Bool == true })
    }

    @Test func outputThatNobodyReadsEndsQuietly() throws {
        let process = Program.process(["reproduce", "autosplit", "--model", "resnet18", "--uplink", "3Mbps", "--json"])
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try output.fileHandleForReading.close()
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 130)
        #expect(!String(decoding: text, as: UTF8.self).contains("rror"))
    }
}
