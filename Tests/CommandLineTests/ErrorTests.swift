import Foundation
import Model
import TestSupport
import Testing

/// Bad input gets one clear line and its exit code.
@Suite struct ErrorTests {
    private let model = TestFiles.project("models/resplit-digits.onnx")

    private func expectOneLine(_ outcome: Program.Outcome, code: Int32, _ words: String...) {
        #expect(outcome.code == code, "\(outcome)")
        #expect(outcome.output.isEmpty, "\(outcome)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
        for word in words { #expect(outcome.errors.contains(word), "\(outcome)") }
    }

    @Test func filesThatAreNotThere() throws {
        expectOneLine(try Program.run("model", "inspect", "nowhere.onnx"), code: 2, "nowhere.onnx")
        expectOneLine(try Program.run("explain", "nowhere.json", "--uplink", "3Mbps"), code: 2, "nowhere.json")
        expectOneLine(try Program.run("demo", "--trace", "nowhere.csv"), code: 2, "nowhere.csv")
        expectOneLine(try Program.run("controller", "--config", "nowhere.yaml"), code: 2, "nowhere.yaml")
    }

    @Test func filesThatAreNotWhatTheyShouldBe() throws {
        try TestFiles.withFolder { folder in
            let path = "\(folder)/file"
            try Data("half a {".utf8).write(to: URL(filePath: path))
            expectOneLine(try Program.run("model", "inspect", path), code: 2, "file: is not an ONNX model")
            expectOneLine(try Program.run("explain", path, "--uplink", "3Mbps"), code: 2, path, "not valid JSON")
            expectOneLine(try Program.run("demo", "--trace", path), code: 2, path)
            expectOneLine(try Program.run("plan", model, "--edge", path), code: 2, path)
            expectOneLine(try Program.run("controller", "--config", path), code: 2, path)
            expectOneLine(try Program.run("agent", path, "--frames", folder), code: 2, "file: is not an ONNX model")
        }
    }

    @Test func aSettingMistypedIsNamedWithTheNearest() throws {
        try TestFiles.withFolder { folder in
            let path = "\(folder)/controller.yaml"
            try Data("settings:\n  move_cos_ms: 10\n".utf8).write(to: URL(filePath: path))
            expectOneLine(
                try Program.run("controller", "--config", path), code: 2, "settings.move_cos_ms", "move_cost_ms"
            )
        }
    }

    @Test func sitesThatAreNoCostModels() throws {
        for (flag, text, word) in [
            ("--objective", "mean,energy=50ms/J", "--energy"),
            ("--energy", "compute=5", "'5' is not a power"), ("--tariff", "up=5/GB", "tariff 'up' is not known"),
            ("--constraint", "energy=1J", "--energy"), ("--constraint", "price=1/frame", "--tariff"),
        ] {
            expectOneLine(try Program.run("plan", model, "--edge", "roofline:50,10", flag, text), code: 2, word)
        }
        expectOneLine(try Program.run("plan", model, "--edge", "roofline:50"), code: 2, "'roofline:50'", ":50,10")
        expectOneLine(try Program.run("plan", model, "--cloud", "hwcf:fog"), code: 2, "'hwcf:fog'", "hwcf:edge")
    }

    @Test func networksWithoutTable() throws {
        expectOneLine(
            try Program.run("reproduce", "autosplit", "--model", "resnet34"), code: 2, "'resnet34'", "resnet50")
        expectOneLine(try Program.run("reproduce", "autosplit", "--uplink", "0Mbps"), code: 2, "1kbps")
    }

    @Test func cutsThatAreNoCuts() throws {
        expectOneLine(
            try Program.run("model", "cut", model, "--at", "block11.five_a", "--verify"), code: 2, "lacks", "'block10'")
        expectOneLine(try Program.run("model", "cut", model, "--at", "nothing", "--verify"), code: 2, "'nothing'")
    }

    @Test func halvesHaveFilesOfTheirOwn() throws {
        try TestFiles.withFolder { folder in
            let (path, link) = ("\(folder)/m.onnx", "\(folder)/link")
            try write(.twoProducts(endingIn: 1), to: path)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder)
            let before = try Data(contentsOf: URL(filePath: path))
            for (places, words) in [
                (["--head", "\(folder)/h", "--tail", "\(folder)/h"], "both name"),
                (["--head", "\(folder)/h", "--tail", "\(link)/./h"], "both name"),
                (["--head", path], "the model itself"), (["--tail", "\(link)/m.onnx"], "the model itself"),
            ] {
                let outcome = try Program.run(["model", "cut", path, "--at", "a"] + places)
                #expect(outcome.code == 2 && outcome.errors.contains(words), "\(outcome)")
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "m.onnx"])
        }
    }

    /// A model of a few weights in a folder.
    private func write(_ builder: ONNXModelBuilder, to path: String) throws {
        try Data(builder.bytes()).write(to: URL(filePath: path))
    }

    @Test func weightsThatAreNotFinite() throws {
        try TestFiles.withFolder { folder in
            let path = "\(folder)/nan.onnx"
            try write(.twoProducts(endingIn: .nan), to: path)
            expectOneLine(
                try Program.run("model", "cut", path, "--at", "b", "--head", "\(folder)/h.onnx", "--head-bits", "8"),
                code: 2, "'w2'", "not finite")
            for format in [[], ["--json"]] {
                let verified = try Program.run(["model", "cut", path, "--at", "a", "--verify"] + format)
                #expect(verified.code == 1 && verified.errors.isEmpty, "\(verified)")
                #expect(verified.output.contains(format.isEmpty ? "DIFFERS" : "\"passes\" : false"), "\(verified)")
            }
        }
    }

    @Test func profilesOfAnotherModel() throws {
        try TestFiles.withFolder { folder in
            let (path, other, profile) = ("\(folder)/m.onnx", "\(folder)/n.onnx", "\(folder)/p.json")
            try write(.twoProducts(endingIn: 1), to: path)
            try write(.twoProducts(endingIn: 2), to: other)
            #expect(try Program.run("profile", other, "--runs", "1", "-o", profile).code == 0)
            try NPYFile.write([1, 2, 3, 4], TensorShape([1, 4]), to: "\(folder)/0.npy")
            let plan = ["plan", path, "--samples", folder, "--cloud", "roofline:50,10", "--edge"]
            expectOneLine(try Program.run(plan + [profile]), code: 2, "p.json: 'model.sha256'", "'n.onnx'", "'m.onnx'")
        }
    }

    @Test func usage() throws {
        for arguments in [
            ["fly"], ["explain", "x.json"], ["explain", "x.json", "--uplink", "3"],
            ["plan", "m", "--objective", "median"], ["model", "cut", "m"],
        ] {
            let process = Program.process(arguments)
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 2, "\(arguments)")
        }
        #expect(try Program.run("--help").code == 0)
        let help = try Program.run("plan", "--help").output
        #expect(help.contains("--max-accuracy-drop") && help.contains("(default: 20ms)"))
    }

    @Test func theRuntimeMissing() throws {
        let process = Program.process(["model", "inspect", model])
        process.environment = ["RESPLIT_ORT_LIB": "/nowhere/libonnxruntime.so"]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 3)
        #expect(text.split(separator: "\n").count == 1 && text.contains("/nowhere/libonnxruntime.so"), "\(text)")
    }

    @Test func aPortThatIsTaken() throws {
        let holder = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(holder) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                #expect(bind(holder, pointer, length) == 0)
                #expect(listen(holder, 1) == 0)
                #expect(getsockname(holder, pointer, &length) == 0)
            }
        }
        let port = UInt16(bigEndian: address.sin_port)
        expectOneLine(try Program.run("worker", model, "--listen", "127.0.0.1:\(port)"), code: 3, "\(port)")
    }
}
