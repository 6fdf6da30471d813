public import Model

/// A world that runs: devices whose frames go
///
///     edge (head and encoding) -> uplink -> [RTT / 2, jitter, others' queue] -> cloud (tail) -> downlink
///       -> [RTT - RTT / 2, jitter] -> answered
///
/// An edge-only frame is answered when the edge is done. The bracketed delays keep the order of a device's frames. Work takes
/// what the plan truly takes times the slowdown at its start; a transfer follows the rate as it changes and waits through an
/// outage; delays are those at their start. A frame keeps the plan that was in force at its capture. Alone in the system and under
/// constant conditions a frame takes `Plan.latency(under:)`.
///
/// Discrete events in whole nanoseconds, ordered by (time, kind, sequence); arrivals in the cloud by (time, device, order of
/// sending), so that a device's can be reckoned ahead. A value: a copy is a checkpoint.
public struct Simulation: Sendable {
    public let world: World
    /// The time of what happened last.
    public internal(set) var now: Instant = .zero

    let groups: ContiguousArray<GroupFacts>
    let options: RecordingOptions
    let seeds: Seeds
    var queue = EventQueue<Happening>()
    var devices = Slab<DeviceState>()
    /// Of devices that need no events, or few.
    var fast = Slab<Lane>()
    /// Of devices that a policy drives.
    var agents = AgentTable()
    var jobs = JobTable()
    var pool: PoolState
    var cells: ContiguousArray<CellState>
    /// By position in `World.faults`: what draws a surge's frames, and the workers that a crash took.
    var surges: ContiguousArray<SeededGenerator>
    var crashed: ContiguousArray<Int>
    var log: [LogEntry] = []
    var records: [[FrameRecord]] = []
    /// Lanes go on up to here.
    private var horizon: Int64 = 0
    /// What happens from here on has not happened yet.
    var frontier: Int64 = 0

    /// - Parameter driver: of a device, by its position in `World.deviceNames`.
    /// - Throws: `WorldError`, naming the first thing that cannot be.
    public init(
        world: World, seed: UInt64, recording options: RecordingOptions = RecordingOptions(),
        driver: (Int) -> Driver
    ) throws(WorldError) {
        try world.check()
        self.world = world
        self.options = options
        seeds = Seeds(seed: seed)
        groups = ContiguousArray(world.devices.map { GroupFacts($0, in: world) })
        pool = PoolState(world)
        cells = ContiguousArray(world.cells.map(CellState.init))
        let seeds = seeds
        surges = ContiguousArray(world.faults.indices.map { seeds.generator(.foreign, number: $0) })
        crashed = ContiguousArray(repeating: 0, count: world.faults.count)
        for (index, group) in world.devices.enumerated() {
            for number in 0..<group.count { try add(index, number, driver(devices.count)) }
        }
        beginFaults()
        for position in devices.indices { begin(position) }
    }

    /// - Parameter drivers: one a device, in the order of `World.deviceNames`.
    /// - Throws: `WorldError`, naming the first thing that cannot be.
    public init(
        world: World, drivers: [Driver], seed: UInt64, recording options: RecordingOptions = RecordingOptions()
    ) throws(WorldError) {
        guard drivers.count == world.deviceCount else {
            throw WorldError(
                "drivers", "are \(drivers.count) for \(world.deviceCount) devices", remedy: "give one for each device")
        }
        try self.init(world: world, seed: seed, recording: options) { drivers[$0] }
    }

    /// The moment of what happens next; `nil` where nothing will.
    public var peek: Instant? { queue.first?.time }

