package import Model

/// Decides when bytes have passed a link whose rate changes: bits are earned only while some wait, so that the link
/// never carries more than its rate, not even after a rest.
package struct TokenBucket: Hashable, Sendable {
    /// Least bytes that pass together, where as many wait: an Ethernet frame's payload.
    package static let segment = 1500
    /// Where the rate carries more than a segment in this time, that much passes together.
    private static let slice = 0.001
    /// A step that comes later than this, on a busy machine, earns no more.
    private static let longestStep = Nanoseconds.milliseconds(50)

    private var bits = 0.0
    private var time: Instant

    package init(at time: Instant) { self.time = time }

    /// - Parameter rate: in force since the last step.
    package mutating func advance(to now: Instant, rate: BitRate, isBacklogged: Bool) {
        let step = min(max(now - time, .zero), Self.longestStep)
        time = max(time, now)
        bits = isBacklogged ? bits + max(rate.bitsPerSecond, 0) * step.inSeconds : 0
    }

    /// Bytes to let pass together out of those that wait.
    package static func portion(of waiting: Int, rate: BitRate) -> Int {
        let slice = Int(min(max(rate.bitsPerSecond, 0) * Self.slice / 8, 1e9))
        return min(waiting, max(segment, slice))
    }

    /// Spends the bits of `bytes`.
    /// - Returns: whether there were enough.
    package mutating func take(_ bytes: Int) -> Bool {
        guard bits >= Double(bytes) * 8 else { return false }
        bits -= Double(bytes) * 8
        return true
    }

    /// Time until `bytes` may pass at this rate; `nil` at rate zero.
    package func wait(for bytes: Int, rate: BitRate) -> Nanoseconds? {
        guard rate > .zero else { return nil }
        return Nanoseconds(seconds: max(Double(bytes) * 8 - bits, 0) / rate.bitsPerSecond)
    }
}
