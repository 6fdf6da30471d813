package import Model
import Telemetry

/// All that an agent decides, as a value: what happens goes in as an event with its time, what is to be done comes out
/// as effects. It holds no clock, thread or socket; `EdgeAgent` performs the effects.
///
/// Every frame is under way in exactly one `Flight` from its capture to its one record. Answers for frames without a
/// flight are
/// late: counted and dropped.
package struct AgentCore: Sendable {
    package struct Settings: Hashable, Sendable {
        /// Frames on the wire without a receipt.
        package var window = 2
        /// Whether the edge answers alone when the cloud does not.
        package var fallback = true
        package var patience = Patience()
        package var pingInterval = Nanoseconds.milliseconds(100)
        /// On a busy wire pings go less often: their round trip says little then.
        package var busyPingInterval = Nanoseconds.milliseconds(500)
        /// How long an idle link goes unmeasured before bytes are sent to measure it; `nil` never sends any.
        package var rateProbeInterval: Nanoseconds? = .milliseconds(500)
        /// How long an idle link goes unmeasured before bytes are asked for to measure the way back; `nil` never asks for any.
        package var downlinkProbeInterval: Nanoseconds?
        /// How long an idle edge goes unmeasured before a head is run to measure it; `nil` never runs any.
        package var edgeProbeInterval: Nanoseconds? = .milliseconds(500)
        /// How long a link may be lost before its connection is given up for a new one.
        package var reconnectAfter = Nanoseconds.seconds(10)
        /// Run from the start, without a controller.
        package var fixedPlan: Plan?
        package var modelSHA256 = ""

        package init() {}
    }

    let settings: Settings
    var epochs: EpochTable
    var planSet: PlanSet?
    var flights: [Int: Flight] = [:]
    /// Frames that wait for the wire, in order.
    var queue: [Int] = []
    var link = LinkState()
    var uplink = UplinkMeter()
    var cloudQueue = Nanoseconds.zero
    var cloudSlowdown = 1.0
    var edgeSlowdown = 1.0
    var lastEdgeSample: Instant?
    /// How long the last probe of the edge took.
    var lastEdgeProbe = Nanoseconds.zero
    /// Jobs given to the edge's processor and not yet done.
    var edgeJobs = 0
    package internal(set) var ledger = FrameLedger()
    private var effects: [Effect] = []

    /// - Parameter edgeOnly: the plan of epoch 0.
    package init(settings: Settings, edgeOnly: Plan) {
        self.settings = settings
        epochs = EpochTable(edgeOnly: edgeOnly)
        guard let plan = settings.fixedPlan else { return }
        if plan.needsHead { _ = epochs.hold(1, plan) } else { epochs.replaceEdgeOnly(plan) }
    }

    /// - Complexity: O(frames under way) at most; O(1) for the events of a frame.
    package mutating func step(_ event: Event, at now: Instant) -> [Effect] {
        switch event {
        case .start: start()
        case .captured: capture(at: now)
        case .encoded(let frame, let times, let bytes): encoded(frame, times, bytes, at: now)
        case .answeredAlone(let frame, let begun, let verdict): answeredAlone(frame, begun, verdict, at: now)
        case .headFailed(let frame, let reason): headFailed(frame, reason, at: now)
        case .skipped: edgeJobs -= 1
        case .probed(let plan, let elapsed): probed(plan, elapsed, at: now)
        case .link(let id, let event): handle(event, of: id, at: now)
        case .headBuilt(let epoch): headBuilt(epoch, at: now)
        case .headNotBuilt(let epoch, let reason): failPreparation(of: epoch, reason: reason)
        case .order(let order): obey(order, at: now)
        case .tick: tick(at: now)
        }
        defer { effects.removeAll(keepingCapacity: true) }
        return effects
    }

    mutating func emit(_ effect: Effect) { effects.append(effect) }
    mutating func tell(_ message: AgentMessage) { effects.append(.tell(message)) }
    mutating func note(
        _ metric: Metric, _ value: Double, at time: Instant, origin: Sample.Origin = .traffic
    ) {
        guard value.isFinite else { return }
        effects.append(.sample(Sample(metric: metric, time: time, value: value, origin: origin)))
    }

    // MARK: For the driver

    package var isIdle: Bool { flights.isEmpty }
    package var framesUnderWay: Int { flights.count }
    package var activePlan: Plan { epochs.activePlan }
    /// Of a frame under way.
    package func epoch(of frame: Int) -> Epoch? { flights[frame]?.epoch }
    package var activeEpoch: Epoch { epochs.active }
    package var lastEpoch: Epoch { epochs.highest }
    package var isLinkUp: Bool { link.isUsable }
    /// Whether frames may start: a fixed plan is active.
    package var isPlanReady: Bool {
        guard let plan = settings.fixedPlan else { return true }
        return !plan.needsHead || epochs.active != 0
    }

    /// The plan of an epoch that frames under way may still belong to.
    package func plan(of epoch: Epoch) -> Plan? { epochs[epoch]?.plan }

    private mutating func start() {
        for (epoch, plan) in epochs.unbuilt { emit(.buildHead(epoch, plan)) }
    }
}
