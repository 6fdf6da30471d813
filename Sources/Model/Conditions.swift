/// The state of the world that a frame meets: everything that makes the same plan fast now and slow a moment later.
public struct Conditions: Hashable, Codable, Sendable {
    /// Edge to cloud. Zero while the link is out.
    public var uplink: BitRate
    /// Cloud to edge.
    public var downlink: BitRate
    /// Round trip of an empty message on an idle link.
    public var rtt: Nanoseconds
    /// Time of work on the edge over its time in the profile; 1 is as profiled.
    public var edgeSlowdown: Double
    /// Time of work in the cloud over its time in the profile; 1 is as profiled.
    public var cloudSlowdown: Double
    /// Time that a frame waits in the cloud before its work starts.
    public var cloudQueue: Nanoseconds

    public init(
        uplink: BitRate, downlink: BitRate, rtt: Nanoseconds, edgeSlowdown: Double = 1, cloudSlowdown: Double = 1,
        cloudQueue: Nanoseconds = .zero
    ) {
        self.uplink = uplink
        self.downlink = downlink
        self.rtt = rtt
        self.edgeSlowdown = edgeSlowdown
        self.cloudSlowdown = cloudSlowdown
        self.cloudQueue = cloudQueue
    }

    enum CodingKeys: String, CodingKey {
        case uplink = "uplink_bps", downlink = "downlink_bps", rtt = "rtt_ms", edgeSlowdown = "edge_slowdown"
        case cloudSlowdown = "cloud_slowdown", cloudQueue = "cloud_queue_ms"
    }
}
