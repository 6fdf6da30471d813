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
    /// All that is served at once; `nil` where the edge is first-come.
    var shared: SharedProcessor?
    var thermal: ThermalState?
    /// When the work is done that was begun last, of a first-come edge.
    var busyUntil: Int64 = 0
    /// When its speed was last read, for telemetry.
    var lastReading: Int64 = .min
    /// How long the last probe took.
    var lastProbe = Nanoseconds.zero

    /// Whether it has nothing to do, but for builds.
    var isIdle: Bool { busy == 0 && waiting.isEmpty && shared?.count ?? 0 == 0 }

    init(_ edge: Edge) {
        shared = edge.discipline == .processorSharing ? SharedProcessor() : nil
        thermal = edge.thermal.map(ThermalState.init)
    }
}

/// One way of a device's link: one message at a time, in order.
struct WayState: Sendable {
    var waiting = JobQueue()
    var waitingBytes = 0
    /// The job being carried.
    var carried: Int32 = -1
    var cursor = Course<LinkState>.Cursor()
    /// Frames begun whose receipts are not back; counted where the link has a window.
    var unreceipted = 0
    /// When the last message on its way arrives, so that none overtakes it.
    var lastArrival: Int64 = 0
    /// Messages carried that go on to the cloud.
    var sent: UInt32 = 0
    var random: SeededGenerator

    /// When that is done; `nil` for never, and where shares of a cell decide.
    var carriedUntil: Int64?

    mutating func add(_ slot: Int, _ bytes: Int) {
        waiting.append(slot)
        waitingBytes += bytes
    }

    /// The first that waits is the one being carried from now on, if the way is free.
    mutating func takeNext() -> Int? {
        guard !isBusy, let slot = waiting.popFirst() else { return nil }
        carried = Int32(slot)
        return slot
    }

    var isBusy: Bool { carried >= 0 }
    var carriedJob: Int32? { isBusy ? carried : nil }
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
    var variation: SeededGenerator
    var edge: EdgeState
    var up: WayState
    var down: WayState
    var frames = FrameColumns()
    var tally: DeviceTally
    var underWay = 0
    /// Position of the lane that stands in place of all of the above; negative where the device needs events.
    var lane = -1
    /// Of whoever decides.
    var needs: PolicyNeeds = []

    enum Lead: Sendable { case fixed, oracle, causal }

    subscript(way: Way) -> WayState {
        _read { if way == .up { yield up } else { yield down } }
        _modify { if way == .up { yield &up } else { yield &down } }
    }
}
