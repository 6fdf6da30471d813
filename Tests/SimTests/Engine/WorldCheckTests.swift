import Controller
import Model
import Sim
import TestSupport
import Testing

@Suite struct WorldCheckTests {
    /// Numbers of every size in every place: a world is refused by name, or runs.
    @Test func noWorldTraps() throws {
        var refused = 0
        for seed in 0..<3_000 as Range<UInt64> {
            var random = RandomWorld(seed: seed)
            var drivers = random.drivers()
            if seed % 3 == 0 { drivers = [Driver](repeating: .oracle, count: drivers.count) }
            random.spoil()
            do {
                var run = try Simulation(world: random.world, drivers: drivers, seed: seed)
                for _ in 0..<2_000 where !run.step() { break }
                _ = run.result.summary()
            } catch {
                refused += 1
                #expect(!error.description.isEmpty && !error.description.contains("\n"), "seed \(seed)")
                #expect(error.description.hasPrefix("world: "), "seed \(seed)")
            }
        }
        #expect(refused > 1_000)
    }

    @Test func whatIsWrongIsNamed() throws {
        let trace = try #require(randomTrace(seed: 1))
        let group = DeviceGroup(
            name: "camera", planSet: madeUpPlanSet(hasEdgeOnly: false), arrivals: .periodic(every: .milliseconds(100)),
            link: Link(trace: trace))
        var world = World(duration: .seconds(1), devices: [group])
        func error() -> String {
            do {
                _ = try Simulation(world: world, drivers: [.fixed(0)], seed: 0)
                return ""
            } catch { return error.description }
        }
        #expect(error() == "")
        world.devices[0].link.fallbackAfter = .seconds(1)
        #expect(
            error()
                == "world: device group 'camera' falls back on the edge, and no plan of its set runs there alone; "
                + "add an edge-only plan, or leave the fallback out")
        world.devices[0].link.fallbackAfter = nil
        world.devices[0].firstPlan = "nowhere"
        #expect(
            error() == "world: device group 'camera' begins with a plan 'nowhere'; name a plan of its set")
        world.devices[0].firstPlan = nil
        world.cloud.workers = 0
        #expect(error() == "world: the cloud has a number of workers of 0; it must be 1 to 1000000")
        world.cloud.workers = nil
        world.devices = []
        #expect(error() == "world: drivers are 1 for 0 devices; give one for each device")
    }
}
