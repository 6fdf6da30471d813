public import Model

/// What became of one simulated frame.
public struct FrameOutcome: Hashable, Sendable {
    public var frame: Int
    public var epoch: Epoch
    /// Position in the simulation's plan set.
    public var plan: Int
    public var captured: Instant
    /// `nil` while it is under way, and for ever where the link never comes back.
    public var answered: Instant?

    public var latency: Nanoseconds? { answered.map { $0 - captured } }
}

/// Frames of one device on their way through four servers, each of which takes them one at a time in the order of arrival:
///
///     edge (head and encoding) -> uplink -> [RTT / 2, cloud queue] -> cloud (tail) -> downlink -> [RTT / 2] -> answered
///
/// An edge-only frame is answered when the edge is done. The bracketed delays keep the order of frames. Work takes what the plan
/// says times the slowdown at its start; a transfer follows the rate as it changes and waits through an outage; delays are
/// those at their start. `Conditions.cloudQueue` is the wait for the work of others: that for own frames comes from the simulation.
/// Alone in the system and under constant conditions a frame takes `Plan.latency(under:)`.
///
/// A value: a copy is a checkpoint.
public struct PipelineSimulation: Sendable {
    private enum Station: UInt8 { case edge, uplink, cloud, downlink, answered }

    private struct Happening: Sendable {
        /// At the end of a service or of the way to the station; otherwise the start of waiting there.
        var isDone: Bool
        var station: Station
        var job: Int32
    }

    /// One at a time, first come, first served.
    private struct Server: Sendable {
        var waiting: [Int32] = []
        /// Position in `waiting` of the next to be served; what lies before has been.
        var head = 0
        var isBusy = false

        mutating func next() -> Int32? {
            guard head < waiting.count else { return nil }
            defer { head += 1 }
            if head > 1024, head * 2 > waiting.count {
                waiting.removeFirst(head)
                head = 0
            }
            return waiting[head]
        }
    }

    /// What a plan asks of each station.
    private struct Demand: Sendable {
        var edge: Nanoseconds
        var sentBytes: Int
        var cloud: Nanoseconds
        var returnedBytes: Int
        var isEdgeOnly: Bool

        init(_ plan: Plan) {
            isEdgeOnly = plan.isEdgeOnly
            edge = isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork
            sentBytes = plan.transmitBytes
            cloud = plan.cloudWork
            returnedBytes = plan.resultBytes
        }
    }

    public let planSet: PlanSet
    public let conditions: Schedule<Conditions>
    /// Every frame captured, in the order of `capture`.
    public private(set) var outcomes: [FrameOutcome] = []
    /// The time of what happened last.
    public private(set) var now: Instant = .zero

    /// By position in the plan set.
    private let demands: [Demand]
    private var queue = EventQueue<Happening>()
    private var servers = [Server](repeating: Server(), count: 4)
    /// When the last frame on its way reaches each station, so that none overtakes it.
    private var lastArrival = [Instant](repeating: .zero, count: 5)
    private var unanswered: [Epoch: Int] = [:]

    public init(planSet: PlanSet, conditions: Schedule<Conditions>) {
        self.planSet = planSet
        self.conditions = conditions
        demands = planSet.plans.map(Demand.init)
    }

    /// The moment of what happens next; `nil` where nothing will.
    public var next: Instant? { queue.first?.time }

    /// Frames captured under an epoch and not answered.
    public func framesUnderWay(in epoch: Epoch) -> Int { unanswered[epoch] ?? 0 }

