import DataPlane
import Model
import TestSupport

/// A made-up world around an `AgentCore`: an edge with one processor, a link that fades, breaks and comes back, a
/// worker that is restarted, a controller that orders moves. All of it from one seed.
struct CoreWorld {
    private enum Happening {
        case event(AgentCore.Event)
        case edgeFree
        case capture
        case tick
        case arrive(connection: Int, frame: Int, epoch: Epoch)
        case prepareOnWorker(connection: Int, Epoch)
        case breakLink, mendLink, beginOutage, endOutage, restartWorker
        case order
    }

    private(set) var core: AgentCore
    private(set) var records: [FrameRecord] = []
    private(set) var told: [AgentMessage] = []
    private(set) var forgotten: [Int] = []
    private(set) var largestWindow = 0
    private var random: SeededGenerator
    private var now = Instant.zero
    private var agenda: [(time: Instant, sequence: Int, what: Happening)] = []
    private var sequence = 0
    private var edge: (urgent: [Int], ordinary: [Int], isBusy: Bool) = ([], [], false)
    private var connection = 0
    private var isConnected = false
    private var outageEnd: Instant?
    private var worker: Set<Epoch> = []
    private var onWire: Set<Int> = []
    private var nextEpoch = 1
    private var toCapture: Int
    private let plans = madeUpPlanSet().plans + [Self.integersAlone]
    private let isCalm: Bool

    /// The edge alone with a model that has to be built first.
    private static let integersAlone: Plan = {
        var plan = madeUpPlan("edge-only-int8", head: 10, edge: 50, bytes: nil)
        plan.headPrecision = HeadPrecision(weights: .eightBits)
        return plan
    }()

    /// - Parameter isCalm: nothing breaks.
    init(seed: UInt64, frames: Int, fallback: Bool, isCalm: Bool = false) {
        var settings = AgentCore.Settings()
        settings.fallback = fallback
        settings.modelSHA256 = madeUpPlanSet().model.sha256
        settings.reconnectAfter = .seconds(2)
        core = AgentCore(settings: settings, edgeOnly: madeUpPlanSet().edgeOnly!)  // The set has one.
        random = SeededGenerator(seed: seed)
        toCapture = frames
        self.isCalm = isCalm
    }

    /// Until all frames are answered, or a simulated hour has passed.
    mutating func run() {
        perform(.start)
        plan(.event(.order(.welcome(madeUpPlanSet()))), after: 1)
        plan(.mendLink, after: 5)
        plan(.tick, after: 10)
        plan(.capture, after: 20)
        plan(.order, after: 30)
        if !isCalm { planTrouble() }
        while let next = agenda.min(by: { ($0.time, $0.sequence) < ($1.time, $1.sequence) }),
            next.time < .zero + .seconds(3600), toCapture > 0 || !core.isIdle
        {
            agenda.removeAll { $0.sequence == next.sequence }
            now = next.time
            happen(next.what)
        }
    }

    private mutating func planTrouble() {
        let kinds: [Happening] = [.breakLink, .beginOutage, .restartWorker]
        plan(kinds[Int.random(in: 0..<3, using: &random)], after: Double.random(in: 50...1500, using: &random))
    }

    private mutating func plan(_ what: Happening, after milliseconds: Double) {
        sequence += 1
        agenda.append((now + Nanoseconds(milliseconds: milliseconds), sequence, what))
    }

    private mutating func happen(_ what: Happening) {
        switch what {
        case .event(let event): step(event)
        case .edgeFree:
            edge.isBusy = false
            runEdge()
        case .capture:
            guard toCapture > 0 else { return }
            toCapture -= 1
            step(.captured)
            plan(.capture, after: Double.random(in: 20...150, using: &random))
        case .tick:
            step(.tick)
            plan(.tick, after: 10)
        case .arrive(let connection, let frame, let epoch): arrive(connection, frame, epoch)
        case .prepareOnWorker(let connection, let epoch):
            guard connection == self.connection, isConnected else { return }
            if Int.random(in: 0..<12, using: &random) == 0, !isCalm {
                step(.link(connection, .notPrepared(epoch, reason: "no memory")))
                // An announced epoch is asked for again only after a reconnection.
                plan(.breakLink, after: 300)
            } else {
                worker.insert(epoch)
                step(.link(connection, .prepared(epoch)))
            }
        case .breakLink: breakLink()
        case .mendLink:
            guard !isConnected else { return }
            connection += 1
            isConnected = true
            onWire = []
            step(.link(connection, .up))
        case .beginOutage:
            let length = Double.random(in: 10...6000, using: &random)
            outageEnd = now + Nanoseconds(milliseconds: length)
            plan(.endOutage, after: length)
        case .endOutage:
            outageEnd = nil
            if toCapture > 0 { planTrouble() }
        case .restartWorker:
            worker = []
            breakLink()
        case .order: order()
        }
    }

    private mutating func breakLink() {
        guard isConnected else { return }
        isConnected = false
        step(.link(connection, .down))
        plan(.mendLink, after: Double.random(in: 50...2000, using: &random))
        if toCapture > 0 { planTrouble() }
    }

