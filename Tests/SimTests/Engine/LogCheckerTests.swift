import Model
import Sim
import TestSupport
import Testing

/// A run of a random world, to its end.
func randomRun(seed: UInt64, log: Bool = false) throws -> (run: Simulation, world: World) {
    var random = RandomWorld(seed: seed)
    var options = RecordingOptions()
    options.log = log
    let drivers = random.drivers()
    let run = try Simulation(world: random.world, drivers: drivers, seed: seed, recording: options)
    return (run, random.world)
}

@Suite struct LogCheckerTests {
    @Test func randomWorldsObeyEveryRule() throws {
        var answered = 0
        for seed in 0..<2_000 as Range<UInt64> {
            var (run, world) = try randomRun(seed: seed, log: true)
            run.runToEnd()
            let breaches = LogChecker.breaches(in: run.takeLog(), of: world)
            #expect(breaches == [], "seed \(seed)")
            answered += run.result.summary().latency?.frames ?? 0
        }
        #expect(answered > 50_000)
    }
}
