import DataPlane
import Model
import NIOCore
import NIOPosix
import Testing

@Suite(.serialized) struct ShapedRelayTests {
    /// Sends `sent` through a relay to a server that sends everything back.
    private func echo(_ sent: [UInt8], uplink: @escaping ShapedRelay.ShapeOverTime) async throws -> (
        bytes: [UInt8], time: Nanoseconds
    ) {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Echo()) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let relay = try await LiveRelay(
            to: Endpoint(host: "127.0.0.1", port: server.localAddress?.port ?? 0), uplink: uplink)
        let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: relay.endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let begun = MonotonicClock.now()
        let received = try await client.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: sent))
            var received = ByteBuffer()
            for try await bytes in inbound {
                received.writeImmutableBuffer(bytes)
                if received.readableBytes >= sent.count { break }
            }
            return received
        }
        let time = MonotonicClock.now() - begun
        await relay.stop()
        try await server.close()
        return (Array(received.readableBytesView), time)
    }

    private func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in .random(in: 0...255, using: &random) }
    }

    @Test(.timeLimit(.minutes(1)), arguments: [1, 1500, 20_000, 300_000])
    func bytesArriveInOrderAndNotTooSoon(count: Int) async throws {
        let rate = BitRate.mbps(8)
        let sent = noise(count, seed: UInt64(count))
        let (received, time) = try await echo(sent) { _ in .init(rate: rate, delay: .milliseconds(15)) }
        #expect(received == sent)
        #expect(time.inSeconds >= rate.seconds(for: count) + 0.015)
    }

    @Test(.timeLimit(.minutes(1))) func nothingPassesDuringAnOutage() async throws {
        let sent = noise(100_000, seed: 1)
        let (received, time) = try await echo(sent) { time in
            .init(rate: time < .milliseconds(400) ? .zero : .mbps(100), delay: .milliseconds(1))
        }
        #expect(received == sent)
        #expect(time >= .milliseconds(300))
    }
}

private final class Echo: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { context.writeAndFlush(data, promise: nil) }
}
