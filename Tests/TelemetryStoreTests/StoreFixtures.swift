import Foundation
import Model
import Synchronization
import TelemetryStore

/// Runs `body` with a folder of its own, which is removed afterwards.
@discardableResult
func withTemporaryFolder<Value>(_ body: (_ folder: String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.path + "/telemetry-store-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await body(folder)
}

/// A store that writes only when told to.
func manualStore(_ path: String, limit: Int = 262_144, wall: Int64 = 1_700_000_000_000_000_000) throws -> TelemetryStore
{
    var options = StoreOptions()
    options.flushInterval = .seconds(3600)
    options.longestRest = .seconds(3600)
    options.upkeepInterval = nil
    options.pendingLimit = limit
    options.wallClock = { wall }
    return try TelemetryStore.open(path: path, options: options)
}

func sample(_ metric: Metric, _ milliseconds: Int64, _ value: Double, weight: Double = 1) -> Sample {
    Sample(metric: metric, time: Instant(nanoseconds: milliseconds * 1_000_000), value: value, weight: weight)
}

func frame(_ number: Int) -> FrameRecord {
    var stages = StageTimes()
    stages.edgeQueue = Nanoseconds(1)
    stages.edge = Nanoseconds(2)
    stages.encode = Nanoseconds(3)
    stages.send = Nanoseconds(4)
    stages.network = Nanoseconds(5)
    stages.workerQueue = Nanoseconds(6)
    stages.workerCompute = Nanoseconds(7)
    stages.returning = Nanoseconds(8 + Int64(number))
    return FrameRecord(
        frame: number, epoch: 3, planID: "add+1@4", answer: number % 2 == 0 ? .planned : .fallback,
        captured: Instant(nanoseconds: Int64(number) * 33_000_000), latency: stages.total, stages: stages,
        sentBytes: 1234, topClass: 7, isCorrect: [true, false, nil][number % 3])
}

func decision(_ device: String, _ milliseconds: Int64, boot: Int = 1) -> DecisionRecord {
    DecisionRecord(
        device: device, boot: boot, time: Instant(nanoseconds: milliseconds * 1_000_000), epoch: 4, plan: "edge-only",
        reason: "the link is out", body: #"{"uplink_bps":0}"#)
}

/// Clocks that the test moves, and what the store said.
final class StoreWorld: Sendable {
    static let start: Int64 = 1_700_000_000_000_000_000
    private let state = Mutex((wall: start, steady: Int64(0), notices: [StoreNotice]()))

    /// Both clocks go on.
    func pass(_ time: Nanoseconds) {
        state.withLock { $0 = ($0.wall + time.count, $0.steady + time.count, $0.notices) }
    }

    /// The wall clock alone is set.
    func step(_ time: Nanoseconds) { state.withLock { $0.wall += time.count } }

    var notices: [StoreNotice] { state.withLock { $0.notices } }

    /// A store that does nothing until told to.
    func options() -> StoreOptions {
        var options = StoreOptions()
        options.flushInterval = .seconds(3600)
        options.longestRest = .seconds(3600)
        options.upkeepInterval = nil
        options.busyTimeout = .milliseconds(20)
        options.wallClock = { self.state.withLock { $0.wall } }
        options.steadyClock = { self.state.withLock { $0.steady } }
        options.notice = { notice in self.state.withLock { $0.notices.append(notice) } }
        return options
    }
}

extension Data {
    /// Writes over the bytes from `offset` of a file that another part of the process may have open.
    func overwrite(_ path: String, at offset: UInt64) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: self)
        try file.close()
    }
}
