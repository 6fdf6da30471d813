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
            let drivers = random.drivers().map { driver in
                if case .fixed = driver { driver } else { Driver.fixed(0) }
            }
            var options = RecordingOptions()
            var quick = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
            options.usesLanes = false
            var plain = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
            let middle = Instant.zero + .milliseconds(.random(in: 0...2_000, using: &random.random))
            quick.run(until: middle)
            plain.run(until: middle)
            let frames = zip(quick.result.devices, plain.result.devices)
            #expect(frames.allSatisfy { $0.frames == $1.frames }, "midway, seed \(seed)")
            quick.runToEnd()
            plain.runToEnd()
            #expect(quick.result == plain.result, "seed \(seed)")
            lanes += quick.lanes
        }
        #expect(lanes > 1_000)
    }
}
