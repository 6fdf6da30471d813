public import Model

/// One transfer over the link, and what it says of the link's rate.
///
/// From first byte sent to acknowledgement a transfer takes bytes / rate + RTT. So the wire was busy for t = elapsed -
/// RTT, the rate is bytes / t, and an error e in the RTT spoils the rate by about e / t. The weight is t / (t + RTT),
/// which equals bytes / (bytes + rate x RTT): a transfer as large as the bandwidth-delay product counts half, one too
/// small to fill the link next to nothing, a large one fully.
public struct Transfer: Hashable, Sendable {
    public var bytes: Int
    /// From the first byte sent to the receipt of the acknowledgement.
    public var elapsed: Nanoseconds
    /// Of an empty message on an idle link: the base round trip.
    public var rtt: Nanoseconds

    public init(bytes: Int, elapsed: Nanoseconds, rtt: Nanoseconds) {
        self.bytes = bytes
        self.elapsed = elapsed
        self.rtt = rtt
    }

    /// Seconds that the wire was busy. At least a sixteenth of `elapsed`: where the base round trip is overestimated,
    /// or the transfer vanishes beside it, the rate stays finite and its weight low.
    private var busy: Double {
        max(elapsed.inSeconds - max(rtt.inSeconds, 0), elapsed.inSeconds / 16)
    }

    /// `nil` where nothing was sent or no time passed.
    public var rate: BitRate? {
        guard bytes > 0, elapsed > .zero else { return nil }
        return BitRate(bitsPerSecond: Double(bytes) * 8 / busy)
    }

    /// 0…1; 0 where nothing was sent or no time passed.
    public var weight: Double {
        guard bytes > 0, elapsed > .zero else { return 0 }
        return busy / (busy + max(rtt.inSeconds, 0))
    }

    /// This transfer as a reading of `metric`, which is `uplink` or `downlink`.
    /// - Returns: `nil` where it says nothing.
    public func sample(of metric: Metric, at time: Instant, origin: Sample.Origin = .traffic) -> Sample? {
        rate.map { Sample(metric: metric, time: time, value: $0.bitsPerSecond, weight: weight, origin: origin) }
    }
}