    private mutating func order() {
        guard toCapture > 0 else { return }
        let held = core.activeEpoch
        switch Int.random(in: 0..<4, using: &random) {
        case 0...1:
            let plan = plans[Int.random(in: plans.indices, using: &random)]
            step(.order(.prepare(nextEpoch, plan)))
            nextEpoch += 1
        case 2: step(.order(.retire(Int.random(in: 0...max(held, 1), using: &random))))
        default: step(.order(.activate(Int.random(in: 0..<nextEpoch + 1, using: &random))))
        }
        plan(.order, after: Double.random(in: 20...400, using: &random))
    }

    // MARK: Effects

    private mutating func step(_ event: AgentCore.Event) { perform(event) }

    private mutating func perform(_ event: AgentCore.Event) {
        for effect in core.step(event, at: now) {
            switch effect {
            case .compute(let frame, let urgent):
                if urgent { edge.urgent.append(frame) } else { edge.ordinary.append(frame) }
                runEdge()
            case .send(let frame): send(frame)
            case .forget(let frame): forgotten.append(frame)
            case .ping(let number, _, _): reply(.pong(number: number), after: 20)
            case .buildHead(let epoch, _):
                plan(.event(.headBuilt(epoch)), after: Double.random(in: 1...300, using: &random))
            case .prepareWorker(let epoch, _): plan(.prepareOnWorker(connection: connection, epoch), after: transit(50))
            case .retire(let epoch): worker.remove(epoch)
            case .probeEdge: plan(.event(.probed(plans[1], .milliseconds(60))), after: 60)
            case .reconnect: breakLink()
            case .record(let record): records.append(record)
            case .tell(let message): told.append(message)
            case .buildAhead, .sample, .log, .fail: break
            }
        }
    }

    private mutating func runEdge() {
        guard !edge.isBusy, !edge.urgent.isEmpty || !edge.ordinary.isEmpty else { return }
        let frame = edge.urgent.isEmpty ? edge.ordinary.removeFirst() : edge.urgent.removeFirst()
        edge.isBusy = true
        var elapsed = 0.1
        switch core.begin(frame, at: now) {
        case .nothing: plan(.event(.skipped(frame: frame)), after: elapsed)
        case .whole(let epoch):
            precondition(
                core.plan(of: epoch)?.isEdgeOnly == true, "the whole model runs under plans for the edge alone")
            elapsed = Double.random(in: 10...80, using: &random)
            plan(.event(.answeredAlone(frame: frame, begun: now, .init(topClass: 1, isCorrect: nil))), after: elapsed)
        case .head:
            elapsed = Double.random(in: 1...40, using: &random)
            let done = now + Nanoseconds(milliseconds: elapsed)
            let head = AgentCore.HeadTimes(begun: now, headDone: done - .microseconds(100), encoded: done)
            if Int.random(in: 0..<100, using: &random) == 0, !isCalm {
                plan(.event(.headFailed(frame: frame, reason: "out of luck")), after: elapsed)
            } else {
                let bytes = Int.random(in: 100...50_000, using: &random)
                plan(.event(.encoded(frame: frame, head, bytes: bytes)), after: elapsed)
            }
        }
        plan(.edgeFree, after: elapsed)
    }

    /// Milliseconds that something takes which is sent now: what is under way waits for the end of an outage.
    private mutating func transit(_ milliseconds: Double) -> Double {
        let wait = outageEnd.map { max(($0 - now).inMilliseconds, 0) } ?? 0
        return wait + Double.random(in: 0.5...milliseconds, using: &random)
    }

    private mutating func reply(_ event: AgentCore.LinkEvent, after milliseconds: Double) {
        plan(.event(.link(connection, event)), after: transit(milliseconds))
    }

    private mutating func send(_ frame: Int) {
        onWire.insert(frame)
        largestWindow = max(largestWindow, onWire.count)
        let epoch = core.epoch(of: frame) ?? -1
        plan(.arrive(connection: connection, frame: frame, epoch: epoch), after: transit(30))
    }

    private mutating func arrive(_ connection: Int, _ frame: Int, _ epoch: Epoch) {
        guard connection == self.connection, isConnected else { return }
        guard worker.contains(epoch) else {
            onWire.remove(frame)
            return step(.link(connection, .refused(frame: frame, .unknownEpoch, reason: "not held")))
        }
        onWire.remove(frame)
        step(.link(connection, .receipt(frame: frame)))
        let (queue, compute) = (
            Nanoseconds.microseconds(.random(in: 0...9000, using: &random)),
            Nanoseconds.microseconds(.random(in: 0...40_000, using: &random))
        )
        let verdict = AgentCore.Verdict(topClass: 1, isCorrect: nil)
        let delay = max((queue + compute).inMilliseconds * Double.random(in: 0.8...1.5, using: &random), 0.01)
        let wait = outageEnd.map { max(($0 - now).inMilliseconds, 0) } ?? 0
        plan(
            .event(.link(connection, .answer(frame: frame, queue: queue, compute: compute, verdict))),
            after: delay + wait)
    }
}
