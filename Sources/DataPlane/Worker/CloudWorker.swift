import GRPCCore
public import Logging

/// The cloud's process: serves the tails of plans to edge agents, and the whole model to any client of the Open
/// Inference Protocol.
///
/// It keeps nothing that an agent cannot give again: after a restart agents prepare their epochs anew.
public final class CloudWorker: Sendable {
    public struct Configuration: Hashable, Sendable {
        public var listen: Endpoint
        /// Epochs kept for one client; the least recently used goes first.
        public var epochsPerClient = 8
        /// Clients whose epochs are kept.
        public var clients = 64
        /// Tail sessions kept.
        public var sessions = 32
        /// Frames and requests that may wait for the processor; more are refused.
        public var largestBacklog = 256

        public init(listen: Endpoint) { self.listen = listen }
    }

    private let configuration: Configuration
    private let engine: WorkerEngine
    private let logger: Logger

    public init(configuration: Configuration, source: any HalfSource, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        engine = WorkerEngine(source: source, configuration: configuration)
    }

    /// Serves until the task is cancelled, which closes connections at once: agents answer alone meanwhile.
    ///
    /// - Parameter onListening: called once, with the address bound.
    /// - Throws: `DataPlaneError.cannotListen`, and what building the whole model throws.
    public func run(onListening: @escaping @Sendable (Endpoint) -> Void = { _ in }) async throws {
        try await engine.warmUp()
        let services: [any RegistrableRPCService] = [
            InferenceService(engine: engine, logger: logger), SplitWorkerService(engine: engine, logger: logger),
        ]
        try await ListeningServer.run(on: configuration.listen, services: services) { [logger] bound in
            logger.info("worker listens", metadata: ["address": "\(bound)"])
            onListening(bound)
        }
    }
}
