import FoundationEssentials
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Model
import SwiftProtobuf
import Synchronization

/// The connection to the worker: one open stream for frames, one for pings, and calls to prepare and retire epochs.
/// Made anew as often as it breaks.
final class WorkerLink: Sendable {
    /// What a connection brings: its number, the event, and when.
    enum Incoming: Sendable {
        case event(AgentCore.LinkEvent)
        case reply(FrameReply)
    }
    typealias Handler = @Sendable (Int, Incoming, Instant) -> Void

    private enum Call: Sendable {
        case prepare(Epoch, Plan)
        case buildAhead(Plan)
        case retire(Epoch)
    }

    private struct Connection: Sendable {
        var frames: AsyncStream<Inference_ModelInferRequest>.Continuation
        var pings: AsyncStream<Resplit_V1_PingRequest>.Continuation
        var calls: AsyncStream<Call>.Continuation
        var closing: AsyncStream<Void>.Continuation
    }

    private struct Closed: Error {}

    private let endpoint: Endpoint
    private let client: String
    private let model: ModelIdentity
    private let logger: Logger
    private let connection = Mutex<Connection?>(nil)

    init(endpoint: Endpoint, client: String, model: ModelIdentity, logger: Logger) {
        self.endpoint = endpoint
        self.client = client
        self.model = model
        self.logger = logger
    }

    // MARK: Outgoing, without waiting; dropped where there is no connection

    func send(_ request: Inference_ModelInferRequest) { connection.withLock { _ = $0?.frames.yield(request) } }
    func ping(_ number: UInt64, padding: Int, answer: Int) {
        let ping = Resplit_V1_PingRequest.with {
            $0.number = number
            $0.padding = Data(count: padding)
            $0.answerBytes = UInt32(clamping: answer)
        }
        connection.withLock { _ = $0?.pings.yield(ping) }
    }
    func prepare(_ epoch: Epoch, _ plan: Plan) { connection.withLock { _ = $0?.calls.yield(.prepare(epoch, plan)) } }
    func buildAhead(_ plan: Plan) { connection.withLock { _ = $0?.calls.yield(.buildAhead(plan)) } }
    func retire(_ epoch: Epoch) { connection.withLock { _ = $0?.calls.yield(.retire(epoch)) } }
    func reconnect() { connection.withLock { _ = $0?.closing.yield() } }

    // MARK: Running

    /// Until cancelled.
    func run(_ handler: @escaping Handler) async {
        var backoff = Backoff()
        var number = 0
        while !Task.isCancelled {
            number += 1
            let begun = MonotonicClock.now()
            do {
                try await connect(number, handler)
            } catch {
                if !Task.isCancelled {
                    logger.debug("connection to the worker ended", metadata: ["reason": "\(error)"])
                }
            }
            connection.withLock { $0 = nil }
            if Task.isCancelled { return }
            handler(number, .event(.down), MonotonicClock.now())
            try? await Task.sleep(for: Duration(backoff.wait(after: MonotonicClock.now() - begun)))
        }
    }

    private func connect(_ number: Int, _ handler: @escaping Handler) async throws {
        let transport = try TransportSettings.clientTransport(to: endpoint)
        try await withGRPCClient(transport: transport) { client in
            let inference = Inference_GRPCInferenceService.Client(wrapping: client)
            let worker = Resplit_V1_SplitWorker.Client(wrapping: client)
            _ = try await inference.serverLive(.init(), options: TransportSettings.call)
            let (frames, frameSink) = AsyncStream.makeStream(of: Inference_ModelInferRequest.self)
            let (pings, pingSink) = AsyncStream.makeStream(of: Resplit_V1_PingRequest.self)
            let (calls, callSink) = AsyncStream.makeStream(of: Call.self)
            let (closing, closingSink) = AsyncStream.makeStream(of: Void.self)
            connection.withLock {
                $0 = Connection(frames: frameSink, pings: pingSink, calls: callSink, closing: closingSink)
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await Self.carry(frames, over: inference) { handler(number, $0, $1) } }
                group.addTask { try await Self.carry(pings, over: worker) { handler(number, $0, $1) } }
                group.addTask { [self] in await perform(calls, over: worker) { handler(number, $0, $1) } }
                group.addTask { for await _ in closing { break } }
                try await group.next()
                throw Closed()
            }
        }
    }

    private static func carry<Transport>(
        _ frames: AsyncStream<Inference_ModelInferRequest>,
        over inference: Inference_GRPCInferenceService.Client<Transport>,
        _ handler: @escaping @Sendable (Incoming, Instant) -> Void
    ) async throws {
        try await inference.modelStreamInfer(options: TransportSettings.call) { writer in
            for await frame in frames { try await writer.write(frame) }
        } onResponse: { response in
            for try await message in response.messages {
                let now = MonotonicClock.now()
                guard let reply = try? FrameReply(wire: message) else { continue }
                handler(.reply(reply), now)
            }
        }
    }

    private static func carry<Transport>(
        _ pings: AsyncStream<Resplit_V1_PingRequest>, over worker: Resplit_V1_SplitWorker.Client<Transport>,
        _ handler: @escaping @Sendable (Incoming, Instant) -> Void
    ) async throws {
        try await worker.ping(options: TransportSettings.call) { writer in
            handler(.event(.up), MonotonicClock.now())
            for await ping in pings { try await writer.write(ping) }
        } onResponse: { response in
            for try await pong in response.messages {
                handler(.event(.pong(number: pong.number)), MonotonicClock.now())
            }
        }
    }

    private func perform<Transport>(
        _ calls: AsyncStream<Call>, over worker: Resplit_V1_SplitWorker.Client<Transport>,
        _ handler: @escaping @Sendable (Incoming, Instant) -> Void
    ) async {
        for await call in calls {
            switch call {
            case .prepare(let epoch, let plan):
                let event: AgentCore.LinkEvent
                do {
                    let request = try prepareRequest(epoch, plan)
                    let failure = try await worker.prepare(request, options: TransportSettings.call).failure
                    event = failure.isEmpty ? .prepared(epoch) : .notPrepared(epoch, reason: failure)
                } catch {
                    event = .notPrepared(epoch, reason: "\(error)")
                }
                handler(.event(event), MonotonicClock.now())
            case .buildAhead(let plan):
                // Only to save time later: a failure shows when the plan is asked for.
                guard var request = try? prepareRequest(0, plan) else { continue }
                request.isAhead = true
                _ = try? await worker.prepare(request, options: TransportSettings.call)
            case .retire(let epoch):
                let request = Resplit_V1_RetireRequest.with {
                    $0.client = client
                    $0.epoch = UInt64(epoch)
                }
                _ = try? await worker.retire(request, options: TransportSettings.call)
            }
        }
    }

    private func prepareRequest(_ epoch: Epoch, _ plan: Plan) throws -> Resplit_V1_PrepareRequest {
        var request = Resplit_V1_PrepareRequest()
        request.client = client
        request.epoch = UInt64(epoch)
        request.plan = try plan.wire()
        request.modelSha256 = model.sha256
        return request
    }
}
