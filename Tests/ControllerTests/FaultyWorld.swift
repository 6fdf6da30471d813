import Controller
import Model
import Optimizer
import TestSupport

/// A device whose agent and link misbehave by a seeded generator: answers are late, lost, repeated and out of order, preparations
/// fail, the agent goes away and comes back, the link goes out, operators meddle. It notes every breach of the contract.
struct FaultyWorld {
    enum Happening {
        case event(Event)
        case wake(Int)
    }

    var random: SeededGenerator
    var controller: SplitController
    let settings: ControllerSettings
    var now = Instant.zero
    var breaches: [String] = []
    var log: [(time: Instant, event: Event, actions: [Action])] = []

    // The agent, as it is.
    var held: [Epoch: String] = [:]
    var agentEpoch: Epoch = 0
    var agentPlan = ""
    var isAttached = false
    var isHealthy = false
    /// Epochs that it let go by itself: their preparation failed, or the connection broke.
    var droppedByAgent = Set<Epoch>()
    var preparedEpochs = Set<Epoch>()
    var activatedEpochs = Set<Epoch>()
    var retiredEpochs = Set<Epoch>()
    var lastGiven: Epoch = 0
    /// When moves for a gain were made.
    var gainMoves: [Instant] = []

    private var pending: [(time: Instant, number: Int, happening: Happening)] = []
    private var inserted = 0
    private var wakeNumber = 0

