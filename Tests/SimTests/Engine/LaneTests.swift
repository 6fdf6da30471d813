import Model
import Sim
import TestSupport
import Testing

@Suite struct LaneTests {
    /// Fixed plans of every device, in worlds of every sort: with lanes and with events alone.
    @Test func lanesTakeWhatEventsTake() throws {
        var lanes = 0
        for seed in 0..<2_000 as Range<UInt64> {
            var random = RandomWorld(seed: seed)
            random.simplify()
            lanes += try runBothWays(&random, seed: seed).lanes
        }
        #expect(lanes > 1_000)
    }

    /// Devices that share nothing but a cloud, which batches or scales, or has frames of others to serve at times. Some are in lockstep, so
    /// that frames of many arrive at one moment.
    @Test func lanesShareACloudAsEventsDo() throws {
        var sharing = 0
        for seed in 0..<1_000 as Range<UInt64> {
            var random = RandomWorld(seed: seed)
            let (cloud, faults) = (random.world.cloud, random.world.faults)
            random.simplify()
            random.world.cloud = cloud
            random.world.faults = faults.filter { fault in
                if case .cloudSurge = fault.kind { true } else { fault.kind == .outage }
            }
            for index in random.world.devices.indices {
                random.world.devices[index].count = .random(in: 1...4, using: &random.random)
                if seed % 3 == 0 { random.world.devices[index].stagger = .zero }
            }
            sharing += try runBothWays(&random, seed: seed).sharingLanes
        }
        #expect(sharing > 1_000)
    }

    /// - Returns: the run with lanes.
    private func runBothWays(_ random: inout RandomWorld, seed: UInt64) throws -> Simulation {
        let drivers = random.drivers().map { driver in
            if case .fixed = driver { driver } else { Driver.fixed(0) }
        }
        var options = RecordingOptions()
        var quick = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
        options.usesLanes = false
        var plain = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
        for middle in (0..<2).map({ _ in Int64.random(in: 0...2_000, using: &random.random) }).sorted() {
            quick.run(until: .zero + .milliseconds(middle))
            plain.run(until: .zero + .milliseconds(middle))
            let frames = zip(quick.result.devices, plain.result.devices)
            #expect(frames.allSatisfy { $0.frames == $1.frames }, "at \(middle) ms, seed \(seed)")
        }
        quick.runToEnd()
        plain.runToEnd()
        #expect(quick.result == plain.result, "seed \(seed)")
        return quick
    }
}
