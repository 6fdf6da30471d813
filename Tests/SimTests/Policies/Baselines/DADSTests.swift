import Model
import Sim
import Testing

@Suite struct DADSTests {
    /// The least latency while its slowest stage keeps up with the frames, else the least slowest stage.
    @Test func switchesByTheLoad() {
        var heavy = 0
        for seed in 0..<3000 as Range<UInt64> {
            var stream = ReadingStream(seed: seed)
            let interval = stream.isOneIn(4) ? nil : Nanoseconds.milliseconds(Int64(10 * (1 + seed % 20)))
            var chooser = DADS(planSet: stream.planSet, frameInterval: interval)
            var samples: [Sample] = []
            for _ in 0..<6 {
                let batch = stream.nextSamples()
                samples += batch
                chooser.read(batch)
                let stages = stream.planSet.plans.map { DumbStages($0) { dumbLast($0, samples) } }
                let light = stages.indices.min { stages[$0].total < stages[$1].total } ?? 0
                guard let choice = chooser.choice() else {
                    #expect(stages[light].total == .infinity, "seed \(seed)")
                    continue
                }
                if let interval, stages[light].bottleneck >= interval.inSeconds {
                    heavy += 1
                    let least = stages.map(\.bottleneck).min() ?? .infinity
                    #expect(isClose(stages[choice].bottleneck, least), "seed \(seed)")
                    let fastest = stages.filter { $0.bottleneck == least }.map(\.total).min() ?? .infinity
                    #expect(stages[choice].total <= fastest * (1 + 1e-9), "seed \(seed)")
                } else {
                    #expect(isClose(stages[choice].total, stages[light].total), "seed \(seed)")
                }
            }
        }
        #expect(heavy > 1000)
    }
}
