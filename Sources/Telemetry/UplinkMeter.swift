package import Model

/// Estimates the uplink from receipts, and its base round trip from pings.
///
/// A transfer of `bytes` handed to the wire at `sent` is receipted at `receipt`. On an idle link it took receipt - sent
/// = bytes / rate + RTT. Where the one before was still on its way, the wire was free for it only from that one's
/// arrival on: receipt(n) - max(sent(n), receipt(n - 1) - RTT) = bytes / rate + RTT. The rate follows as in `Transfer`.
package struct UplinkMeter: Hashable, Sendable {
    /// Pings whose least is the base round trip: under two seconds of them, so that it follows a path that became
    /// longer.
    private static let pings = 16
    /// Rates whose least is the one to count on.
    private static let rates = 4

    private var recentPings: [Nanoseconds] = []
    private var recentRates: [BitRate] = []
    private var lastReceipt: Instant?
    /// Round trip of an empty message on an idle link; `nil` before the first ping.
    package private(set) var baseRTT: Nanoseconds?

    package init() {}

    /// A rate that the link rather exceeds than misses: the least of the last transfers; `nil` before the first.
    package var cautiousRate: BitRate? { recentRates.min() }

    package mutating func pong(rtt: Nanoseconds) {
        if recentPings.count == Self.pings { recentPings.removeFirst() }
        recentPings.append(max(rtt, .zero))
        baseRTT = recentPings.min()
    }

    /// - Parameter isTainted: an outage fell in the transfer's time, so that it says nothing of the rate.
    /// - Returns: a reading of the uplink; `nil` where the transfer says nothing.
    package mutating func receipt(
        of bytes: Int, sent: Instant, at receipt: Instant, isTainted: Bool
    ) -> Sample? {
        let rtt = baseRTT ?? .zero
        let start = max(sent, lastReceipt.map { $0 - rtt } ?? sent)
        lastReceipt = max(receipt, lastReceipt ?? receipt)
        guard !isTainted, receipt > start else { return nil }
        let transfer = Transfer(bytes: bytes, elapsed: receipt - start, rtt: rtt)
        guard let rate = transfer.rate else { return nil }
        if recentRates.count == Self.rates { recentRates.removeFirst() }
        recentRates.append(rate)
        return baseRTT == nil ? nil : transfer.sample(of: .uplink, at: receipt)
    }
}
