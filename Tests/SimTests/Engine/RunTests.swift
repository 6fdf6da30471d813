import Controller
import Model
import Sim
import TestSupport
import Testing

/// What holds of every run, whatever its world.
@Suite struct RunTests {
    @Test func equalInputsGiveEqualRuns() throws {
        for seed in 0..<300 as Range<UInt64> {
            var first = try randomRun(seed: seed, log: true).run
            var second = try randomRun(seed: seed, log: true).run
            first.runToEnd()
            while second.step() {}
            #expect(first.takeLog() == second.takeLog(), "seed \(seed)")
            #expect(first.result == second.result, "seed \(seed)")
        }
    }

    /// A copy taken anywhere goes on as the original does, and leaves it alone.
    @Test func aCopyIsACheckpoint() throws {
        for seed in 0..<300 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: seed % 2 == 0)
            var random = SeededGenerator(seed: seed)
            run.run(until: .zero + .milliseconds(.random(in: 0...world.duration.count / 1_000_000, using: &random)))
            var resumed = run
            run.runToEnd()
            let expected = run.result
            resumed.runToEnd()
            #expect(resumed.result == expected, "seed \(seed)")
            #expect(resumed.takeLog() == run.takeLog(), "seed \(seed)")
        }
    }

    /// Two copies that go on by turns are in no way of each other.
    @Test func copiesGoOnByTurns() throws {
        for seed in 0..<200 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: seed % 2 == 0)
            run.run(until: .zero + .milliseconds(world.duration.count / 2_000_000))
            var other = run
            var alone = run
            var areInStep = true
            while run.step() { areInStep = other.step() && areInStep }
            while alone.step() {}
            let isOtherDone = !other.step()
            #expect(areInStep && isOtherDone, "seed \(seed)")
            #expect(other.result == alone.result && run.result == alone.result, "seed \(seed)")
            let logs = [run.takeLog(), other.takeLog(), alone.takeLog()]
            #expect(logs[0] == logs[2] && logs[1] == logs[2], "seed \(seed)")
        }
    }

    /// One more device of a group, at the end, leaves the draws of the others alone.
    @Test func oneMoreDeviceChangesNoOthersDraws() throws {
        let planSet = madeUpPlanSet()
        let trace = try #require(randomTrace(seed: 3))
        var group = DeviceGroup(
            name: "camera", planSet: planSet, arrivals: .poisson(perSecond: 5), link: Link(trace: trace))
        group.link.jitter = .milliseconds(20)
        group.count = 2
        let other = DeviceGroup(
            name: "other", planSet: planSet, arrivals: .poisson(perSecond: 3), link: Link(trace: trace))
        var world = World(duration: .seconds(20), devices: [group, other])
        var few = try Simulation(world: world, seed: 7) { _ in .fixed(1) }
        world.devices[0].count = 3
        var many = try Simulation(world: world, seed: 7) { _ in .fixed(1) }
        few.runToEnd()
        many.runToEnd()
        #expect(few.result.devices.map(\.frames) == [0, 1, 3].map { many.result.devices[$0].frames })
    }

    @Test func hundredsOfDevicesWithDifferentModels() throws {
        var random = SeededGenerator(seed: 11)
        let groups = try (0..<20).map { number in
            let trace = try #require(randomTrace(seed: UInt64(number)))
            var group = DeviceGroup(
                name: "model-\(number)", planSet: randomPlanSet(upTo: 6, using: &random),
                arrivals: .periodic(every: .milliseconds(100)), link: Link(trace: trace))
            group.count = 20
            group.stagger = .milliseconds(3)
            return group
        }
        var world = World(duration: .seconds(5), devices: groups)
        world.cloud.workers = 40
        let names = world.deviceNames
        var run = try Simulation(world: world, seed: 1) { device in
            let set = groups[device / 20].planSet
            return device % 2 == 0 ? .oracle : .causal(RandomMover(set, seed: UInt64(device)))
        }
        run.runToEnd()
        let result = run.result
        #expect(result.devices.map(\.name) == names && names.count == 400)
        #expect(result.summary().frames == result.devices.reduce(0) { $0 + $1.frames.count })
        #expect(result.devices.allSatisfy { (49...50).contains($0.frames.count) })
    }

    @Test func framesUnderWayAreNotAnsweredYet() throws {
        let trace = try #require(randomTrace(seed: 5))
        let group = DeviceGroup(
            name: "camera", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(100)),
            link: Link(trace: trace))
        var run = try Simulation(world: World(duration: .seconds(10), devices: [group]), drivers: [.fixed(0)], seed: 0)
        for time in stride(from: Int64(0), to: 12_000, by: 70) {
            let now = Instant.zero + .milliseconds(time)
            run.run(until: now)
            let frames = run.result.devices[0].frames
            #expect(frames.captured.allSatisfy { $0 < now })
            for frame in 0..<frames.count {
                if let latency = frames.latency(of: frame) { #expect(frames.captured[frame] + latency < now) }
            }
        }
    }
}
