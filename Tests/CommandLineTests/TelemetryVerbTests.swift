import Foundation
import Model
import TelemetryStore
import Testing

/// `telemetry show`, `export` and `check` on a store made for the test.
@Suite struct TelemetryVerbTests {
    /// Two devices, the second of which falls silent for two minutes.
    private func withStore(second: String = "drone", _ body: (_ path: String) throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "resplit-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let store = try TelemetryStore.open(path: folder + "/run.sqlite")
        let samples = (0..<120).flatMap { second in
            let time = Instant(nanoseconds: Int64(second) * 1_000_000_000)
            return [
                Sample(metric: .uplink, time: time, value: second < 60 ? 1e6 : 3e6),
                Sample(metric: .rtt, time: time, value: 0.02),
            ]
        }
        store.append(samples: samples, device: "camera", boot: 1)
        store.append(samples: samples.filter { $0.time.nanoseconds < 30_000_000_000 }, device: second, boot: 1)
        let late = Sample(metric: .rtt, time: Instant(nanoseconds: 150_000_000_000), value: 0.03)
        store.append(samples: [late], device: second, boot: 1)
        try await store.close()
        try body(folder + "/run.sqlite")
    }

    private func json(_ outcome: Program.Outcome) throws -> [String: Any] {
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [String: Any], "\(outcome)")
    }

    @Test func show() async throws {
        try await withStore { path in
            let text = try Program.run("telemetry", "show", path, "--device", "camera")
            #expect(
                text.code == 0 && text.output.contains("uplink_bps") && text.output.contains("3.00 Mbit/s"), "\(text)")
            #expect(!text.output.contains("drone"))
            let page = path + ".html"
            let outcome = try Program.run(
                "telemetry", "show", path, "--window", "90s", "--json", "--report", page)
            let devices = try #require(try json(outcome)["devices"] as? [[String: Any]])
            #expect(devices.map { $0["device"] as? String } == ["camera", "drone"])
            let metrics = try #require(devices[0]["metrics"] as? [[String: Any]])
            let uplink = try #require(metrics.first { $0["metric"] as? String == "uplink_bps" })
            #expect(uplink["samples"] as? Int == 90 && uplink["min"] as? Double == 1e6)
            #expect(uplink["max"] as? Double == 3e6 && uplink["mean"] as? Double == (30 * 1e6 + 60 * 3e6) / 90)
            let html = String(decoding: try Data(contentsOf: URL(filePath: page)), as: UTF8.self)
            #expect(html.contains("<svg") && html.contains("uplink, Mbit/s") && html.contains("drone"))
            #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("src="))
        }
    }

    @Test func export() async throws {
        try await withStore { path in
            let csv = try Program.run("telemetry", "export", path, "--device", "camera")
            #expect(csv.code == 0 && csv.output.split(separator: "\n").count == 241, "\(csv.code)")
            let file = path + ".jsonl"
            let whole = try Program.run("telemetry", "export", path, "--format", "jsonl", "-o", file)
            #expect(whole.code == 0 && whole.output.isEmpty, "\(whole)")
            let lines = try Data(contentsOf: URL(filePath: file)).split(separator: UInt8(ascii: "\n"))
            #expect(lines.count == 240 + 61)
            for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line)) }
            #expect(!FileManager.default.fileExists(atPath: file + ".part"))
            let nowhere = try Program.run("telemetry", "export", path, "-o", "/nowhere/out.csv")
            #expect(nowhere.code == 3 && nowhere.errors.split(separator: "\n").count == 1, "\(nowhere)")
        }
    }

    @Test func check() async throws {
        try await withStore { path in
            let sound = try Program.run("telemetry", "check", path, "--device", "camera", "--json")
            #expect(sound.code == 0, "\(sound)")
            #expect(try json(sound)["sound"] as? Bool == true)
            let text = try Program.run("telemetry", "check", path)
            #expect(text.code == 1 && text.output.contains("drone: no sample for 121.0 s after 29.000 s"), "\(text)")
            #expect(try Program.run("telemetry", "check", path, "--gap", "3min").code == 0)
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(3 * 4096..<bytes.count, with: Data(repeating: 0xFF, count: bytes.count - 3 * 4096))
            try bytes.write(to: URL(filePath: path))
            let damaged = try Program.run("telemetry", "check", path, "--json")
            #expect(damaged.code == 1 || damaged.code == 2, "\(damaged)")
        }
    }

    @Test func errors() async throws {
        try await withStore { path in
            let text = path + ".txt"
            try Data("no database".utf8).write(to: URL(filePath: text))
            for (arguments, code, word) in [
                (["telemetry", "show", path + "x"], 2, "no such file"),
                (["telemetry", "check", path, "--device", "camra"], 2, "did you mean 'camera'?"),
                (["telemetry", "show", text], 2, "not an SQLite database"),
            ] as [([String], Int32, String)] {
                let outcome = try Program.run(arguments)
                #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(word), "\(outcome)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
            }
        }
    }

    /// One line: what is wrong, where, and whose help tells more.
    @Test func usage() async throws {
        try await withStore { path in
            for (arguments, words) in [
                (["show"], ["<run.sqlite>", "'resplit telemetry show --help'"]),
                (["show", path, "--window", "60"], ["60", "--window"]),
                (["show", path, "--window", "0s"], ["--window: must be above zero, as in --window 60s"]),
                (["check", path, "--window", "0s"], ["--window: must be above zero"]),
                (["check", path, "--gap", "0ms"], ["--gap: must be above zero"]),
                (["export", path, "--window", "0s"], ["--window: must be above zero"]),
                (["export", path, "--format", "xml"], ["'xml'", "csv", "jsonl", "'resplit telemetry export --help'"]),
                (["export", path, "--nonsense\n"], ["--nonsense"]), (["fly"], ["fly", "'resplit telemetry --help'"]),
            ] {
                let outcome = try Program.run(["telemetry"] + arguments)
                #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
                for word in words { #expect(outcome.errors.contains(word), "\(outcome)") }
            }
        }
    }

    @Test func aFullStandardOutputIsSaid() async throws {
        try await withStore { path in
            for arguments in [["show", path], ["show", path, "--json"], ["export", path], ["check", path]] {
                let (process, errors) = (Program.process(["telemetry"] + arguments), Pipe())
                let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
                process.standardOutput = full
                process.standardError = errors
                try process.run()
                let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                process.waitUntilExit()
                #expect(process.terminationStatus == 3, "\(arguments)")
                #expect(text == "resplit: standard output: cannot be written: No space left on device\n", "\(text)")
            }
        }
    }

    @Test func aReaderThatWentAwayEndsItQuietly() async throws {
        try await withStore { path in
            let (process, output, errors) = (Program.process(["telemetry", "export", path]), Pipe(), Pipe())
            process.standardOutput = output
            process.standardError = errors
            try output.fileHandleForReading.close()
            try process.run()
            try output.fileHandleForWriting.close()
            #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
            process.waitUntilExit()
            #expect(process.terminationStatus == 130)
        }
    }

    @Test func namesFromOutsideStayOnTheirLine() async throws {
        try await withStore(second: "x\u{1B}[2J\ny") { path in
            for (verb, place) in [("show", "x\\u{1B}[2J\\ny, 60 s"), ("check", "x\\u{1B}[2J\\ny: no sample")] {
                let text = try Program.run("telemetry", verb, path).output
                #expect(text.contains(place) && !text.contains("\u{1B}"), "\(text)")
            }
            let csv = try Program.run("telemetry", "export", path).output
            #expect(!csv.contains("\u{1B}") && csv.split(separator: "\n").count == 1 + 240 + 61)
            let unknown = try Program.run("telemetry", "show", path, "--device", "a\nb").errors
            #expect(unknown.split(separator: "\n").count == 1 && unknown.contains("'a\\nb'"), "\(unknown)")
        }
    }
}
