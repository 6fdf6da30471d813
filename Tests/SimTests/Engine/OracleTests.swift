import Glibc
import Model
import Sim
import TestSupport
import Testing

/// The oracle sees a few frames ahead.
@Suite struct OracleTests {
    private func mean(_ world: World, _ driver: Driver, seed: UInt64) throws -> Double? {
        var run = try Simulation(world: world, drivers: [driver], seed: seed)
        run.runToEnd()
        return run.result.summary().lost == 0 ? run.result.summary().latency?.mean.inSeconds : nil
    }

    private func world(_ seed: UInt64, every: Nanoseconds) throws -> World {
        var random = SeededGenerator(seed: seed)
        let planSet = randomPlanSet(upTo: 5, using: &random)
        let trace = try #require(randomTrace(seed: seed))
        let group = DeviceGroup(
            name: "camera", planSet: planSet, arrivals: .periodic(every: every), link: Link(trace: trace))
        return World(duration: .seconds(20), devices: [group])
    }

    /// Frames so far apart that none waits for another: then nothing can be better, frame by frame.
    @Test func aloneItIsTheFloor() throws {
        var compared = 0
        for seed in 0..<150 as Range<UInt64> {
            let world = try world(seed, every: .seconds(5))
            guard let floor = try mean(world, .oracle, seed: seed) else { continue }
            for plan in world.devices[0].planSet.plans.indices {
                guard let fixed = try mean(world, .fixed(plan), seed: seed) else { continue }
                compared += 1
                #expect(floor <= fixed + 1e-9, "seed \(seed), plan \(plan): \(floor) against \(fixed)")
            }
        }
        #expect(compared > 150)
    }

    /// Frames that wait for one another: it is hardly ever worse than a fixed plan, though that it never is cannot be said.
    @Test func aShortSightCostsLittle() throws {
        var (compared, worse) = (0, 0)
        var excess = 0.0
        for seed in 0..<200 as Range<UInt64> {
            let world = try world(seed, every: .milliseconds([70, 200, 450][Int(seed % 3)]))
            guard let floor = try mean(world, .oracle, seed: seed) else { continue }
            for plan in world.devices[0].planSet.plans.indices {
                guard let fixed = try mean(world, .fixed(plan), seed: seed) else { continue }
                compared += 1
                worse += floor > fixed * 1.001 ? 1 : 0
                excess = max(excess, floor / fixed)
            }
        }
        #expect(
            compared > 300 && worse * 25 <= compared && excess < 1.1, "\(worse) of \(compared), at most \(excess) times"
        )
    }

    /// Cells, workers, batches, cores, heat, drop rules, queue limits and crashes, as random worlds have them: against the best of
    /// the fixed plans in hindsight, one for all devices. Few frames and much that goes wrong; what others do next is not known.
    @Test func whereDevicesShareItIsMostlyBetterThanBestStatic() throws {
        var (compared, worse) = (0, 0)
        var logSum = 0.0
        for seed in 0..<300 as Range<UInt64> {
            var random = RandomWorld(seed: seed)
            let count = random.drivers().count
            let plans = random.world.devices.map(\.planSet.plans.count).min() ?? 0
            guard let best = try bestFixed(random.world, plans, count, seed: seed), best.mean > 0 else { continue }
            let oracle = try score(random.world, [Driver](repeating: .oracle, count: count), seed: seed)
            guard oracle.lost == best.lost else { continue }
            compared += 1
            logSum += log(oracle.mean / best.mean)
            worse += oracle.mean > best.mean * 1.01 ? 1 : 0
        }
        let gain = exp(logSum / Double(compared))
        #expect(
            compared > 200 && worse * 5 < compared && gain < 0.92,
            "worse in \(worse) of \(compared), \(gain) times on average")
    }

    /// Where what is best for one frame harms those behind it or beside it: a processor that heats up, and a crowded cell.
    @Test func itMindsHeatAndNeighbours() throws {
        for seed in 0..<12 as Range<UInt64> {
            let trace = try #require(Trace(constant: .mbps(0.5 + 0.1 * Double(seed)), rtt: .milliseconds(90)))
            var camera = DeviceGroup(
                name: "camera", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(150)),
                link: Link(trace: trace))
            camera.edge.thermal = Thermal()
            camera.edge.thermal?.timeConstant = .seconds(10)
            let hot = World(duration: .seconds(60), devices: [camera])
            try expectFloor(hot, 5, 1, seed: seed)
            // In a faster cell they hardly meet: all depends on who sends when, which is not known of others.
            guard seed < 5 else { continue }
            camera.edge.thermal = nil
            camera.count = 8
            camera.stagger = .milliseconds(17)
            camera.link = Link(trace: try #require(Trace(constant: .mbps(20), rtt: .milliseconds(20))))
            camera.link.cell = 0
            var crowded = World(duration: .seconds(20), devices: [camera])
            let shared = try #require(Trace(constant: .mbps(4 + 2 * Double(seed)), rtt: .zero))
            crowded.cells = [Cell(name: "cell", trace: shared)]
            try expectFloor(crowded, 5, 8, seed: seed)
        }
    }

    private func expectFloor(_ world: World, _ plans: Int, _ devices: Int, seed: UInt64) throws {
        let best = try #require(try bestFixed(world, plans, devices, seed: seed))
        let oracle = try score(world, [Driver](repeating: .oracle, count: devices), seed: seed)
        #expect(oracle.lost == 0 && oracle.mean <= best.mean * 1.001, "seed \(seed): \(oracle) against \(best)")
    }

    private func bestFixed(
        _ world: World, _ plans: Int, _ devices: Int, seed: UInt64
    ) throws -> (lost: Int, mean: Double)? {
        try (0..<plans).map { try score(world, [Driver](repeating: .fixed($0), count: devices), seed: seed) }
            .min { ($0.lost, $0.mean) < ($1.lost, $1.mean) }
    }

    private func score(_ world: World, _ drivers: [Driver], seed: UInt64) throws -> (lost: Int, mean: Double) {
        var run = try Simulation(world: world, drivers: drivers, seed: seed)
        run.runToEnd()
        let summary = run.result.summary()
        return (summary.lost, summary.latency?.mean.inSeconds ?? 0)
    }
}

extension Trace {
    /// One rate each way for ever.
    fileprivate init?(constant rate: BitRate, rtt: Nanoseconds) {
        self.init(
            pieces: [.init(start: .zero, value: State(uplink: rate, downlink: .mbps(100), rtt: rtt))],
            duration: .seconds(1))
    }
}
