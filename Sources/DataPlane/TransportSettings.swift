import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Model

/// How both ends of a connection are set up: a window that holds several frames, one HTTP/2 frame for a message of up
/// to 1 MB, and no waiting to coalesce small messages.
enum TransportSettings {
    static let largestMessage = 256 << 20
    private static let window = 8 << 20
    private static let httpFrame = 1 << 20

    static var client: HTTP2ClientTransport.Posix.Config {
        .defaults { config in
            config.http2.targetWindowSize = window
            config.http2.maxFrameSize = httpFrame
            config.connection.flushCoalescing = nil
            config.backoff = .init(initial: .milliseconds(100), max: .seconds(1), multiplier: 1.6, jitter: 0.2)
        }
    }

    static var server: HTTP2ServerTransport.Posix.Config {
        .defaults { config in
            config.http2.targetWindowSize = window
            config.http2.maxFrameSize = httpFrame
            config.connection.flushCoalescing = nil
            config.rpc.maxRequestPayloadSize = largestMessage
        }
    }

    static var call: CallOptions {
        var options = CallOptions.defaults
        options.waitForReady = true
        options.maxResponseMessageBytes = largestMessage
        options.maxRequestMessageBytes = largestMessage
        return options
    }

    static func clientTransport(to endpoint: Endpoint) throws -> HTTP2ClientTransport.Posix {
        try .http2NIOPosix(target: endpoint.target, transportSecurity: .plaintext, config: client)
    }
}
