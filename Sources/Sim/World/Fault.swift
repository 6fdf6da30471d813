public import Model

/// Something that goes wrong for a while.
public struct Fault: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Nothing goes up or down.
        case outage
        /// Factor on the time of the edge's work.
        case loadSpike(slowdown: Double)
        /// So many workers are gone, and their frames with them: the agents answer these when they notice. With none left nobody
        /// answers pings.
        case workerCrash(workers: Int)
        /// Frames of others, so many a second, each so long.
        case cloudSurge(perSecond: Double, work: Nanoseconds)
        /// Nobody decides; what is said to whoever decides is lost, and it begins anew at the end.
        case controllerAway
        /// The device's clock goes by this at the start, and does not go back.
        case clockStep(by: Nanoseconds)
        /// Readings stop.
        case staleTelemetry
        /// Readings of this metric are off by this factor.
        case lyingTelemetry(Metric, factor: Double)
    }

    public var kind: Kind
    public var start: Nanoseconds
    public var end: Nanoseconds
    /// Names of device groups; `nil`: all. Cloud faults are everyone's.
    public var groups: [String]?

    public init(_ kind: Kind, from start: Nanoseconds, to end: Nanoseconds, groups: [String]? = nil) {
        self.kind = kind
        self.start = start
        self.end = end
        self.groups = groups
    }
}
