import Model
import Sim
import Testing

@Suite struct HoldHysteresisTests {
    /// Means over the last 30 readings, recomputed from all of them; 30 requests from a move to the next; more than 8 ms.
    @Test func movesSeldomAndForAGain() {
        var moves = 0
        for seed in 0..<400 as Range<UInt64> {
            var stream = ReadingStream(seed: seed)
            let plans = stream.planSet.plans
            var chooser = HoldHysteresis(planSet: stream.planSet)
            var present = stream.nextPlan() ?? 0
            chooser.began(present)
            var samples: [Sample] = []
            var requests: Int?
            for _ in 0..<60 {
                let (batch, frames) = (stream.nextSamples(), stream.nextFrames())
                samples += batch
                requests = requests.map { $0 + frames.count }
                chooser.read(batch)
                chooser.read(frames)
                let totals = plans.map { DumbStages($0) { dumbMean($0, 30, samples) }.total }
                let least = totals.min() ?? .infinity
                let gain = least < .infinity ? totals[present] - least : 0
                guard abs(gain - 0.008) > 1e-9 else { continue }
                let mayMove = requests.map { $0 >= 30 } ?? true
                let choice = chooser.choice()
                #expect((choice != nil) == (mayMove && gain > 0.008), "seed \(seed)")
                guard let choice else { continue }
                #expect(isClose(totals[choice], least), "seed \(seed)")
                moves += 1
                (present, requests) = (choice, 0)
                chooser.began(choice)
            }
        }
        #expect(moves > 400)
    }
}
