public import Controller
public import DataPlane
public import Logging
public import Model
public import Telemetry
public import TelemetryStore

/// The controller's process: keeps a line open to every edge agent, its telemetry in the store, and for each a
/// `SplitController` whose actions it performs.
public final class ControllerService: Sendable {
    public struct Configuration: Sendable {
        public var listen: Endpoint
        public var planSet: PlanSet
        public var settings = ControllerSettings.standard
        /// How samples become windows. The base round trip is that of the last second: on a mobile link it is no constant.
        public var estimator = {
            var settings = EstimatorSettings()
            settings.baseRTTWindow = .seconds(1)
            return settings
        }()
        /// How often the windows are looked at.
        public var decisionInterval = Nanoseconds.milliseconds(100)
        /// How far ahead a plan that cannot keep up with the frames pays for its backlog.
        public var horizon = Nanoseconds.seconds(3)
        /// Whether every event is kept, so that the run can be replayed: about 50 kB a second for each device.
        public var recordsEvents = false
        /// What is older leaves the store.
        public var retention = Nanoseconds.seconds(7 * 86_400)

        public init(listen: Endpoint, planSet: PlanSet) {
            self.listen = listen
            self.planSet = planSet
        }
    }

    private let configuration: Configuration
    private let store: TelemetryStore
    private let logger: Logger
    private let fleet: Fleet

    public init(configuration: Configuration, store: TelemetryStore, logger: Logger) {
        self.configuration = configuration
        self.store = store
        self.logger = logger
        fleet = Fleet(configuration: configuration, store: store, logger: logger)
    }

    /// Serves until the task is cancelled. What was accepted is then in the store.
    ///
    /// - Parameter onListening: called once, with the address bound.
    /// - Throws: `DataPlaneError.cannotListen`.
    public func run(onListening: @escaping @Sendable (Endpoint) -> Void = { _ in }) async throws {
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup { group in
                group.addTask { [self] in try await pruneDaily() }
                group.addTask { [self] in
                    let endpoint = ControlEndpoint(fleet: fleet, model: configuration.planSet.model, logger: logger)
                    try await ListeningServer.run(
                        on: configuration.listen, services: [endpoint], onListening: onListening)
                }
                defer { group.cancelAll() }
                try await group.next()
            }
            outcome = .success(())
        } catch is CancellationError {
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await store.close()
        try outcome.get()
    }

    private func pruneDaily() async throws {
        while true {
            do {
                let removed = try await store.prune(olderThan: configuration.retention)
                if removed > 0 { logger.info("store pruned", metadata: ["rows": "\(removed)"]) }
            } catch {
                logger.error("the store could not be pruned: \(error)")
            }
            try await Task.sleep(for: .seconds(86_400))
        }
    }
}
