import DataPlane
import GRPCCore

extension ControlEndpoint {
    /// Tells what a device tells, until whoever asked goes away.
    func watch(
        request: Resplit_V1_WatchRequest, response: RPCWriter<Resplit_V1_WatchMessage>, context: ServerContext
    ) async throws {
        let request = try Self.read(request)
        let session = try await fleet.watched(request.device)
        let watcher = Watcher(metrics: request.metrics)
        guard await session.admit(watcher) else {
            let text = "\(session.device) is watched by too many already; end another watch first"
            throw RPCError(code: .resourceExhausted, message: text)
        }
        let watched = await Result {
            try await withRPCCancellationHandler {
                try await watcher.run { try await response.write($0.wire) }
            } onCancelRPC: {
                watcher.end()
            }
        }
        await session.dismiss(watcher)
        try watched.get()
    }

    private static func read(_ request: Resplit_V1_WatchRequest) throws -> WatchRequest {
        do {
            return try WatchRequest(wire: request)
        } catch {
            throw RPCError(code: .invalidArgument, message: "\(error)")
        }
    }
}
