import DataPlane
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Model
import Synchronization

/// Of the two that the imports bring.
typealias Endpoint = DataPlane.Endpoint

/// A logger that says nothing below an error.
let quiet: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .error
    return logger
}()

/// Waits for something another task does. A test that waits longer than a minute has failed.
func eventually(_ what: String, _ isSo: () -> Bool) async throws {
    struct Never: Error, CustomStringConvertible { var description: String }
    for _ in 0..<6000 {
        if isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw Never(description: "never: \(what)")
}

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>
    init(_ value: Value) { storage = Mutex(value) }
    var value: Value { storage.withLock { $0 } }
    func change(_ body: @Sendable (inout Value) -> Void) { storage.withLock { body(&$0) } }
}

/// A worker in this process, which can be ended at once and started again at its port.
final class LiveWorker: Sendable {
    private let task: Task<Void, any Error>
    let endpoint: Endpoint

    init(port: Int = 0) async throws {
        let (bound, sink) = AsyncStream.makeStream(of: Endpoint.self)
        let worker = CloudWorker(
            configuration: .init(listen: Endpoint(host: "127.0.0.1", port: port)), source: TinyNetwork(), logger: quiet)
        task = Task {
            defer { sink.finish() }
            try await worker.run { sink.yield($0) }
        }
        var iterator = bound.makeAsyncIterator()
        guard let endpoint = await iterator.next() else {
            try await task.value
            throw DataPlaneError.cannotListen(Endpoint(host: "127.0.0.1", port: port), reason: "it ended")
        }
        self.endpoint = endpoint
    }

    func kill() async {
        task.cancel()
        _ = await task.result
    }
}

/// A relay in this process.
final class LiveRelay: Sendable {
    private let task: Task<Void, any Error>
    let endpoint: Endpoint

    init(to target: Endpoint, uplink: @escaping ShapedRelay.ShapeOverTime) async throws {
        let (bound, sink) = AsyncStream.makeStream(of: Endpoint.self)
        let relay = ShapedRelay(target: target, uplink: uplink) { _ in .init(rate: .mbps(1000), delay: .zero) }
        task = Task {
            defer { sink.finish() }
            try await relay.run { sink.yield($0) }
        }
        var iterator = bound.makeAsyncIterator()
        guard let endpoint = await iterator.next() else {
            try await task.value
            throw DataPlaneError.cannotListen(target, reason: "the relay ended")
        }
        self.endpoint = endpoint
    }

    func stop() async {
        task.cancel()
        _ = await task.result
    }
}

/// A controller in this process that does what the test says.
final class LiveController: Resplit_V1_Control.SimpleServiceProtocol {
    let received = Shared<[AgentMessage]>([])
    private let orders = Shared<AsyncStream<ControllerMessage>.Continuation?>(nil)
    private let planSet: PlanSet

    init(planSet: PlanSet) { self.planSet = planSet }

    func order(_ message: ControllerMessage) { orders.value?.yield(message) }

    func attach(
        request: RPCAsyncSequence<Resplit_V1_AgentMessage, any Error>,
        response: RPCWriter<Resplit_V1_ControllerMessage>,
        context: ServerContext
    ) async throws {
        let (stream, sink) = AsyncStream.makeStream(of: ControllerMessage.self)
        orders.change { $0 = sink }
        sink.yield(.welcome(planSet))
        try await withThrowingTaskGroup { group in
            group.addTask { for await order in stream { try await response.write(order.wire()) } }
            for try await wire in request {
                let message = try AgentMessage(wire: wire)
                received.change { $0.append(message) }
            }
            sink.finish()
            try await group.waitForAll()
        }
    }

    /// It has nothing to be watched.
    func watch(
        request: Resplit_V1_WatchRequest, response: RPCWriter<Resplit_V1_WatchMessage>, context: ServerContext
    ) async throws {
        throw RPCError(code: .unimplemented, message: "only attachments are served here")
    }

    /// Serves it while `body` runs.
    func serving<R: Sendable>(port: Int = 0, _ body: (Endpoint) async throws -> R) async throws -> R {
        let transport = HTTP2ServerTransport.Posix(
            address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext)
        let server = GRPCServer(transport: transport, services: [self])
        let task = Task { try await server.serve() }
        defer { task.cancel() }
        let bound = try await transport.listeningAddress.ipv4?.port ?? 0
        return try await body(Endpoint(host: "127.0.0.1", port: bound))
    }
}

/// What an agent let be seen.
final class Watch: Sendable {
    private let seen = Shared<[EdgeAgent.Observation]>([])
    func add(_ observation: EdgeAgent.Observation) { seen.change { $0.append(observation) } }
    var records: [FrameRecord] { seen.value.compactMap { if case .frame(let record) = $0 { record } else { nil } } }
    var samples: [Sample] { seen.value.compactMap { if case .sample(let sample) = $0 { sample } else { nil } } }
    var losses: Int { seen.value.count { if case .linkLost = $0 { true } else { false } } }
    var restorations: Int { seen.value.count { if case .linkRestored = $0 { true } else { false } } }
}
