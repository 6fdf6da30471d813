import Foundation
import Model
import TelemetryStore
import Testing

/// `telemetry show`, `export` and `check` on a store made for the test.
@Suite struct TelemetryVerbTests {
    /// Two devices, the second of which falls silent for two minutes.
    private func withStore(_ body: (_ path: String) throws -> Void) async throws {
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
        store.append(samples: samples.filter { $0.time.nanoseconds < 30_000_000_000 }, device: "drone", boot: 1)
        let late = Sample(metric: .rtt, time: Instant(nanoseconds: 150_000_000_000), value: 0.03)
        store.append(samples: [late], device: "drone", boot: 1)
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
            for arguments in [
                ["telemetry", "show"], ["telemetry", "show", path, "--window", "60"],
                ["telemetry", "export", path, "--format", "xml"], ["telemetry", "show", path, "--window", "0s"],
            ] {
                #expect(try Program.run(arguments).code == 2, "\(arguments)")
            }
        }
    }
}
