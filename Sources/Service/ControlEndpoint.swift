import DataPlane
import GRPCCore
import Logging
import Model

/// The controller's end of every connection: one long call for each attachment of an agent, and for each watch.
struct ControlEndpoint: Resplit_V1_Control.SimpleServiceProtocol {
    let fleet: Fleet
    let model: ModelIdentity
    let logger: Logger

    func attach(
        request: RPCAsyncSequence<Resplit_V1_AgentMessage, any Error>,
        response: RPCWriter<Resplit_V1_ControllerMessage>, context: ServerContext
    ) async throws {
        var messages = request.makeAsyncIterator()
        guard let first = try await messages.next(), case .hello(let hello) = try Self.read(first) else {
            throw RPCError(code: .invalidArgument, message: "an attachment begins with a hello")
        }
        guard hello.modelSHA256 == model.sha256 else {
            let text = "\(hello.device) runs another model than '\(model.name)', which the plan set is for"
            logger.error("\(text)")
            throw RPCError(code: .failedPrecondition, message: text)
        }
        let session = await fleet.session(of: hello.device)
        let (outbound, outbox) = AsyncStream<ControllerMessage>.makeStream()
        try await withThrowingTaskGroup { group in
            group.addTask { for await message in outbound { try await response.write(message.wire()) } }
            let attachment = try await session.attach(hello, outbox)
            group.addTask { await session.decideRegularly(attachment) }
            defer { group.cancelAll() }
            do {
                while let message = try await messages.next() {
                    try await session.receive(Self.read(message), on: attachment)
                }
            } catch {
                logger.info("\(hello.device): connection ended: \(error)")
            }
            outbox.finish()
            await session.detach(attachment)
        }
    }

    private static func read(_ message: Resplit_V1_AgentMessage) throws -> AgentMessage {
        do {
            return try AgentMessage(wire: message)
        } catch {
            throw RPCError(code: .invalidArgument, message: "\(error)")
        }
    }
}