    init(seed: UInt64) throws {
        random = SeededGenerator(seed: seed)
        let planSet =
            Int.random(in: 0..<4, using: &random) > 0
            ? madeUpPlanSet(hasEdgeOnly: Bool.random(using: &random)) : randomPlanSet(upTo: 6, using: &random)
        settings = try ControllerSettings(
            objective: Bool.random(using: &random) ? .mean : .quantile(0.9),
            workload: Bool.random(using: &random)
                ? .isolated : Workload(frameInterval: .milliseconds(100), horizon: .seconds(2)),
            moveCost: .milliseconds(.random(in: 0...200, using: &random)),
            movesPerHour: Bool.random(using: &random) ? .random(in: 600...3_600, using: &random) : 1_000_000,
            canaryFrames: .random(in: 0...8, using: &random),
            explorationsPerHour: Bool.random(using: &random) ? 0 : .random(in: 1...60, using: &random),
            prepareTimeout: .milliseconds(.random(in: 100...2_000, using: &random)),
            drainTimeout: .milliseconds(.random(in: 100...2_000, using: &random)),
            retryDelay: .milliseconds(.random(in: 50...500, using: &random)), retryLimit: .seconds(4))
        controller = SplitController(planSet: planSet, settings: settings)
        agentPlan = planSet.plans.randomElement(using: &random)?.id ?? ""
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func plan(_ happening: Happening, after milliseconds: Int64) {
        pending.append((now + .milliseconds(milliseconds), inserted, happening))
        inserted += 1
    }

    /// An answer of the agent: late, lost or repeated unless it is healthy.
    private mutating func answer(_ event: Event) {
        if isHealthy { return plan(.event(event), after: 10) }
        if chance(12) { return }
        for _ in 0..<(chance(15) ? 3 : 1) {
            plan(.event(event), after: .random(in: 1...(chance(15) ? 4_000 : 300), using: &random))
        }
    }

    mutating func tell(_ event: Event) {
        let actions = controller.step(event, at: now)
        breaches += controller.checkInvariants()
        log.append((now, event, actions))
        checkBudget(actions)
        for action in actions { perform(action) }
    }

    mutating func serveAsProfiled(under conditions: Conditions) {
        guard let plan = controller.planSet.plan(id: agentPlan) else { return }
        let stages = plan.stages(under: conditions)
        guard stages.total < .infinity else { return }
        tell(
            .served([
                Served(
                    epoch: agentEpoch, frames: 5, service: Nanoseconds(seconds: stages.total),
                    edge: Nanoseconds(seconds: stages.edge + stages.encode), cloud: Nanoseconds(seconds: stages.cloud))
            ]))
    }

    /// Of moves for a gain there are no more than the budget allows in any stretch of time.
    private mutating func checkBudget(_ actions: [Action]) {
        for case .record(let decision) in actions where decision.kind == .moved {
            if ["pinned", "the link is lost", "back to"].contains(where: decision.reason.hasPrefix) { continue }
            gainMoves.append(now)
            let perHour = Double(settings.movesPerHour)
            for (index, start) in gainMoves.enumerated() {
                let allowed = 2 * max(1, perHour / 60) + (now - start).inSeconds * perHour / 3600
                if Double(gainMoves.count - index) > allowed + 1 { breaches.append("moved beyond the budget") }
            }
        }
    }

    /// Frames that the agent answered: now and then more slowly than anyone foresaw.
    mutating func serve() {
        let service = Nanoseconds.milliseconds(.random(in: 1...(chance(20) ? 900 : 120), using: &random))
        let served = Served(
            epoch: chance(10) ? .random(in: -1...20, using: &random) : agentEpoch,
            frames: .random(in: 0...4, using: &random), fallbacks: chance(20) ? 2 : 0, service: service,
            edge: service.scaled(by: random.nextUnit()), cloud: service.scaled(by: random.nextUnit()))
        tell(.served([served]))
    }

    /// What is sent while the connection is broken is lost.
    private func isLost(_ action: Action) -> Bool {
        switch action {
        case .prepare, .activate, .retire: !isAttached
        case .wake, .record: false
        }
    }

    private mutating func perform(_ action: Action) {
        if isLost(action) {
            if case .prepare(_, let epoch) = action { lastGiven = max(lastGiven, epoch) }
            return
        }
        switch action {
        case .prepare(let plan, let epoch):
            if epoch <= max(lastGiven, agentEpoch) { breaches.append("epoch \(epoch) does not ascend") }
            lastGiven = max(lastGiven, epoch)
            preparedEpochs.insert(epoch)
            if !isHealthy, chance(15) {
                droppedByAgent.insert(epoch)
                answer(.prepareFailed(epoch, reason: "no\nmemory"))
            } else {
                held[epoch] = plan.id
                answer(.prepared(epoch))
            }
        case .activate(let epoch):
            guard let plan = held[epoch] else { return breaches.append("activates \(epoch), which the agent lacks") }
            if epoch != agentEpoch {
                if activatedEpochs.contains(epoch) { breaches.append("activates \(epoch) again after its end") }
                answer(.drained(agentEpoch))
                (agentEpoch, agentPlan) = (epoch, plan)
                activatedEpochs.insert(epoch)
            }
            answer(.activated(epoch))
        case .retire(let epoch):
            if epoch == agentEpoch { breaches.append("retires the active epoch \(epoch)") }
            if epoch == 0 { breaches.append("retires the refuge") }
            held[epoch] = nil
            retiredEpochs.insert(epoch)
        case .wake(let time):
            if time <= now { breaches.append("asks for a wake in the past") }
            wakeNumber += 1
            pending.append((time, inserted, .wake(wakeNumber)))
            inserted += 1
        case .record(let decision):
            if decision.reason.isEmpty || decision.reason.contains(where: \.isNewline) {
                breaches.append("a reason is one line: \(decision.reason)")
            }
        }
    }

    mutating func attach() {
        isAttached = true
        held = agentEpoch == 0 ? [:] : [agentEpoch: agentPlan]
        tell(.attached(activePlan: agentPlan, epoch: agentEpoch))
    }

    /// The connection breaks: the agent keeps what it runs, and answers on their way may still come.
    mutating func detach(isNoticed: Bool) {
        isAttached = false
        for epoch in held.keys where epoch != agentEpoch { droppedByAgent.insert(epoch) }
        held = agentEpoch == 0 ? [:] : [agentEpoch: agentPlan]
        if isNoticed { tell(.detached) }
    }

    /// Lets what is due by then happen, in order of time.
    mutating func run(until end: Instant) {
        while let next = pending.indices.min(by: {
            (pending[$0].time, pending[$0].number) < (pending[$1].time, pending[$1].number)
        }), pending[next].time <= end {
            let due = pending.remove(at: next)
            now = max(now, due.time)
            switch due.happening {
            case .event(let event): tell(event)
            case .wake(let number): if number == wakeNumber { tell(.wake) }
            }
        }
        now = max(now, end)
    }

    /// Something that nobody asked for.
    mutating func meddle(with conditions: inout Conditions) {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: serve()
        case 8..<60:
            if chance(20) { conditions = randomConditions(using: &random) }
            var samples = (0..<Int.random(in: 0...4, using: &random)).map { _ in randomConditions(using: &random) }
            samples = chance(70) ? samples.map { _ in conditions } + [conditions] : samples + [conditions]
            if let window = ConditionsWindow(samples: samples) { tell(.conditions(window)) }
        case 60..<65: tell(.linkLost)
        case 65..<72: tell(.linkRestored)
        case 72..<75:
            let id = chance(20) ? "no such plan" : controller.planSet.plans.randomElement(using: &random)?.id ?? ""
            tell(.pin(planID: id))
        case 75..<80: tell(.unpin)
        case 80..<83: tell(.mode(Mode.allCases.randomElement(using: &random) ?? .auto))
        case 83..<87: tell(.mode(.auto))
        case 87..<91:
            if isAttached { detach(isNoticed: chance(70)) }
        case 91..<96:
            if !isAttached { attach() }
        default:
            // Answers for epochs that are over, or that there never were.
            let epoch = Int.random(in: 0...(lastGiven + 3), using: &random)
            if !held.keys.contains(epoch), epoch != agentEpoch, epoch != lastGiven {
                let answers: [Event] = [.prepared(epoch), .activated(epoch), .prepareFailed(epoch, reason: "")]
                tell(answers.randomElement(using: &random) ?? .wake)
            }
        }
    }
}
