public import Model
import NIOCore
import NIOPosix

/// Emulates a link in user space: a TCP relay before a worker, whose directions have a rate and a delay that change
/// with time.
///
/// An emulation, not a network: bytes are delayed, never dropped, and what waits in the relay is bounded at 64 KiB a
/// direction. A rate of zero in the uplink is an outage: nothing passes in either direction, connections stay open, and
/// bytes go on when it ends.
public final class ShapedRelay: Sendable {
    /// One direction at one moment.
    public struct Shape: Hashable, Sendable {
        public var rate: BitRate
        /// One way.
        public var delay: Nanoseconds

        public init(rate: BitRate, delay: Nanoseconds) {
            self.rate = rate
            self.delay = delay
        }
    }

    /// A direction's shape by the time since the relay began to listen. Called about every millisecond.
    public typealias ShapeOverTime = @Sendable (Nanoseconds) -> Shape

    private let target: Endpoint
    private let uplink: ShapeOverTime
    private let downlink: ShapeOverTime

    public init(target: Endpoint, uplink: @escaping ShapeOverTime, downlink: @escaping ShapeOverTime) {
        self.target = target
        self.uplink = uplink
        self.downlink = downlink
    }

    /// Relays until the task is cancelled.
    ///
    /// - Parameters:
    ///   - port: to listen on at 127.0.0.1; 0 lets the system choose.
    ///   - onListening: called once, with the address bound.
    public func run(port: Int = 0, onListening: @Sendable (Endpoint) -> Void) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            try await serve(port: port, on: group.next(), onListening)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    private func serve(port: Int, on loop: any EventLoop, _ onListening: @Sendable (Endpoint) -> Void) async throws {
        let origin = MonotonicClock.now()
        let outage: RelayPipe.Outage = { [uplink] in uplink(MonotonicClock.now() - origin).rate <= .zero }
        let up: RelayPipe.Shaping = { [uplink] in uplink(MonotonicClock.now() - origin) }
        let down: RelayPipe.Shaping = { [downlink] in downlink(MonotonicClock.now() - origin) }
        let listener = ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.so_rcvbuf), value: .init(RelayPipe.socketBuffer))
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.socketOption(.so_sndbuf), value: .init(RelayPipe.socketBuffer))
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [target] accepted in
                Self.connect(to: target, on: loop).flatMap { connected in
                    loop.makeCompletedFuture {
                        try accepted.pipeline.syncOperations.addHandler(RelayPipe(to: connected, up, outage))
                        try connected.pipeline.syncOperations.addHandler(RelayPipe(to: accepted, down, outage))
                    }.flatMap {
                        accepted.setOption(.autoRead, value: true).and(connected.setOption(.autoRead, value: true))
                    }.map { _ in }
                }
            }
        let channel: any Channel
        do {
            channel = try await listener.bind(host: "127.0.0.1", port: port).get()
        } catch {
            throw DataPlaneError.cannotListen(Endpoint(host: "127.0.0.1", port: port), reason: "\(error)")
        }
        onListening(Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? port))
        try await withTaskCancellationHandler {
            try await channel.closeFuture.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    private static func connect(to target: Endpoint, on loop: any EventLoop) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .channelOption(.autoRead, value: false)
            .channelOption(.socketOption(.so_rcvbuf), value: .init(RelayPipe.socketBuffer))
            .channelOption(.socketOption(.so_sndbuf), value: .init(RelayPipe.socketBuffer))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: target.host, port: target.port)
    }
}
