import Model

/// What a trace can hold.
public enum TraceQuantity: String, CaseIterable, Sendable {
    case uplink, downlink, rtt, loss, load
}

extension TraceQuantity {
    /// Units by how they are written, and what one is: bit/s, seconds, a share of one, or a busy process.
    static func units(of quantity: TraceQuantity?) -> [(name: String, factor: Double)] {
        switch quantity {
        case nil: [("s", 1), ("sec", 1), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9), ("min", 60), ("h", 3600)]
        case .rtt: [("ms", 1e-3), ("s", 1), ("us", 1e-6), ("ns", 1e-9)]
        case .loss, .load: [("1", 1), ("%", 0.01)]
        case .uplink, .downlink:
            [
                ("bit/s", 1), ("bps", 1), ("kbit/s", 1e3), ("kbps", 1e3), ("Mbit/s", 1e6), ("Mbps", 1e6), ("mbps", 1e6),
                ("Gbit/s", 1e9), ("Gbps", 1e9), ("gbps", 1e9), ("B/s", 8), ("kB/s", 8e3), ("KB/s", 8e3), ("MB/s", 8e6),
            ]
        }
    }

    /// The largest value that means anything, in the unit above: a Pbit/s, an hour, all packets, a million processes.
    var limit: Double {
        switch self {
        case .uplink, .downlink: 1e15
        case .rtt: 3600
        case .loss: 1
        case .load: 1e6
        }
    }
}

extension Trace.State {
    /// Nothing gets through, and nothing is known.
    static let unknown = Trace.State(uplink: .zero, downlink: .zero, rtt: .zero)

    subscript(quantity: TraceQuantity) -> Double {
        get {
            switch quantity {
            case .uplink: uplink.bitsPerSecond
            case .downlink: downlink.bitsPerSecond
            case .rtt: rtt.inSeconds
            case .loss: loss
            case .load: edgeLoad
            }
        }
        set {
            switch quantity {
            case .uplink: uplink = BitRate(bitsPerSecond: newValue.rounded())
            case .downlink: downlink = BitRate(bitsPerSecond: newValue.rounded())
            case .rtt: rtt = Nanoseconds(seconds: newValue)
            case .loss: loss = newValue
            case .load: edgeLoad = newValue
            }
        }
    }
}
