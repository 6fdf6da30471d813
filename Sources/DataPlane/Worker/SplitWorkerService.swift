import FoundationEssentials
import GRPCCore
import Logging
import Model
import SwiftProtobuf

/// Epochs and pings, for edge agents.
struct SplitWorkerService: Resplit_V1_SplitWorker.SimpleServiceProtocol {
    let engine: WorkerEngine
    let logger: Logger
    /// Bytes that a ping's answer carries at most.
    private static let longestAnswer: UInt32 = 1 << 20

    func prepare(
        request: Resplit_V1_PrepareRequest, context: ServerContext
    ) async throws -> Resplit_V1_PrepareResponse {
        do {
            let client = try WireReading.name(request.client, "prepare.client")
            let epoch = try WireReading.count(request.epoch, "prepare.epoch")
            let plan = try Plan(wire: request.plan)
            guard !request.isAhead else {
                try await engine.buildAhead(plan, modelSHA256: request.modelSha256)
                return Resplit_V1_PrepareResponse()
            }
            try await engine.prepare(client: client, epoch: epoch, plan: plan, modelSHA256: request.modelSha256)
            logger.debug("epoch ready", metadata: ["client": "\(client)", "epoch": "\(epoch)", "plan": "\(plan.id)"])
            return Resplit_V1_PrepareResponse()
        } catch {
            logger.warning("epoch refused", metadata: ["client": "\(request.client)", "reason": "\(error)"])
            return .with { $0.failure = "\(error)" }
        }
    }

    func retire(
        request: Resplit_V1_RetireRequest, context: ServerContext
    ) async throws -> Resplit_V1_RetireResponse {
        if let epoch = Int(exactly: request.epoch) { engine.retire(client: request.client, epoch: epoch) }
        return Resplit_V1_RetireResponse()
    }

    func ping(
        request: RPCAsyncSequence<Resplit_V1_PingRequest, any Error>, response: RPCWriter<Resplit_V1_PingResponse>,
        context: ServerContext
    ) async throws {
        for try await ping in request {
            try await response.write(
                .with {
                    $0.number = ping.number
                    $0.padding = Data(count: Int(min(ping.answerBytes, Self.longestAnswer)))
                })
        }
    }
}
