package import GRPCCore
import GRPCNIOTransportHTTP2Posix

/// A gRPC server on one address, in plain text.
package enum ListeningServer {
    /// Serves until the task is cancelled, which closes connections at once.
    ///
    /// - Parameter onListening: called once, with the address bound.
    /// - Throws: `DataPlaneError.cannotListen`.
    package static func run(
        on endpoint: Endpoint, services: [any RegistrableRPCService],
        onListening: @escaping @Sendable (Endpoint) -> Void
    ) async throws {
        let transport = HTTP2ServerTransport.Posix(
            address: endpoint.listeningAddress, transportSecurity: .plaintext, config: TransportSettings.server)
        let server = GRPCServer(transport: transport, services: services)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await server.serve() }
                group.addTask { onListening(try await transport.listeningAddress.endpoint ?? endpoint) }
            }
        } catch  where !Task.isCancelled {
            throw DataPlaneError.cannotListen(endpoint, reason: cause(of: error))
        } catch {}
    }

    /// What the operating system said, without the layers around it.
    private static func cause(of error: any Error) -> String {
        var error = error
        while let next = (error as? RuntimeError)?.cause { error = next }
        return "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    }
}

extension GRPCNIOTransportHTTP2Posix.SocketAddress {
    var endpoint: Endpoint? {
        if let ipv4 { return Endpoint(host: ipv4.host, port: ipv4.port) }
        return ipv6.map { Endpoint(host: $0.host, port: $0.port) }
    }
}
