import Model
import Sim
import Testing

@Suite struct NeurosurgeonTests {
    /// By the newest readings alone, over the plans whose cut is a single tensor.
    @Test func takesTheBestSinglePoint() {
        for seed in 0..<3000 as Range<UInt64> {
            var stream = ReadingStream(seed: seed)
            var chooser = Neurosurgeon(planSet: stream.planSet)
            var samples: [Sample] = []
            for _ in 0..<6 {
                let batch = stream.nextSamples()
                samples += batch
                chooser.read(batch)
                let totals = stream.planSet.plans.map { plan in
                    plan.crossing.count > 1 ? .infinity : DumbStages(plan) { dumbLast($0, samples) }.total
                }
                let least = totals.min() ?? .infinity
                if let choice = chooser.choice() {
                    #expect(isClose(totals[choice], least), "seed \(seed)")
                } else {
                    #expect(least == .infinity, "seed \(seed)")
                }
            }
        }
    }
}
