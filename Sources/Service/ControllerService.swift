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

        public init(listen: Endpoint, planSet: PlanSet) {
            self.listen = listen
            self.planSet = planSet
        }
    }

    private let configuration: Configuration
    let store: TelemetryStore
    private let logger: Logger
    let fleet: Fleet

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
            let endpoint = ControlEndpoint(fleet: fleet, model: configuration.planSet.model, logger: logger)
            try await ListeningServer.run(on: configuration.listen, services: [endpoint], onListening: onListening)
            outcome = .success(())
        } catch is CancellationError {
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        let closed = await Result { try await store.close() }
        report(store.status)
        try closed.get()
        try outcome.get()
    }

    private func report(_ status: StoreStatus) {
        logger.info(
            "the store has \(status.written) rows of this run",
            metadata: [
                "dropped": "\(status.dropped)", "refused": "\(status.refused)",
                "longest_lag_ms": "\(status.longestLag.inMilliseconds)", "clock_steps": "\(status.clockSteps)",
            ])
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call came to.
    init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
