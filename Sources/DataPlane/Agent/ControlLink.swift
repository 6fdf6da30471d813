import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Logging
import Model

/// The line to the controller, made anew as often as it breaks.
struct ControlLink: Sendable {
    /// How often what has gathered is sent.
    private static let beat = Duration.milliseconds(20)

    let endpoint: Endpoint
    let outbox: Outbox
    let logger: Logger
    let hello: @Sendable () -> AgentMessage.Hello
    let handler: @Sendable (ControllerMessage) -> Void

    /// Until cancelled, or until the outbox was closed and its rest delivered.
    func run() async {
        var backoff = Backoff()
        while !Task.isCancelled {
            let begun = MonotonicClock.now()
            do {
                try await attach()
                if outbox.isDone { return outbox.delivered() }
            } catch {
                if !Task.isCancelled {
                    logger.debug("connection to the controller ended", metadata: ["reason": "\(error)"])
                }
            }
            try? await Task.sleep(for: Duration(backoff.wait(after: MonotonicClock.now() - begun)))
        }
    }

    private func attach() async throws {
        let transport = try TransportSettings.clientTransport(to: endpoint)
        try await withGRPCClient(transport: transport) { client in
            let control = Resplit_V1_Control.Client(wrapping: client)
            try await control.attach(options: TransportSettings.call) { writer in
                try await writer.write(AgentMessage.hello(hello()).wire)
                while !outbox.isDone {
                    try await send(outbox.drain()[...], to: writer)
                    tellLoss()
                    try await Task.sleep(for: Self.beat)
                }
            } onResponse: { response in
                for try await message in response.messages { receive(message) }
            }
        }
    }

    private func send(_ messages: ArraySlice<AgentMessage>, to writer: RPCWriter<Resplit_V1_AgentMessage>) async throws
    {
        var rest = messages
        do {
            while let message = rest.first {
                try await writer.write(message.wire)
                rest.removeFirst()
            }
        } catch {
            outbox.restore(rest)
            throw error
        }
    }

    /// After something was sent again.
    private func tellLoss() {
        let lost = outbox.takeLoss()
        guard lost > 0 else { return }
        logger.warning(
            "the controller is back; the oldest telemetry was dropped while it was away", metadata: ["rows": "\(lost)"])
    }

    private func receive(_ message: Resplit_V1_ControllerMessage) {
        do {
            handler(try ControllerMessage(wire: message))
        } catch {
            logger.warning("the controller's message is ignored", metadata: ["reason": "\(error)"])
        }
    }
}
