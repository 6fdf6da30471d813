import Controller
import DataPlane
import Foundation
import Model
import Sim
import Synchronization
import Telemetry
import TelemetryStore

/// One policy's run: its processes, the emulated link, the background load, from the first frame to the last.
struct DemoRun {
    static let device = "demo-edge"
    /// The adaptive run's, within the demo's folder.
    static let store = "adaptive.sqlite"

    private let settings: Demo.Settings
    private let folder: DemoFolder
    private let planSet: PlanSet
    private let edge = Confinement.edgeAndCloud.edge
    private let cloud = Confinement.edgeAndCloud.cloud

    init(_ settings: Demo.Settings, folder: DemoFolder, planSet: PlanSet) {
        self.settings = settings
        self.folder = folder
        self.planSet = planSet
    }

    /// The product: a controller decides.
    func adaptive(say: @escaping @Sendable (String) -> Void) async throws -> DemoOutcome {
        let store = folder.path(Self.store)
        let arguments = [
            "controller", "--plans", folder.path("plans.json"), "--store", store, "--listen", "127.0.0.1:0",
            "--record-events",
        ]
        let controller = try process("controller", arguments, policy: "adaptive", cloud)
        return try await ending([controller]) {
            let address = try await controller.line(after: "listening on ")
            let records = try await serve(
                policy: "adaptive", ["--controller", address, "--wait-for-peers"],
                rows: DemoRows(store: store, records: folder.path("adaptive.jsonl"), trace: settings.trace, say: say))
            await controller.stop()
            return try await DemoOutcome(policy: "adaptive", planID: nil, records: records).reading(store: store)
        }
    }

    /// One plan from start to end; frames wait for the link, whatever it takes.
    func fixed(_ plan: Plan) async throws -> DemoOutcome {
        let records = try await serve(
            policy: plan.id, ["--plans", folder.path("plans.json"), "--plan", plan.id, "--no-fallback"], rows: nil)
        return DemoOutcome(policy: plan.id, planID: plan.id, records: records)
    }

    /// Worker, link and agent, until the agent has served its frames.
    private func serve(policy: String, _ agentArguments: [String], rows: DemoRows?) async throws -> DemoRecords {
        let worker = try process(
            "worker", ["worker", settings.model, "--listen", "127.0.0.1:0"], policy: policy, cloud)
        return try await ending([worker]) {
            let target = try Endpoint(parsing: try await worker.line(after: "listening on "))
            let clock = TraceClock(settings.trace)
            return try await DemoLink.run(to: target, clock: clock) { link in
                let log = folder.path("\(DemoRun.fileName(policy)).jsonl")
                let agent = try process(
                    "agent",
                    [
                        "agent", settings.model, "--frames", settings.samples, "--rate", "\(settings.rate)",
                        "--count", "\(settings.frames)", "--slowdown", "\(settings.slowdown)", "--device",
                        DemoRun.device,
                        "--worker", "\(link)", "--records", log, "--json",
                    ] + agentArguments, policy: policy, edge)
                return try await ending([agent]) {
                    clock.start(at: try await agent.line(after: "first frame at "))
                    let summary = try await withLoad(clock, rows) { try await agent.output() }
                    return try DemoRecords(frames: RecordLog.read(log), origin: clock.origin, summary: summary)
                }
            }
        }
    }

    /// Keeps the background load on the trace, and the rows coming, while `body` runs.
    private func withLoad<Result: Sendable>(
        _ clock: TraceClock, _ rows: DemoRows?, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [edge] in
                let load = BackgroundLoad(under: edge)
                while !Task.isCancelled {
                    try load.set(level: Int(clock.state.edgeLoad))
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            if let rows { group.addTask { try? await rows.run(clock) } }
            defer { group.cancelAll() }
            return try await body()
        }
    }

    private func process(
        _ name: String, _ arguments: [String], policy: String, _ confinement: Confinement?
    ) throws -> ChildProcess {
        let log = URL(filePath: folder.path("\(Self.fileName(policy))-\(name).log"))
        return try ChildProcess(name, arguments, confinement: confinement, log: log)
    }

    /// Ends the processes when `body` is over, however it is.
    private func ending<Result>(
        _ processes: [ChildProcess], _ body: () async throws -> Result
    ) async throws -> Result {
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        for process in processes { await process.stop() }
        return try result.get()
    }

    /// A plan's id may hold characters that files' names may not.
    private static func fileName(_ policy: String) -> String {
        String(policy.map { $0.isLetter || $0.isNumber || "-@.".contains($0) ? $0 : "_" })
    }
}

/// The trace's time: it stands at zero until the first frame.
final class TraceClock: Sendable {
    private let trace: Trace
    private let start = Mutex<Instant?>(nil)

    init(_ trace: Trace) { self.trace = trace }

    /// - Parameter text: the moment of the first frame, by the machine's monotonic clock, in nanoseconds.
    func start(at text: String) {
        start.withLock { $0 = Int64(text).map(Instant.init(nanoseconds:)) ?? MonotonicClock.now() }
    }

    var origin: Instant { start.withLock { $0 } ?? MonotonicClock.now() }
    var now: Nanoseconds { MonotonicClock.now() - origin }
    var state: Trace.State { trace.state(at: max(now, .zero)) }
}

/// The emulated link between agent and worker.
enum DemoLink {
    /// Relays to the worker while `body` runs, which gets the address to connect to.
    static func run<Result: Sendable>(
        to worker: Endpoint, clock: TraceClock, _ body: @escaping (Endpoint) async throws -> Result
    ) async throws -> Result {
        let (addresses, announce) = AsyncStream<Endpoint>.makeStream()
        let relay = ShapedRelay(
            target: worker,
            uplink: { _ in .init(rate: clock.state.uplink, delay: clock.state.rtt.scaled(by: 0.5)) },
            downlink: { _ in .init(rate: clock.state.downlink, delay: clock.state.rtt.scaled(by: 0.5)) })
        let relaying = Task {
            defer { announce.finish() }
            try await relay.run { announce.yield($0) }
        }
        defer { relaying.cancel() }
        for await address in addresses { return try await body(address) }
        try await relaying.value
        throw CancellationError()
    }
}
