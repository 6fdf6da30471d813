public import Model

/// Decides which plan one device runs, and carries a move from the old plan to the new one.
///
/// The decision: value every plan by the objective over the whole window, and move when staying has cost as much more than the
/// best as a move costs (`WorkFunction`), within a budget of moves. While the link is lost the edge-only plan is the refuge, at
/// once; when it is back, only samples from then on count. The first frames of a new plan are judged against the prediction: a
/// plan that does not keep it is left again and let alone for a while, and what they took is learned (`PlanDrift`). A plan that
/// could be better than it seems is tried where knowing is worth it.
///
/// The handover (make before break): `prepare`, answered `prepared`; `activate`, answered `activated`; the old epoch drains,
/// answered `drained`; `retire` of the old. One move is under way at a time. Before its activation a move is called off, and
/// its epoch retired at once, when a pin, an outage or a far better plan wants another, or when the past has come to speak for
/// the present plan again. After it is asked for, the activation is waited for, and asked for again when it is late.
///
/// A value: equal states given equal events return equal actions. It holds no clock; moments come with the events.
public struct SplitController: Sendable {
    /// The plan that the agent runs.
    struct Active: Hashable, Sendable {
        /// `nil` where it is not of this set.
        var plan: Plan?
        /// In the set.
        var position: Int?
        var id: String?
        var epoch: Epoch
        var since: Instant
    }

    struct Move: Hashable, Sendable {
        enum Phase: Hashable, Sendable {
            case preparing
            /// The old epoch may report its last frame before the new one reports its start.
            case activating(isOldDrained: Bool)
        }

        var plan: Plan
        var epoch: Epoch
        var phase: Phase
        var deadline: Instant
        var decision: Decision
        var cause: Proposal.Cause
        /// Seconds of service of one frame under the conditions of the decision.
        var predicted: Double

        var isPreparing: Bool { phase == .preparing }
    }

    struct Draining: Hashable, Sendable {
        var epoch: Epoch
        var deadline: Instant
    }

    struct Backoff: Hashable, Sendable {
        var until: Instant
        var delay: Nanoseconds
    }

    struct Window: Hashable, Sendable {
        var conditions: ConditionsWindow
        var evidence: Evidence
        var received: Instant
    }

    public let planSet: PlanSet
    public let settings: ControllerSettings
    public internal(set) var mode: Mode
    /// The plan that the operator ordered.
    public internal(set) var pinnedPlan: Plan?
    public internal(set) var isAttached = false
    public internal(set) var isLinkUp = true

    var active: Active?
    var move: Move?
    var draining: [Draining] = []
    var backoffs: [String: Backoff] = [:]
    var window: Window?
    /// The newest conditions when the plan in force was chosen, or first found good: what a later move says has changed.
    var settledConditions: Conditions?
    /// Why there was no move when this was last recorded.
    var lastStay: Stay?
    var lastEpoch: Epoch = 0
    var lastTime: Instant = .earliest
    var scheduledWake: Instant?

    /// The set, its times corrected by what was learned of its plans.
    public internal(set) var corrected: PlanSet
    var drift = PlanDrift()
    /// The objective of each plan over the newest window, in seconds.
    var values: [Double] = []
    var valued: Instant?
    var workFunction = WorkFunction()
    var moveCost: MoveCost
    /// What frames took longer while the next plan was being prepared, in seconds.
    var disturbance = 0.0
    var budget: MoveBudget
    var explorations: MoveBudget
    var canary: Canary?
    /// A plan to go back to.
    var rollback: Plan?
    public let herdPart: Double

    /// - Parameter herdPart: where this device stands among those that share a cloud, 0…1: to be drawn once for each.
    public init(planSet: PlanSet, settings: ControllerSettings, herdPart: Double = 0) {
        self.planSet = planSet
        self.settings = settings
        self.herdPart = min(max(herdPart, 0), 1)
        mode = settings.mode
        corrected = planSet
        moveCost = MoveCost(least: settings.moveCost)
        budget = MoveBudget(perHour: settings.movesPerHour)
        explorations = MoveBudget(perHour: settings.explorationsPerHour, isEarned: true)
    }

    /// The plan that frames are served by, as far as the agent has said; `nil` where it is not of this set.
    public var activePlan: Plan? { active?.plan }
    public var activeEpoch: Epoch? { active?.epoch }
    /// The plan being moved to.
    public var nextPlan: Plan? { move?.plan }

    /// Takes one event and returns what to do about it, in order.
    ///
    /// - Parameter now: by the driver's monotonic clock. A moment before that of an earlier event counts as that one.
    /// - Complexity: that of one ranking of the plan set.
    public mutating func step(_ event: Event, at now: Instant) -> [Action] {
        let now = min(max(now, lastTime), .latest)
        lastTime = now
        let isWoken = if case .wake = event { true } else { false }
        var actions = apply(event, at: now)
        if isAttached {
            actions += expireDeadlines(at: now)
            actions += decide(at: now)
        }
        actions += scheduleWake(at: now, isWoken: isWoken)
        assert(checkInvariants() == [], "\(checkInvariants())")
        return actions
    }

    private mutating func apply(_ event: Event, at now: Instant) -> [Action] {
        switch event {
        case .attached(let plan, let epoch, let last): attach(plan, epoch, after: last, at: now)
        case .detached: detach(at: now)
        case .conditions(let conditions, let evidence): take(conditions, evidence, at: now)
        case .served(let served): take(served, at: now)
        case .wake: []
        case .prepared(let epoch): prepared(epoch, at: now)
        case .prepareFailed(let epoch, let reason): prepareFailed(epoch, reason: reason, at: now)
        case .activated(let epoch): activated(epoch, at: now)
        case .drained(let epoch): drained(epoch)
        case .linkLost: setLink(isUp: false, at: now)
        case .linkRestored: setLink(isUp: true, at: now)
        case .pin(let id): pin(id, at: now)
        case .unpin: unpin(at: now)
        case .mode(let mode): set(mode, at: now)
        }
    }

    /// Asks for a wake at the earliest deadline when that has changed, or when the wake asked for has been used up.
    private mutating func scheduleWake(at now: Instant, isWoken: Bool) -> [Action] {
        let next = nextDeadline(after: now)
        defer { scheduledWake = next }
        guard let next, isWoken || next != scheduledWake else { return [] }
        return [.wake(at: next)]
    }

    private func nextDeadline(after now: Instant) -> Instant? {
        guard isAttached, active != nil else { return nil }
        var next: Instant?
        func consider(_ deadline: Instant) {
            if deadline > now { next = min(next ?? deadline, deadline) }
        }
        for old in draining { consider(old.deadline) }
        if let deadline = move?.deadline { consider(deadline) }
        for backoff in backoffs.values { consider(backoff.until) }
        return next
    }
}

extension Instant {
    /// The range of moments that the controller reckons with: 146 years around the origin, so that no sum overflows.
    static let earliest = Instant(nanoseconds: -(1 << 61))
    static let latest = Instant(nanoseconds: 1 << 61)
}
