import Foundation
import Model
import Synchronization
import Telemetry
import TelemetryStore

/// What the store takes as history and fleet grow. Each line of output is one JSON object: what grew, how far, and figures
/// that are medians over many calls.
struct GrowthTrial {
    let folder: String

    private struct Line: Encodable {
        var grown: String
        var size: Double
        var samples = 0
        /// Of the last samples written, durably, in batches of 10,000.
        var rowsPerSecond = 0.0
        /// The samples of one metric of one device over 30 s, by `TelemetryStore.samples`.
        var windowMicroseconds = 0.0
        /// All there is of one metric of one device by hours, by `TelemetryStore.series`.
        var hoursMicroseconds = 0.0
        /// One device's windows after a restart.
        var rebuildMicroseconds = 0.0
        var megabytes = 0.0
    }

    func run() async throws {
        for days in [1.0 / 24, 0.125, 0.5, 1, 3, 7, 14, 30] {
            try await measure("days", days, devices: 4, seconds: Int64(days * 86_400), interval: 5)
        }
        for devices in [10, 100, 1000, 10_000, 100_000] {
            try await measure(
                "devices", Double(devices), devices: devices, seconds: devices > 10_000 ? 60 : 300, interval: 1)
        }
    }

    private func measure(_ grown: String, _ size: Double, devices: Int, seconds: Int64, interval: Int64) async throws {
        let path = folder + "/\(grown)-\(size).sqlite"
        defer { for part in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + part) } }
        let now = SimulatedClock()
        var options = StoreOptions()
        options.flushInterval = .seconds(3600)
        options.upkeepInterval = nil
        options.pendingLimit = 1 << 24
        options.retention.rows = .seconds(60 * 86_400)
        options.wallClock = { now.wall }
        options.steadyClock = { now.wall }
        let store = try TelemetryStore.open(path: path, options: options)
        var line = Line(grown: grown, size: size)
        line.samples = try await fill(store, now, devices: devices, seconds: seconds, interval: interval, &line)
        let names = (0..<200).map { "device \($0 * 7919 % devices)" }
        let end = Instant(nanoseconds: seconds * 1_000_000_000)
        let middle = Instant(nanoseconds: seconds * 500_000_000)
        line.windowMicroseconds = try median(names) { name in
            _ = try store.samples(of: .uplink, device: name, boot: 1, in: middle - .seconds(15)...middle + .seconds(15))
        }
        line.hoursMicroseconds = try median(names) { name in
            _ = try store.series(of: .uplink, device: name, boot: 1, in: .zero...end, width: .hour)
        }
        var times: [Double] = []
        for name in names.prefix(50) {
            let clock = ContinuousClock()
            let start = clock.now
            _ = try await store.estimator(device: name, boot: 1, at: end)
            times.append((clock.now - start) / .microseconds(1))
        }
        line.rebuildMicroseconds = times.quantile(0.5)
        try await store.close()
        let bytes = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        line.megabytes = Double(bytes) / 1e6
        say(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    }

    /// Four metrics of each device, in order of time, as they would come, with upkeep every ten minutes.
    private func fill(
        _ store: TelemetryStore, _ now: SimulatedClock, devices: Int, seconds: Int64, interval: Int64,
        _ line: inout Line
    ) async throws -> Int {
        let metrics: [Metric] = [.uplink, .rtt, .edgeSlowdown, .edgeCPU]
        var (count, queued) = (0, 0)
        var rates: [Double] = []
        for second in stride(from: 0, to: seconds, by: Int(interval)) {
            now.set(second)
            for device in 0..<devices {
                let time = Instant(nanoseconds: second * 1_000_000_000 + Int64(device % 1000) * 1_000_000)
                let samples = metrics.map {
                    Sample(metric: $0, time: time, value: 1 + Double((second + Int64(device)) % 97))
                }
                store.append(samples: samples, device: "device \(device)", boot: 1)
                queued += samples.count
                guard queued >= 10_000 else { continue }
                let taken = try await ContinuousClock().measure { try await store.flush() }
                rates.append(Double(queued) / (taken / .seconds(1)))
                count += queued
                queued = 0
            }
            if second % 600 == 0 { try await store.upkeep() }
        }
        try await store.flush()
        line.rowsPerSecond = Array(rates.suffix(40)).quantile(0.5)
        return count + queued
    }

    private func median(_ names: [String], _ call: (String) throws -> Void) throws -> Double {
        try names.map { name in try ContinuousClock().measure { try call(name) } / .microseconds(1) }.quantile(0.5)
    }
}

/// A wall clock that the trial sets.
private final class SimulatedClock: Sendable {
    private let seconds = Atomic<Int64>(0)

    var wall: Int64 { (1_700_000_000 + seconds.load(ordering: .relaxed)) * 1_000_000_000 }
    func set(_ seconds: Int64) { self.seconds.store(seconds, ordering: .relaxed) }
}
