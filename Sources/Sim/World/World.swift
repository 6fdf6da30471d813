public import Model

/// A world to simulate: devices, their links, the cloud, and what goes wrong. All in data; with a seed and the drivers it gives
/// one run, always the same.
public struct World: Hashable, Sendable {
    /// Frames are captured before this; those under way are then served to their end.
    public var duration: Nanoseconds
    public var devices: [DeviceGroup]
    /// Links that several devices share.
    public var cells: [Cell] = []
    public var cloud = CloudPool()
    public var telemetry = TelemetryModel()
    public var faults: [Fault] = []

    public init(duration: Nanoseconds, devices: [DeviceGroup]) {
        self.duration = duration
        self.devices = devices
    }
}

/// Devices that are alike: named `NAME-1` to `NAME-COUNT`, or `NAME` where there is one.
public struct DeviceGroup: Hashable, Sendable {
    public var name: String
    public var count = 1
    /// What is known of the plans beforehand: their profile.
    public var planSet: PlanSet
    /// How the plans' true times differ from their profile, by id.
    public var truth: [String: SiteRatios] = [:]
    /// The plan that runs at the start, by id; `nil`: edge-only, or else the first.
    public var firstPlan: String?
    public var arrivals: Arrivals
    public var variation = Variation.none
    /// Between the first frames of one device and the next.
    public var stagger = Nanoseconds.zero
    /// A frame answered later than this after its capture has missed it.
    public var deadline: Nanoseconds?
    public var drop = DropRule()
    public var edge = Edge()
    public var link: Link
    public var moves = MoveCosts()

    public init(name: String, planSet: PlanSet, arrivals: Arrivals, link: Link) {
        self.name = name
        self.planSet = planSet
        self.arrivals = arrivals
        self.link = link
    }
}

/// When frames are captured.
public enum Arrivals: Hashable, Sendable {
    /// A camera: one every interval, the first at zero.
    case periodic(every: Nanoseconds)
    /// Independent frames, so many a second on average.
    case poisson(perSecond: Double)
    /// `size` frames at `spacing`, and again every `every` from the start of the last burst.
    case bursts(size: Int, spacing: Nanoseconds, every: Nanoseconds)
    /// As they came once, ascending from zero on.
    case recorded([Nanoseconds])
    /// `inFlight` frames at a time; the next is captured `think` after an answer.
    case closedLoop(inFlight: Int, think: Nanoseconds)
}

/// How frames differ in the work that they take of edge and cloud.
public enum Variation: String, CaseIterable, Sendable {
    /// Every frame takes what its plan takes.
    case none
    /// Each frame's work is drawn on its own, exponentially with that as its mean, as queueing theory likes to have it.
    case exponential
}

/// Which frames are given up. A frame given up counts as lost.
public struct DropRule: Hashable, Sendable {
    /// The most frames that wait for the edge's processor; the frame that comes beyond is dropped.
    public var edgeQueue: Int?
    /// Whether a frame whose deadline has passed before the edge begins with it is dropped.
    public var late = false

    public init() {}
}
