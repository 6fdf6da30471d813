import Model

/// Checks a run's log against its world, knowing nothing of how the run was made: what every run must obey, in the plainest way.
///
/// - Frames are conserved: captured in order of their numbers, and at most once answered or lost.
/// - Causality: every stage follows the one before it, no sooner than the plan's work, the rate and the round trip allow.
/// - One server, one job: cores, ways and workers; first come, first served; order is kept on the ways.
/// - No link carries more than its rate: what is sent equals the integral of the rate over the time it took. In a cell that rate is
///   the max-min fair share.
/// - A probe of the edge runs the smallest head, on an edge that had nothing to do, and not too often.
/// - Queues keep to their limits.
public struct LogChecker: Sendable {
    let world: World
    /// Group of each device.
    let groups: [Int]
    var time = Instant.zero
    var flights: [FrameKey: Flight] = [:]
    var devices: [DeviceView]
    /// Jobs on each worker, by its number.
    var serving: [Int: [FrameKey]] = [:]
    var cells: [CellView]
    var breaches: [String] = []

    struct FrameKey: Hashable, Sendable {
        var device: Int
        var frame: Int
    }

    /// - Returns: what is wrong, a line for each, in the order of the log; empty where nothing is.
    public static func breaches(in log: [LogEntry], of world: World) -> [String] {
        var checker = LogChecker(world)
        for entry in log { checker.take(entry) }
        return checker.breaches
    }

    private init(_ world: World) {
        self.world = world
        groups = world.devices.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element.count) }
        devices = groups.map { DeviceView(link: PlainLink(world.devices[$0], in: world)) }
        cells = world.cells.map { CellView(up: PlainCell($0, .up), down: PlainCell($0, .down)) }
    }

    mutating func breach(_ entry: LogEntry, _ text: String) {
        let frame = entry.frame.map { "frame \($0) of " } ?? ""
        let device = entry.device.map { "device \($0)" } ?? "the cloud"
        breaches.append("\(entry.time.nanoseconds) ns, \(frame)\(device), \(entry.kind.rawValue): \(text)")
    }

    private mutating func take(_ entry: LogEntry) {
        if entry.time < time { breach(entry, "time goes back from \(time.nanoseconds) ns") }
        time = max(time, entry.time)
        if let device = entry.device, !devices.indices.contains(device) {
            return breach(entry, "there is no such device")
        }
        guard let device = entry.device, let frame = entry.frame else { return takeOther(entry) }
        let key = FrameKey(device: device, frame: frame)
        guard entry.kind != .captured else { return capture(entry, key) }
        guard flights[key] != nil else { return breach(entry, "it was never captured") }
        if flights[key]?.plan != entry.plan { breach(entry, "its plan has changed") }
        switch entry.kind {
        case .captured: break
        case .edgeBegan: edgeBegan(entry, key)
        case .edgeEnded: edgeEnded(entry, key)
        case .refused: refused(entry, key)
        case .sendBegan: sendBegan(entry, key)
        case .sendEnded: sendEnded(entry, key)
        case .atCloud: atCloud(entry, key)
        case .cloudBegan: cloudBegan(entry, key)
        case .cloudEnded: cloudEnded(entry, key)
        case .returnBegan: returnBegan(entry, key)
        case .returnEnded: returnEnded(entry, key)
        case .abandoned: abandoned(entry, key)
        case .gaveUp: gaveUp(entry, key)
        case .answered, .answeredAlone, .lost: settled(entry, key)
        }
    }

    private mutating func capture(_ entry: LogEntry, _ key: FrameKey) {
        if key.frame != devices[key.device].captured { breach(entry, "not the next frame") }
        devices[key.device].captured = key.frame + 1
        guard flights[key] == nil else { return breach(entry, "captured before") }
        if entry.time - .zero >= world.duration { breach(entry, "after the end") }
        let group = world.devices[groups[key.device]]
        guard let plan = entry.plan, group.planSet.plans.indices.contains(plan) else {
            return breach(entry, "there is no such plan")
        }
        let waiting = devices[key.device].edgeQueue.count { !isSettled($0, key) }
        if let limit = group.drop.edgeQueue, waiting > limit, !mayFallBack(group) { breach(entry, "too many wait") }
        flights[key] = Flight(plan: plan, captured: entry.time)
        devices[key.device].edgeQueue.insert(key.frame)
    }

    /// Notes when a stage came; each comes once.
    ///
    /// - Returns: whether the one before has come, and this one not.
    mutating func mark(
        _ entry: LogEntry, _ key: FrameKey, _ stage: WritableKeyPath<Flight, Instant?>,
        after before: KeyPath<Flight, Instant?>
    ) -> Bool {
        guard flights[key]?[keyPath: stage] == nil else {
            breach(entry, "it has come before")
            return false
        }
        flights[key]?[keyPath: stage] = entry.time
        guard flights[key]?[keyPath: before] != nil else {
            breach(entry, "the stage before it has not come")
            return false
        }
        return true
    }

    /// Whether frames come to the edge that were captured long ago, which the rule of the queue does not drop.
    private func mayFallBack(_ group: DeviceGroup) -> Bool {
        group.link.fallbackAfter != nil || group.link.queueLimit != nil || world.faults.contains { $0.isCrash }
    }

    func group(_ key: FrameKey) -> DeviceGroup { world.devices[groups[key.device]] }

    func plan(_ key: FrameKey) -> Plan? { flights[key].map { group(key).planSet.plans[$0.plan] } }

    func ratios(_ plan: Plan, _ key: FrameKey) -> SiteRatios { group(key).truth[plan.id] ?? SiteRatios() }
}

extension LogChecker {
    /// Moments of a frame.
    struct Flight: Sendable {
        var plan: Int
        var captured: Instant
        var edgeBegan: Instant?
        var edgeEnded: Instant?
        var sendBegan: Instant?
        var sendEnded: Instant?
        var atCloud: Instant?
        var cloudBegan: Instant?
        var cloudEnded: Instant?
        var returnBegan: Instant?
        var returnEnded: Instant?
        var refused: Instant?
        var abandoned: Instant?
        var gaveUp: Instant?
        var aloneBegan: Instant?
        var aloneEnded: Instant?
        var settled: Instant?
        /// Bytes sent, or to be returned.
        var bytes = 0
    }

    struct DeviceView: Sendable {
        let link: PlainLink
        /// The number of the next frame.
        var captured = 0
        var edgeQueue = Set<Int>()
        var onEdge = Set<Int>()
        /// When the probe that is on the edge began, and the last one.
        var edgeProbe: Instant?
        var lastEdgeProbe: Instant?
        /// Frames for the uplink, in the order in which they are to be sent.
        var sendQueue: [Int] = []
        var up = WayView()
        var down = WayView()
        /// Frames on their way, in order.
        var toCloud: [Int] = []
        var returnQueue: [Int] = []
        var toAgent: [Int] = []
    }

    /// A way that carries one message.
    struct WayView: Sendable {
        var since: Instant?
        var bytes = 0
        /// `nil`: a message that is no frame.
        var frame: Int?
    }

    struct CellView: Sendable {
        var up: PlainCell
        var down: PlainCell
    }
}
