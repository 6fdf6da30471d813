import GRPCCore
import GRPCNIOTransportHTTP2Posix
public import Model
import Synchronization

/// Hears what a controller hears of a device, from when it asks.
public struct DeviceWatch: Sendable {
    /// How long a controller may take to answer at all.
    private static let patience = Duration.seconds(10)

    public let controller: Endpoint
    private let request: WatchRequest

    /// - Parameters:
    ///   - device: `nil`: the only one that the controller knows.
    ///   - metrics: empty: all.
    public init(controller: Endpoint, device: String?, metrics: [Metric] = []) {
        self.controller = controller
        request = WatchRequest(device: device, metrics: metrics)
    }

    /// Until cancelled, or until `hear` throws.
    ///
    /// - Parameter hear: called with each message in its turn. While it takes its time, the controller gathers what follows, and
    ///   from some number of readings on leaves out the oldest and tells how many.
    /// - Throws: `WatchRefused`; `DataPlaneError.controllerSilent`, `.controllerBusy` or `.controllerGone`; `WireError`;
    ///   `CancellationError`; what `hear` throws.
    public func run(_ hear: @escaping @Sendable (WatchMessage) async throws -> Void) async throws {
        let answer = FirstAnswer()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                try await listen { message in
                    answer.hasCome = true
                    try await hear(message)
                }
            }
            group.addTask {
                try await Task.sleep(for: Self.patience)
                if !answer.hasCome { throw DataPlaneError.controllerSilent(controller) }
            }
            do {
                while try await group.next() != nil {}
            } catch let error as RPCError {
                try Task.checkCancellation()
                throw meaning(of: error, afterAnswer: answer.hasCome)
            }
        }
    }

    /// A controller that ends the stream is going.
    private func listen(_ hear: @escaping @Sendable (WatchMessage) async throws -> Void) async throws {
        var options = TransportSettings.call
        // Whoever asks wants to know now that nobody listens there.
        options.waitForReady = false
        let transport = try TransportSettings.clientTransport(to: controller)
        try await withGRPCClient(transport: transport) { [options] client in
            try await Resplit_V1_Control.Client(wrapping: client).watch(request.wire, options: options) { response in
                for try await message in response.messages { try await hear(WatchMessage(wire: message)) }
            }
        }
        try Task.checkCancellation()
        throw DataPlaneError.controllerGone(controller)
    }

    private func meaning(of error: RPCError, afterAnswer: Bool) -> any Error {
        switch error.code {
        case .notFound, .invalidArgument: WatchRefused(controller: controller, reason: error.message.onOneLine)
        case .resourceExhausted: DataPlaneError.controllerBusy(controller, reason: error.message.onOneLine)
        default: afterAnswer ? DataPlaneError.controllerGone(controller) : .controllerSilent(controller)
        }
    }
}

/// A watch that a controller will not begin: of a device that it does not know, for one.
public struct WatchRefused: InputError, Hashable {
    public var controller: Endpoint
    public var reason: String
    public var description: String { "\(controller): \(reason)" }
}

/// Whether a controller has answered at all.
private final class FirstAnswer: Sendable {
    private let flag = Atomic(false)

    var hasCome: Bool {
        get { flag.load(ordering: .relaxed) }
        set { flag.store(newValue, ordering: .relaxed) }
    }
}
