import Controller
import Model

/// The edge's processor.
struct EdgeState: Sendable {
    var waiting = JobQueue()
    /// Cores at work.
    var busy = 0
    var cursor = Course<Double>.Cursor()
    /// Preparations that are being built.
    var building = 0
    /// Factor on the time of work for builds.
    var buildFactor = 1.0
    /// Profiled head and time of the last work, for telemetry.
    var lastReading: Int64 = .min
}

/// One way of a device's link: one message at a time, in order.
struct WayState: Sendable {
    var waiting = JobQueue()
    var waitingBytes = 0
    /// The job being carried.
    var carried: Int32 = -1
    var cursor = Course<LinkState>.Cursor()
    /// When the last message on its way arrives, so that none overtakes it.
    var lastArrival: Int64 = 0
    var random: SeededGenerator

    var isBusy: Bool { carried >= 0 }
}

/// All of a device that changes.
struct DeviceState: Sendable {
    let group: Int
    /// Within the group, from zero.
    let number: Int
    let drivenBy: Lead
    /// The plan of new frames, and its epoch by position among those held.
    var plan: Int
    var epoch = 0
    var arrivals: ArrivalProcess
    var edge = EdgeState()
    var up: WayState
    var down: WayState
    var frames = FrameColumns()
    var tally: DeviceTally
    var underWay = 0

    enum Lead: Sendable { case fixed, oracle, causal }
}

/// Sums over a device's frames.
struct DeviceTally: Hashable, Sendable {
    /// By position in the plan set: frames answered, and where their time went.
    var answered: [Int]
    var stages: [StageTimes]
    var uplinkBytes = 0
    var downlinkBytes = 0
    /// Time of the radio sending and receiving, and of the edge computing, in nanoseconds.
    var sending: Int64 = 0
    var receiving: Int64 = 0
    var computing: Int64 = 0
    /// Time that frames waited for the network's delays and the cloud.
    var idling: Int64 = 0

    init(plans: Int) {
        answered = [Int](repeating: 0, count: plans)
        stages = [StageTimes](repeating: StageTimes(), count: plans)
    }
}
