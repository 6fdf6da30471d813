import Model
import Testing

@Suite struct ConfidenceIntervalTests {
    /// Published values: Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, 1998,
    /// table I, Wilson's method.
    @Test func wilsonsIntervalIsThePublishedOne() {
        for (count, of, low, high) in [
            (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718),
        ] {
            let interval = ConfidenceInterval(share: Double(count) / Double(of), of: of)
            #expect(
                abs(interval.low - low) < 5e-5 && abs(interval.high - high) < 5e-5, "\(count) of \(of): \(interval)")
        }
    }

    /// The share of repetitions in which the interval holds the truth, simulated.
    @Test(arguments: [(0.02, 0.01), (0.05, 0.05), (0.2, 0.1), (0.01, 0)])
    func thePairedIntervalHoldsTheTruthAsOftenAsItSays(lost: Double, gained: Double) {
        var random = SeededGenerator(seed: 3)
        var held = 0
        for _ in 0..<2000 {
            var counts = (lost: 0, gained: 0)
            for _ in 0..<128 {
                let point = random.nextUnit()
                if point < lost { counts.lost += 1 } else if point < lost + gained { counts.gained += 1 }
            }
            let interval = ConfidenceInterval(lost: counts.lost, gained: counts.gained, of: 128)
            held += interval.low <= lost - gained && lost - gained <= interval.high ? 1 : 0
        }
        #expect((1860...2000).contains(held), "\(held) of 2000")
    }

    @Test func aDropIsWhatIsLostLessWhatIsGained() {
        let accuracy = Accuracy(
            samples: 100, topOne: 0.94, agreement: 0.9, labelled: 50, lost: 4, gained: 1, signalToNoise: 20)
        #expect(accuracy.drop == 0.06)
        #expect(accuracy.dropInterval.map { $0.low < 0.06 && $0.high > 0.06 } == true)
        #expect(accuracy.topOneInterval == ConfidenceInterval(share: 0.94, of: 50))
        #expect(Accuracy(samples: 100, topOne: 0.94, agreement: 0.9).drop == nil)
    }

    @Test func noErrorInFewSamplesProvesLittle() {
        #expect(ConfidenceInterval(lost: 0, gained: 0, of: 128).high > 0.02)
        #expect(ConfidenceInterval(lost: 0, gained: 0, of: 275).high > 0.01)
        #expect(ConfidenceInterval(lost: 0, gained: 0, of: 276).high < 0.01)
    }
}
