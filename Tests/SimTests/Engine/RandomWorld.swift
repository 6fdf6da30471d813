import Model
import Sim
import TestSupport

/// Worlds of every sort, small enough to be checked in plain ways.
struct RandomWorld {
    var random: SeededGenerator
    var world: World

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        world = World(duration: .milliseconds(.random(in: 1...3_000, using: &random)), devices: [])
        if chance(40) {
            world.cells = [Cell(name: "cell", trace: trace(mostMbps: 200))]
        }
        for group in 0..<Int.random(in: 1...2, using: &random) { world.devices.append(self.group("g\(group)")) }
        world.cloud = cloud()
        world.faults = (0..<Int.random(in: 0...2, using: &random)).map { _ in fault() }
        world.telemetry.lag = .milliseconds(.random(in: 0...50, using: &random))
        world.telemetry.noise = chance(50) ? 0 : 0.1
        world.telemetry.probeBytes = .random(in: 0...10_000, using: &random)
        receipts(seed)
    }

    /// Windows and held answers, drawn apart so that all else of a seed's world stays what it was.
    private mutating func receipts(_ seed: UInt64) {
        var random = SeededGenerator(seed: ~seed)
        for index in world.devices.indices {
            if Int.random(in: 0..<3, using: &random) == 0 {
                world.devices[index].link.window = .random(in: 1...3, using: &random)
            }
            world.devices[index].link.holdsAnswers = Int.random(in: 0..<3, using: &random) == 0
        }
    }

    /// Takes out most of what devices share and what comes back to the edge, so that many need no events.
    mutating func simplify() {
        for index in world.devices.indices where chance(80) {
            let discipline = world.devices[index].edge.discipline
            world.devices[index].edge = Edge(slowdown: world.devices[index].edge.slowdown)
            world.devices[index].edge.discipline = chance(90) ? .firstCome : discipline
            world.devices[index].link.cell = nil
            world.devices[index].link.queueLimit = nil
            world.devices[index].link.fallbackAfter = nil
            world.devices[index].link.window = nil
            world.devices[index].link.holdsAnswers = false
            world.devices[index].drop = DropRule()
        }
        if chance(70) { world.cloud.workers = nil } else { world.devices = Array(world.devices.prefix(1)) }
        if chance(70) {
            world.cloud.scaling = nil
            world.cloud.batching = nil
            world.devices[0].count = 1
            world.faults = world.faults.filter { $0.kind == .outage }.map { Fault(.outage, from: $0.start, to: $0.end) }
        }
        if world.cloud.workers == nil { world.cloud.scaling = nil }
        world.faults = world.faults.filter { $0.groups == nil }
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    mutating func span(_ most: Int64) -> Nanoseconds { .microseconds(.random(in: 0...most * 1000, using: &random)) }

    mutating func trace(mostMbps: Int) -> Trace {
        var pieces: [Schedule<Trace.State>.Piece] = []
        var time = Nanoseconds.zero
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let up = chance(10) ? 0 : Double(Int.random(in: 1...mostMbps * 1000, using: &random)) * 1e3
            let down = chance(5) ? 0 : Double(Int.random(in: 1...mostMbps * 1000, using: &random)) * 1e3
            let state = Trace.State(
                uplink: BitRate(bitsPerSecond: up), downlink: BitRate(bitsPerSecond: down), rtt: span(100),
                loss: chance(70) ? 0 : Double.random(in: 0...0.5, using: &random))
            pieces.append(.init(start: .zero + time, value: state))
            time += span(800) + Nanoseconds(1)
        }
        return Trace(pieces: pieces, duration: time) ?? trace(mostMbps: mostMbps)
    }

    mutating func slowdown() -> Schedule<Double> {
        var time = Instant.zero
        let pieces = (0..<Int.random(in: 1...4, using: &random)).map { _ in
            defer { time += span(900) + Nanoseconds(1) }
            return Schedule<Double>.Piece(start: time, value: .random(in: 0.5...3, using: &random))
        }
        let ending: Schedule<Double>.Ending = chance(50) ? .holds : .repeats(every: time - .zero)
        return Schedule(pieces: pieces, ending: ending) ?? .constant(1)
    }

    private mutating func group(_ name: String) -> DeviceGroup {
        let planSet = randomPlanSet(upTo: 4, using: &random)
        var group = DeviceGroup(
            name: name, planSet: planSet, arrivals: arrivals(), link: Link(trace: trace(mostMbps: 40)))
        group.count = .random(in: 1...3, using: &random)
        group.stagger = span(100)
        for plan in planSet.plans where chance(30) {
            group.truth[plan.id] = SiteRatios(
                edge: .random(in: 0.5...2, using: &random), cloud: .random(in: 0.5...2, using: &random))
        }
        if chance(50) { group.deadline = span(500) }
        if chance(30) { group.drop.edgeQueue = .random(in: 0...4, using: &random) }
        group.drop.late = chance(30)
        group.edge = Edge(slowdown: slowdown())
        group.edge.discipline = chance(30) ? .processorSharing : .firstCome
        group.edge.cores = .random(in: 1...3, using: &random)
        if chance(20) {
            var thermal = Thermal()
            thermal.timeConstant = .milliseconds(300)
            group.edge.thermal = thermal
        }
        group.link.offset = span(2_000)
        group.link.jitter = chance(50) ? .zero : span(20)
        if chance(30) { group.link.queueLimit = .random(in: 0...200_000, using: &random) }
        if chance(40), planSet.edgeOnly != nil { group.link.fallbackAfter = span(800) + .milliseconds(1) }
        if !world.cells.isEmpty, chance(70) { group.link.cell = 0 }
        group.moves.build = span(300)
        group.moves.buildSlowdown = chance(70) ? 1 : 1.5
        group.moves.sendsWeights = chance(30)
        group.moves.activation = span(20)
        return group
    }

    private mutating func arrivals() -> Arrivals {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return .periodic(every: .milliseconds(.random(in: 10...200, using: &random)))
        case 1: return .poisson(perSecond: .random(in: 1...40, using: &random))
        case 2: return .bursts(size: 3, spacing: span(10), every: .milliseconds(.random(in: 30...400, using: &random)))
        case 3:
            var time = Nanoseconds.zero
            return .recorded(
                (0..<20).map { _ in
                    time += span(100)
                    return time
                })
        default: return .closedLoop(inFlight: .random(in: 1...3, using: &random), think: span(100))
        }
    }

    private mutating func cloud() -> CloudPool {
        var cloud = CloudPool()
        cloud.workers = chance(30) ? nil : .random(in: 1...3, using: &random)
        cloud.slowdown = slowdown()
        if chance(30) { cloud.foreignQueue = .constant(span(20)) }
        if chance(40) {
            var batching = CloudPool.Batching()
            batching.most = .random(in: 1...4, using: &random)
            batching.wait = chance(50) ? .zero : span(30)
            cloud.batching = batching
        }
        if chance(30), cloud.workers != nil {
            var scaling = CloudPool.Scaling()
            scaling.most = 4
            scaling.period = .milliseconds(200)
            scaling.coldStart = span(300)
            cloud.scaling = scaling
        }
        return cloud
    }

    private mutating func fault() -> Fault {
        let start = span(2_000)
        let kinds: [Fault.Kind] = [
            .outage, .loadSpike(slowdown: 2.5), .workerCrash(workers: .random(in: 1...3, using: &random)),
            .cloudSurge(perSecond: 60, work: span(40)), .controllerAway, .clockStep(by: .milliseconds(-200)),
            .staleTelemetry, .lyingTelemetry(.uplink, factor: 3),
        ]
        let kind = kinds.randomElement(using: &random) ?? .outage
        return Fault(kind, from: start, to: start + span(1_000), groups: chance(70) ? nil : ["g0"])
    }

    /// A driver for each device: fixed, or one that moves at random.
    mutating func drivers() -> [Driver] {
        world.devices.flatMap { group in
            (0..<group.count).map { _ in
                if chance(40) { return .fixed(Int.random(in: group.planSet.plans.indices, using: &random)) }
                var mover = RandomMover(group.planSet, seed: random.next())
                if chance(50) { mover.needs = [.samples, .frames, .ticks] }
                return .causal(mover)
            }
        }
    }

    /// Puts numbers that hardly any world has into some places.
    mutating func spoil() {
        let spans = [Int64.min, -1, 0, 1, 1 << 40, 1 << 61, .max].map(Nanoseconds.init)
        let counts = [Int.min, -1, 0, 1, 1 << 31, .max]
        let numbers = [-1, 0, 1e-300, 1e300, .infinity, .nan, 5]
        func pick<Value>(_ values: [Value]) -> Value { values.randomElement(using: &random) ?? values[0] }
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let group = Int.random(in: world.devices.indices, using: &random)
            switch Int.random(in: 0..<26, using: &random) {
            case 0: world.duration = pick(spans)
            case 1: world.devices[group].count = pick(counts)
            case 2: world.devices[group].stagger = pick(spans)
            case 3: world.devices[group].deadline = pick(spans)
            case 4: world.devices[group].drop.edgeQueue = pick(counts)
            case 5: world.devices[group].edge.cores = pick(counts)
            case 6: world.devices[group].edge.slowdown = .constant(pick(numbers))
            case 7: world.devices[group].arrivals = .periodic(every: pick(spans))
            case 8: world.devices[group].arrivals = .poisson(perSecond: pick(numbers))
            case 9:
                world.devices[group].arrivals = .bursts(size: pick(counts), spacing: pick(spans), every: pick(spans))
            case 10: world.devices[group].arrivals = .recorded([pick(spans), pick(spans)])
            case 11: world.devices[group].arrivals = .closedLoop(inFlight: pick(counts), think: pick(spans))
            case 12: world.devices[group].link.offset = pick(spans)
            case 13: world.devices[group].link.jitter = pick(spans)
            case 14: world.devices[group].link.queueLimit = pick(counts)
            case 15: world.devices[group].link.fallbackAfter = pick(spans)
            case 16: world.devices[group].link.cell = pick(counts)
            case 17: world.devices[group].moves.build = pick(spans)
            case 18: world.devices[group].moves.kept = pick(counts)
            case 19: world.devices[group].truth["p0"] = SiteRatios(edge: pick(numbers), cloud: pick(numbers))
            case 20: world.cloud.workers = pick(counts)
            case 21: world.cloud.slowdown = .constant(pick(numbers))
            case 22: world.cloud.foreignQueue = .constant(pick(spans))
            case 23: world.telemetry.period = pick(spans)
            case 24: world.faults.append(Fault(.clockStep(by: pick(spans)), from: pick(spans), to: pick(spans)))
            default:
                var thermal = Thermal()
                thermal.rise = pick(numbers)
                thermal.timeConstant = pick(spans)
                world.devices[group].edge.thermal = thermal
            }
        }
    }
}
