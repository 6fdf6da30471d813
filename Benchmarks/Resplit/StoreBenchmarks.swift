import Benchmark
import Foundation
import Model
import Synchronization
import Telemetry
import TelemetryStore

/// The telemetry store against the least that SQLite itself takes for the same rows, and against memory.
func registerStore() {
    Benchmark.register(
        "store: 10,000 samples written durably", "store", over: "raw SQLite", unit: .perSecond, limit: .speed(0.8)
    ) {
        let folder = try StoreFolder()
        let store = try folder.open("ours.sqlite")
        let raw = try RawSamples(folder.path + "/raw.sqlite")
        var (ours, peers) = (Fleet(devices: 1000), Fleet(devices: 1000))
        return Contest(batch: 1) {
            for (device, samples) in ours.next() { store.append(samples: samples, device: ours.names[device], boot: 1) }
            try waiting { try await store.flush() }
        } peer: {
            try raw.write(peers.next())
        }
    }
    Benchmark.register(
        "store: 30 s of one device, of 1,000 by an hour", "window", over: "raw SQLite",
        limit: .time(.microseconds(50))
    ) {
        let folder = try StoreFolder()
        let store = try folder.open("ours.sqlite")
        var fleet = Fleet(devices: 1000)
        for _ in 0..<360 {
            for (device, samples) in fleet.next() {
                store.append(samples: samples, device: fleet.names[device], boot: 1)
            }
            try waiting { try await store.flush() }
        }
        let raw = try RawSamples(folder.path + "/ours.sqlite")
        var (ours, peers) = (Questions(), Questions())
        return Contest(batch: 200) {
            let (device, times) = ours.next()
            let samples = try store.samples(of: .uplink, device: fleet.names[device], boot: 1, in: times)
            precondition(samples.count == 30)
        } peer: {
            let (device, times) = peers.next()
            let count = try raw.read(device, times)
            precondition(count == 30)
        }
    }
    Benchmark.register(
        "store: the windows of 1,000 devices rebuilt", "rebuild", over: "fed from memory", limit: .time(.seconds(1))
    ) {
        let folder = try StoreFolder()
        let store = try folder.open("ours.sqlite")
        let metrics: [Metric] = [
            .edgeCPU, .agentCPU, .edgeSlowdown, .uplink, .downlink, .rtt, .cloudQueue, .cloudSlowdown,
        ]
        let samples = metrics.flatMap { metric in
            (0..<Int64(EstimatorSettings.history)).map {
                Sample(metric: metric, time: Instant(nanoseconds: $0 * 1_000_000_000), value: 1 + Double($0 % 7))
            }
        }
        let names = (0..<1000).map { "device \($0)" }
        for name in names { store.append(samples: samples, device: name, boot: 1) }
        try waiting { try await store.flush() }
        try waiting { try await store.close() }
        let again = try folder.open("ours.sqlite", wall: Fleet.origin + 1_000_000_000_000)
        try waiting { _ = try await again.upkeep() }
        let moments = names.map { DeviceMoment(device: $0, boot: 1, now: samples.last?.time ?? .zero) }
        return Contest(batch: 1) {
            blackHole(try waiting { try await again.estimators(at: moments) })
        } peer: {
            for _ in names {
                var estimator = ConditionsEstimator()
                for sample in samples { estimator.record(sample) }
                blackHole(estimator)
            }
        }
    }
    Benchmark.register("store: 100,000 frames and decisions appended in one go", "append") {
        let folder = try StoreFolder()
        let store = try folder.open("ours.sqlite")
        let run = SimulatedRun(frames: 100_000)
        var boot = 0
        return Contest(batch: 1) {
            boot += 1
            store.append(frames: run.frames, device: "simulated", boot: boot)
            store.append(decisions: run.decisions(boot: boot))
            try waiting { try await store.flush() }
        }
    }
}

/// What a simulation has to keep at its end: as many decisions as frames, each of half a kilobyte.
private struct SimulatedRun {
    let frames: [FrameRecord]
    private let body = String(repeating: "x", count: 500)

    init(frames count: Int) {
        frames = (0..<count).map { number in
            FrameRecord(
                frame: number, epoch: 1, planID: "block3.project@4", answer: .planned,
                captured: Instant(nanoseconds: Int64(number) * 100_000_000), latency: .milliseconds(80),
                stages: StageTimes(), sentBytes: 3000, topClass: number % 10, isCorrect: true)
        }
    }

    func decisions(boot: Int) -> [DecisionRecord] {
        frames.map { frame in
            DecisionRecord(
                device: "simulated", boot: boot, time: frame.captured, epoch: 1, plan: frame.planID,
                reason: "stay while uplink > 2.1 Mbit/s", body: body)
        }
    }
}

/// A folder for stores, removed when the process that runs the benchmark ends.
private struct StoreFolder {
    private static let made = Mutex<[String]>([])

    let path = FileManager.default.temporaryDirectory.path + "/store-benchmark-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        Self.made.withLock { $0.append(path) }
        atexit {
            for path in StoreFolder.made.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    /// A store that writes when told to.
    func open(_ name: String, wall: Int64 = Fleet.origin) throws -> TelemetryStore {
        var options = StoreOptions()
        options.flushInterval = .seconds(3600)
        options.upkeepInterval = nil
        options.pendingLimit = 1 << 22
        options.wallClock = { wall }
        return try TelemetryStore.open(path: path + "/" + name, options: options)
    }
}

/// Samples of one metric of many devices, ten of each a call, one a second.
struct Fleet {
    static let origin: Int64 = 1_700_000_000_000_000_000
    let names: [String]
    private var second: Int64 = 0

    init(devices: Int) { names = (0..<devices).map { "device \($0)" } }

    mutating func next() -> [(device: Int, samples: [Sample])] {
        defer { second += 10 }
        return names.indices.map { device in
            let samples = (second..<second + 10).map { second in
                Sample(metric: .uplink, time: Instant(nanoseconds: second * 1_000_000_000), value: Double(device))
            }
            return (device, samples)
        }
    }
}

/// Windows of 30 s within the hour, of devices far apart from one another.
private struct Questions {
    private var number: Int64 = 0

    mutating func next() -> (device: Int, times: ClosedRange<Instant>) {
        number += 1
        let end = 30 + number * 2741 % 3560
        let times = Instant(nanoseconds: (end - 29) * 1_000_000_000)...Instant(nanoseconds: end * 1_000_000_000)
        return (Int(number * 7919 % 1000), times)
    }
}

/// Waits on this thread for what is asynchronous.
private func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
    let done = DispatchSemaphore(value: 0)
    let outcome = Mutex<Result<Value, any Error>>(.failure(CancellationError()))
    Task {
        let result: Result<Value, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        outcome.withLock { $0 = result }
        done.signal()
    }
    done.wait()
    return try outcome.withLock { $0 }.get()
}
