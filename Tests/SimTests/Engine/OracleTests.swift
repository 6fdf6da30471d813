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
}
