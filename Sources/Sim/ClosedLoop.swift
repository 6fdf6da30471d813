public import Controller
public import Model

/// The live controller in a simulated world: one device whose agent takes stated times to do what it is told, and whose telemetry
/// sees the last few samples of the true conditions. The controller is the very value that serves in the field.
public struct ClosedLoop: Sendable {
    /// How the world answers.
    public struct World: Hashable, Sendable {
        /// Between two samples of the conditions.
        public var samplePeriod: Nanoseconds = .milliseconds(200)
        /// Samples in a window.
        public var windowSamples = 5
        /// From `prepare` to `prepared`; a plan that needs the cloud waits besides until the link is up.
        public var preparation: Nanoseconds = .milliseconds(200)
        /// From `activate` to the first frame under the plan.
        public var activation: Nanoseconds = .milliseconds(5)
        /// From the first moment without uplink to `linkLost`, and likewise back.
        public var outageDetection: Nanoseconds = .milliseconds(300)

        public init() {}
    }

    public struct Result: Sendable {
        /// One a frame, in the order of capture.
        public var outcomes: [FrameOutcome]
        public var decisions: [Decision]
        /// What the controller was told and when: to be replayed.
        public var events: [(time: Instant, event: Event)]
        /// Plans activated.
        public var moves: Int

        public var summary: LatencySummary? { LatencySummary(outcomes.compactMap(\.latency)) }
    }

    private enum Happening: Sendable {
        case capture(Int)
        case sample
        case tell(Event)
        case wake(Int)
        case activate(Epoch)
        case looksLost(isLost: Bool, since: Instant)
    }

    private let world: World
    private var controller: SplitController
    private var pipeline: PipelineSimulation
    private var queue = EventQueue<Happening>()
    private let frames: [Instant]
    private var samples: [Conditions] = []
    /// What the agent holds: position of the plan by epoch. Epoch 0 is the refuge.
    private var held: [Epoch: Int] = [:]
    private var activeEpoch: Epoch = 1
    /// Position of the plan that frames are served by.
    private var activePlan: Int
    private var drainingEpochs: [Epoch] = []
    private var wakeNumber = 0
    private var lastCapture: Instant
    private var outageSince: Instant?
    private var isReportedLost = false
    private var result = Result(outcomes: [], decisions: [], events: [], moves: 0)

    /// Serves the frames, beginning under `firstPlan`.
    ///
    /// - Parameter frames: when each is captured, ascending, from zero on.
    /// - Precondition: `firstPlan` is a position in the controller's plan set.
    public static func run(
        _ controller: SplitController, conditions: Schedule<Conditions>, frames: [Instant], firstPlan: Int,
        world: World = World()
    ) -> Result {
        var loop = ClosedLoop(controller, conditions, frames, firstPlan, world)
        return loop.run()
    }

    private init(
        _ controller: SplitController, _ conditions: Schedule<Conditions>, _ frames: [Instant], _ firstPlan: Int,
        _ world: World
    ) {
        self.world = world
        self.controller = controller
        self.frames = frames
        pipeline = PipelineSimulation(planSet: controller.planSet, conditions: conditions)
        activePlan = firstPlan
        held = [activeEpoch: firstPlan]
        lastCapture = frames.last ?? .zero
    }

    private mutating func run() -> Result {
        for (number, time) in frames.enumerated() { queue.insert(.capture(number), at: time, priority: 200) }
        tell(.attached(activePlan: controller.planSet.plans[activePlan].id, epoch: activeEpoch), at: .zero)
        queue.insert(.sample, at: .zero)
        while let entry = queue.pop() {
            pipeline.run(until: entry.time)
            handle(entry.payload, at: entry.time)
            reportDrained(at: entry.time)
        }
        pipeline.runToEnd()
        result.outcomes = pipeline.outcomes
        return result
    }

    private mutating func handle(_ happening: Happening, at now: Instant) {
        switch happening {
        case .capture(let number):
            pipeline.capture(frame: number, plan: activePlan, epoch: activeEpoch, at: now)
        case .sample:
            sample(at: now)
        case .tell(.prepared(let epoch)):
            guard let plan = held[epoch] else { return }
            if controller.planSet.plans[plan].isEdgeOnly || outageSince == nil {
                tell(.prepared(epoch), at: now)
            } else if now <= lastCapture {
                queue.insert(.tell(.prepared(epoch)), at: now + world.samplePeriod)
            }
        case .tell(let event):
            tell(event, at: now)
        case .wake(let number):
            if number == wakeNumber { tell(.wake, at: now) }
        case .activate(let epoch):
            guard let plan = held[epoch], epoch != activeEpoch else { return }
            drainingEpochs.append(activeEpoch)
            (activeEpoch, activePlan) = (epoch, plan)
            result.moves += 1
            tell(.activated(epoch), at: now)
        case .looksLost(let isLost, let since):
            let isStill = isLost ? outageSince == since : outageSince == nil
            guard isStill, isLost != isReportedLost else { return }
            isReportedLost = isLost
            tell(isLost ? .linkLost : .linkRestored, at: now)
        }
    }

    private mutating func sample(at now: Instant) {
        let conditions = pipeline.conditions.value(at: now)
        let isOut = conditions.uplink.bitsPerSecond <= 0
        if isOut != (outageSince != nil) {
            outageSince = isOut ? now : nil
            queue.insert(.looksLost(isLost: isOut, since: now), at: now + world.outageDetection)
        }
        // An outage gives no samples, as it gives none in the field.
        if !isOut {
            samples = samples.suffix(max(world.windowSamples, 1) - 1) + [conditions]
            if samples.count > 2, let window = ConditionsWindow(samples: samples) { tell(.conditions(window), at: now) }
        } else {
            samples = []
        }
        if now <= lastCapture { queue.insert(.sample, at: now + world.samplePeriod) }
    }

    private mutating func reportDrained(at now: Instant) {
        let done = drainingEpochs.filter { pipeline.framesUnderWay(in: $0) == 0 }
        guard !done.isEmpty else { return }
        drainingEpochs.removeAll { done.contains($0) }
        for epoch in done { tell(.drained(epoch), at: now) }
    }

    private mutating func tell(_ event: Event, at now: Instant) {
        result.events.append((now, event))
        for action in controller.step(event, at: now) { perform(action, at: now) }
    }

    private mutating func perform(_ action: Action, at now: Instant) {
        switch action {
        case .prepare(let plan, let epoch):
            held[epoch] = controller.planSet.plans.firstIndex(of: plan)
            queue.insert(.tell(.prepared(epoch)), at: now + world.preparation)
        case .activate(let epoch):
            queue.insert(.activate(epoch), at: now + world.activation)
        case .retire(let epoch):
            held[epoch] = nil
        case .wake(let time):
            wakeNumber += 1
            if now <= lastCapture { queue.insert(.wake(wakeNumber), at: max(time, now)) }
        case .record(let decision):
            result.decisions.append(decision)
        }
    }
}
