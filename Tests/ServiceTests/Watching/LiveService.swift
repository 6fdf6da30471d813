import DataPlane
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Model
import Service
import Synchronization
import TelemetryStore
import TestSupport

/// Of the two that the imports bring.
typealias Endpoint = DataPlane.Endpoint

private let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// A controller in this process, and its store.
final class LiveService: Sendable {
    let endpoint: Endpoint
    let store: TelemetryStore
    private let task: Task<Void, any Error>

    init(in folder: String) async throws {
        store = try TelemetryStore.open(path: folder + "/run.sqlite")
        let configuration = ControllerService.Configuration(
            listen: Endpoint(host: "127.0.0.1", port: 0), planSet: madeUpPlanSet())
        let service = ControllerService(configuration: configuration, store: store, logger: quiet)
        let (bound, sink) = AsyncStream.makeStream(of: Endpoint.self)
        task = Task {
            defer { sink.finish() }
            try await service.run { sink.yield($0) }
        }
        var iterator = bound.makeAsyncIterator()
        guard let endpoint = await iterator.next() else {
            try await task.value
            throw DataPlaneError.cannotListen(configuration.listen, reason: "it ended")
        }
        self.endpoint = endpoint
    }

    /// All that it accepted is in the file then.
    func stop() async throws {
        task.cancel()
        try await task.value
    }

    deinit { task.cancel() }
}

/// An agent that tells what the test says.
final class ToldAgent: Sendable {
    private let task: Task<Void, any Error>
    private let sink: AsyncStream<AgentMessage>.Continuation

    /// Is attached when it returns.
    init(_ device: String, boot: String = "1", to controller: Endpoint) async throws {
        let (messages, sink) = AsyncStream.makeStream(of: AgentMessage.self)
        let (welcomes, welcome) = AsyncStream.makeStream(of: Void.self)
        self.sink = sink
        sink.yield(
            .hello(
                .init(
                    device: device, modelSHA256: madeUpPlanSet().model.sha256, boot: boot,
                    frameInterval: .milliseconds(100), activePlan: "edge-only", activeEpoch: 0, time: .zero,
                    lastEpoch: 0)))
        task = Task {
            defer { welcome.finish() }
            let transport = try HTTP2ClientTransport.Posix.http2NIOPosix(
                target: .ipv4(address: controller.host, port: controller.port), transportSecurity: .plaintext)
            try await withGRPCClient(transport: transport) { client in
                try await Resplit_V1_Control.Client(wrapping: client).attach { writer in
                    for await message in messages { try await writer.write(message.wire) }
                } onResponse: { response in
                    for try await _ in response.messages { welcome.yield() }
                }
            }
        }
        var iterator = welcomes.makeAsyncIterator()
        if await iterator.next() == nil { try await task.value }
    }

    func tell(_ message: AgentMessage) { sink.yield(message) }

    /// Once all is told.
    func leave() async {
        sink.finish()
        _ = await task.result
    }

    deinit { task.cancel() }
}

/// Someone who watches, and all that they heard.
final class Listener: Sendable {
    private struct State {
        var heard: [WatchMessage] = []
        var isHeld: Bool
    }

    private let state: Mutex<State>
    private let watch: DeviceWatch

    /// - Parameter isHeld: takes nothing after the first message, until `release()`.
    init(_ controller: Endpoint, device: String? = nil, metrics: [Metric] = [], isHeld: Bool = false) {
        watch = DeviceWatch(controller: controller, device: device, metrics: metrics)
        state = Mutex(State(isHeld: isHeld))
    }

    /// Until the watch ends.
    /// - Returns: why it did.
    func run() async -> any Error {
        do {
            try await watch.run { [self] message in
                state.withLock { $0.heard.append(message) }
                while state.withLock({ $0.isHeld }) { try await Task.sleep(for: .milliseconds(5)) }
            }
            return CancellationError()
        } catch {
            return error
        }
    }

    func release() { state.withLock { $0.isHeld = false } }

    var heard: [WatchMessage] { state.withLock { $0.heard } }
    var samples: [Sample] {
        heard.flatMap { message in if case .samples(let samples) = message { samples } else { [Sample]() } }
    }
    var states: [DeviceState] {
        heard.compactMap { message in if case .state(let state) = message { state } else { nil } }
    }
    var missed: Int {
        heard.reduce(0) { sum, message in if case .missed(let count) = message { sum + count } else { sum } }
    }
}

/// Waits for something another task does. A test that waits longer than a minute has failed.
func eventually(_ what: String, _ isSo: () async -> Bool) async throws {
    struct Never: Error, CustomStringConvertible { var description: String }
    for _ in 0..<6000 {
        if await isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Never(description: "never: \(what)")
}

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>
    init(_ value: Value) { storage = Mutex(value) }
    var value: Value {
        get { storage.withLock { $0 } }
        set { storage.withLock { $0 = newValue } }
    }
}