    /// Lets the next thing happen.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public mutating func step() -> Bool {
        own()
        return goOn()
    }

    /// - Precondition: what the run changes is its own.
    private mutating func goOn() -> Bool {
        guard let entry = queue.pop() else { return false }
        now = entry.time
        frontier = now.nanoseconds + 1
        handle(entry.payload)
        return true
    }

    /// Lets everything happen that happens before `end`.
    public mutating func run(until end: Instant) {
        own()
        horizon = end.nanoseconds
        defer { horizon = 0 }
        while let next = queue.first?.time, next < end, goOn() {}
        now = max(now, min(end, .latest))
        frontier = max(frontier, now.nanoseconds)
    }

    /// Lets everything happen.
    public mutating func runToEnd() {
        own()
        horizon = .max
        defer { horizon = 0 }
        while goOn() {}
        frontier = .max
        for lane in fast.indices { now = max(now, Instant(nanoseconds: fast[lane].lastAnswer)) }
    }

    /// Parts from copies of the run.
    private mutating func own() {
        devices.own()
        fast.own()
        agents.own()
        jobs.own()
    }

    /// What was logged since the last call; nothing where `RecordingOptions.log` is off.
    public mutating func takeLog() -> [LogEntry] {
        defer { log = [] }
        return log
    }

    /// Frames answered since the last call, by the position of their device and in the order of answers; nothing where
    /// `RecordingOptions.frames` is off.
    public mutating func takeFrames() -> [[FrameRecord]] {
        defer { records = [] }
        return records
    }

    private mutating func handle(_ happening: Happening) {
        let device = happening.device
        let subject = Int(happening.subject)
        switch happening.kind {
        case .capture:
            if devices[device].lane >= 0 { runLane(device, until: horizon) } else { captureDue(device) }
        case .edgeDone: edgeDone(subject)
        case .sendDone: sendDone(subject)
        case .atCloud: if subject >= 0 { arriveAtCloud(subject) } else { arriveFromLane(-1 - subject, device) }
        case .cloudDone: cloudDone(subject)
        case .returnDone: returnDone(subject)
        case .atEdge: arriveBack(subject)
        case .receipt: receiptArrived(device)
        case .patience: losePatience(subject, device)
        case .shareDone: shareDone(device, subject)
        case .cellDone: cellDone(device, subject)
        case .batchCloses: batchCloses(subject, device)
        default: handleRare(happening.kind, device, subject)
        }
    }

    /// What is not of every frame.
    private mutating func handleRare(_ kind: Happening.Kind, _ device: Int, _ subject: Int) {
        switch kind {
        case .built: built(device, subject)
        case .active: becomeActive(device, subject)
        case .wake: wake(device, subject)
        case .ping: ping(device)
        case .pong: pong(device, subject)
        case .edgeProbe: probeEdge(device)
        case .tick: tick(device)
        case .faultBegins: faultBegins(subject)
        case .faultEnds: faultEnds(subject)
        case .foreign: foreignFrame(subject)
        case .noticed: notice(subject)
        case .scale: scale()
        case .workerReady: workerReady()
        default: preconditionFailure("every kind of happening is handled")
        }
    }

    /// What is to happen a span from now, which is not negative; never, beyond the end of simulated time.
    @inline(__always)
    mutating func schedule(_ happening: Happening, after span: Int64) {
        guard span <= Instant.latest.nanoseconds - now.nanoseconds else { return }
        schedule(happening, at: now.nanoseconds + span)
    }

    @inline(__always)
    mutating func schedule(_ happening: Happening, at time: Int64) {
        queue.insert(happening, at: Instant(nanoseconds: time), priority: happening.kind.priority)
    }

    /// A job's arrival in the cloud, or that of the next frame of a lane.
    @inline(__always)
    mutating func scheduleArrival(_ subject: Int, _ device: Int, at time: Int64, number: UInt32) {
        let sequence = UInt64(truncatingIfNeeded: device & 0xFF_FFFF) << 32 | UInt64(number)
        let happening = Happening(.atCloud, device: device, subject: subject)
        queue.insert(
            happening, at: Instant(nanoseconds: time), priority: happening.kind.priority, sequence: sequence)
    }

    @inline(__always)
    func facts(_ device: Int) -> GroupFacts { groups[devices[device].group] }

    private mutating func add(_ index: Int, _ number: Int, _ driver: Driver) throws(WorldError) {
        let facts = groups[index]
        let group = facts.group
        var state = DeviceState(
            group: index, number: number, drivenBy: driver.lead, plan: facts.firstPlan,
            arrivals: ArrivalProcess(
                group.arrivals, start: group.stagger * Int64(number),
                random: seeds.generator(.arrivals, group: group.name, number: number)),
            variation: seeds.generator(.variation, group: group.name, number: number), edge: EdgeState(group.edge),
            up: WayState(random: seeds.generator(.jitterUp, group: group.name, number: number)),
            down: WayState(random: seeds.generator(.jitterDown, group: group.name, number: number)),
            tally: DeviceTally(plans: facts.demands.count))
        if case .fixed(let plan) = driver {
            guard facts.demands.indices.contains(plan) else {
                throw WorldError(
                    "device group '\(group.name)'", "has no plan \(plan) to be fixed to",
                    remedy: "its plans are 0 to \(facts.demands.count - 1)")
            }
            state.plan = plan
        }
        let frames = min(state.arrivals.expectedCount(within: world.duration), 1 << 22)
        devices.append(state)
        if isLane(devices.count - 1) {
            var lane = Lane(facts, pool, state, sharesCloud: !isCloudPrivate && !facts.demands[state.plan].isEdgeOnly)
            lane.frames.reserve(frames)
            devices[devices.count - 1].lane = fast.count
            fast.append(lane)
        } else {
            devices[devices.count - 1].frames.reserve(frames)
        }
        if case .causal(let policies) = driver {
            let policy = policies.forDevice(number)
            agents.add(
                AgentState(policy, facts, noise: seeds.generator(.noise, group: group.name, number: number)))
        } else {
            agents.addNone()
        }
    }

    /// What happens first to a device.
    private mutating func begin(_ device: Int) {
        for _ in 0..<(devices[device].arrivals.inFlight ?? 0) {
            let start = groups[devices[device].group].group.stagger * Int64(devices[device].number)
            if start < world.duration { schedule(Happening(.capture, device: device), at: start.count) }
        }
        if devices[device].lane >= 0 { return beginLane(device) }
        scheduleCapture(device)
        if agents.has(device) { beginTelemetry(device) }
    }
}

/// What a run keeps beside its sums.
public struct RecordingOptions: Hashable, Sendable {
    /// Everything that happens, for `takeLog`.
    public var log = false
    /// Every frame answered, with its stages, for `takeFrames`.
    public var frames = false
    /// Whether devices that need no events go without. It changes no result.
    package var usesLanes = true

    public init() {}
}

extension Driver {
    var lead: DeviceState.Lead {
        switch self {
        case .fixed: .fixed
        case .oracle: .oracle
        case .causal: .causal
        }
    }
}