    /// Hands a frame to the edge.
    ///
    /// - Precondition: `plan` is a position in the plan set, and `time` does not lie before `now` nor beyond 2^61 ns.
    public mutating func capture(frame: Int, plan: Int, epoch: Epoch = 0, at time: Instant) {
        precondition(planSet.plans.indices.contains(plan), "frames are served by a plan of the set")
        precondition(time >= now && time <= .latest, "frames are captured in simulated time to come")
        precondition(outcomes.count < Int32.max, "a run has at most 2^31 frames")
        queue.insert(Happening(isDone: false, station: .edge, job: Int32(outcomes.count)), at: time, priority: 1)
        outcomes.append(FrameOutcome(frame: frame, epoch: epoch, plan: plan, captured: time, answered: nil))
        unanswered[epoch, default: 0] += 1
    }

    /// Lets the next thing happen.
    ///
    /// - Returns: whether there was one.
    @discardableResult
    public mutating func step() -> Bool {
        guard let entry = queue.pop() else { return false }
        now = entry.time
        let happening = entry.payload
        let job = happening.job
        guard happening.station != .answered else {
            outcomes[Int(job)].answered = now
            unanswered[outcomes[Int(job)].epoch, default: 0] -= 1
            return true
        }
        let server = Int(happening.station.rawValue)
        if happening.isDone {
            servers[server].isBusy = false
            forward(job, from: happening.station)
        } else {
            servers[server].waiting.append(job)
        }
        if !servers[server].isBusy, let next = servers[server].next() {
            servers[server].isBusy = true
            if let end = serviceEnd(of: next, at: happening.station) {
                queue.insert(Happening(isDone: true, station: happening.station, job: next), at: end, priority: 0)
            }
        }
        return true
    }

    /// Lets everything happen that happens before `end`.
    public mutating func run(until end: Instant) {
        while let next, next < end { step() }
        now = max(now, min(end, .latest))
    }

    /// Lets everything happen.
    public mutating func runToEnd() {
        while step() {}
    }

    /// When a service that starts now ends; `nil` for never.
    private func serviceEnd(of job: Int32, at station: Station) -> Instant? {
        let demand = demands[outcomes[Int(job)].plan]
        switch station {
        case .edge: return later(demand.edge.scaled(by: conditions.value(at: now).edgeSlowdown))
        case .uplink: return conditions.completion(ofBytes: demand.sentBytes, startingAt: now, rate: \.uplink)
        case .cloud: return later(demand.cloud.scaled(by: conditions.value(at: now).cloudSlowdown))
        case .downlink: return conditions.completion(ofBytes: demand.returnedBytes, startingAt: now, rate: \.downlink)
        case .answered: return now
        }
    }

    private mutating func forward(_ job: Int32, from station: Station) {
        switch station {
        case .edge:
            // An answer of the edge alone meets no other on its way.
            if demands[outcomes[Int(job)].plan].isEdgeOnly {
                queue.insert(Happening(isDone: false, station: .answered, job: job), at: now, priority: 1)
            } else {
                send(job, to: .uplink, after: .zero)
            }
        case .uplink:
            let current = conditions.value(at: now)
            // Beyond the end of simulated time one delay is as another; the sum does not overflow.
            let queueing = min(max(current.cloudQueue, .zero), Instant.latest - .zero)
            send(job, to: .cloud, after: Nanoseconds(max(current.rtt, .zero).count / 2) + queueing)
        case .cloud:
            send(job, to: .downlink, after: .zero)
        case .downlink:
            let rtt = conditions.value(at: now).rtt
            send(job, to: .answered, after: rtt - Nanoseconds(rtt.count / 2))
        case .answered:
            break
        }
    }

    private mutating func send(_ job: Int32, to station: Station, after delay: Nanoseconds) {
        guard let direct = later(delay) else { return }
        let arrival = max(direct, lastArrival[Int(station.rawValue)])
        lastArrival[Int(station.rawValue)] = arrival
        queue.insert(Happening(isDone: false, station: station, job: job), at: arrival, priority: 1)
    }

    /// `now` and a span that is not negative; `nil` beyond the end of simulated time.
    private func later(_ span: Nanoseconds) -> Instant? {
        guard span <= Instant.latest - now else { return nil }
        return now + max(span, .zero)
    }
}
