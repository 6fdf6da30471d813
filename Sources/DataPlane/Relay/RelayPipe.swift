import Model
import NIOCore

/// One direction of a relayed connection: takes what its channel reads through a bottleneck of changing rate, then
/// through a delay, to the other channel. Both channels share one event loop, and everything happens on it.
final class RelayPipe: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Shaping = @Sendable () -> ShapedRelay.Shape
    typealias Outage = @Sendable () -> Bool

    static let socketBuffer = 64 * 1024
    /// Waiting bytes at which no more are read.
    private static let capacity = 64 * 1024
    /// The longest time between two looks at the rate.
    private static let longestStep = Nanoseconds.milliseconds(1)

    private let target: any Channel
    private let shaping: Shaping
    private let isOut: Outage
    private var bucket = TokenBucket(at: MonotonicClock.now())
    /// Before the bottleneck.
    private var waiting = ByteBuffer()
    /// Behind it, until their time.
    private var delayed = CircularBuffer<(release: Instant, bytes: ByteBuffer)>()
    /// Given to the other channel and not yet taken by its socket.
    private var unwritten = 0
    private var isReadHeld = false
    private var isClosed = false
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(to target: any Channel, _ shaping: @escaping Shaping, _ isOut: @escaping Outage) {
        self.target = target
        self.shaping = shaping
        self.isOut = isOut
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if waiting.readableBytes == 0 { bucket.advance(to: MonotonicClock.now(), rate: .zero, isBacklogged: false) }
        var bytes = unwrapInboundIn(data)
        waiting.discardReadBytes()
        waiting.writeBuffer(&bytes)
        step(on: context.eventLoop)
    }

    func read(context: ChannelHandlerContext) {
        isReadHeld = waiting.readableBytes + unwritten >= Self.capacity
        if !isReadHeld { context.read() }
    }

    /// What is under way still arrives; then the other channel closes too.
    func channelInactive(context: ChannelHandlerContext) {
        isClosed = true
        step(on: context.eventLoop)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Shaping

    private func step(on loop: any EventLoop) {
        timer?.cancel()
        timer = nil
        let now = MonotonicClock.now()
        let shape = shaping()
        let isOut = isOut()
        bucket.advance(to: now, rate: isOut ? .zero : shape.rate, isBacklogged: waiting.readableBytes > 0)
        while !isOut, waiting.readableBytes > 0,
            bucket.take(TokenBucket.portion(of: waiting.readableBytes, rate: shape.rate)),
            let bytes = waiting.readSlice(length: TokenBucket.portion(of: waiting.readableBytes, rate: shape.rate))
        {
            delayed.append((max(now + shape.delay, delayed.last?.release ?? now), bytes))
        }
        if !isOut { release(until: now) }
        readIfHeld()
        schedule(on: loop, now: now, shape: shape, isOut: isOut)
    }

    private func release(until now: Instant) {
        while let first = delayed.first, first.release <= now {
            delayed.removeFirst()
            let count = first.bytes.readableBytes
            unwritten += count
            target.writeAndFlush(first.bytes).assumeIsolated().whenComplete { [self] _ in
                unwritten -= count
                readIfHeld()
            }
        }
        if isClosed, delayed.isEmpty, waiting.readableBytes == 0 { target.close(promise: nil) }
    }

    private func readIfHeld() {
        guard isReadHeld, waiting.readableBytes + unwritten < Self.capacity else { return }
        isReadHeld = false
        context?.read()
    }

    private func schedule(on loop: any EventLoop, now: Instant, shape: ShapedRelay.Shape, isOut: Bool) {
        guard waiting.readableBytes > 0 || !delayed.isEmpty || (isClosed && isOut) else { return }
        var wait = Self.longestStep
        if !isOut, waiting.readableBytes > 0 {
            let portion = TokenBucket.portion(of: waiting.readableBytes, rate: shape.rate)
            wait = min(wait, bucket.wait(for: portion, rate: shape.rate) ?? wait)
        }
        if !isOut, let first = delayed.first { wait = min(wait, first.release - now) }
        timer = loop.assumeIsolated().scheduleTask(in: .nanoseconds(max(wait.count, 20_000))) { [self] in step(on: loop)
        }
    }
}
