import Model
import Testing

@Suite struct ConfidenceIntervalMeanTests {
    /// Half the length of the interval, in standard errors: Student's t as the tables print it.
    private func quantile(of count: Int) -> Double {
        let values = (0..<count).map { Double($0 % 2) }
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
        let interval = ConfidenceInterval(meanOf: values)
        return interval.map { ($0.high - $0.low) / 2 / (variance / Double(count)).squareRoot() } ?? .nan
    }

    /// Degrees of freedom, and the 0.975 quantile.
    @Test(arguments: [
        (1, 12.7062047364), (2, 4.3026527297), (3, 3.1824463053), (4, 2.7764451052), (5, 2.5705818356),
        (9, 2.2621571628), (10, 2.2281388520), (19, 2.0930240544), (20, 2.0859634473), (30, 2.0422724563),
        (60, 2.0002978220), (120, 1.9799304051), (1000, 1.9623390808), (1001, 1.9623367053), (100_000, 1.9599877077),
    ])
    func theQuantileIsThatOfTheTables(freedom: Int, published: Double) {
        #expect(abs(quantile(of: freedom + 1) - published) < 1e-8)
    }

    @Test func oneValueSaysNothingOfTheSpread() {
        #expect(ConfidenceInterval(meanOf: []) == nil)
        #expect(ConfidenceInterval(meanOf: [3]) == nil)
        #expect(ConfidenceInterval(meanOf: [3, .infinity]) == nil)
        let same = ConfidenceInterval(meanOf: [3, 3, 3])
        #expect(same?.low == 3 && same?.high == 3)
    }

    /// Of samples of five uniform sums, which are nearly normal, nineteen in twenty intervals hold the true mean.
    @Test func nineteenInTwentyHoldTheMean() {
        var random = SeededGenerator(seed: 7)
        let samples = 20_000
        var held = 0
        for _ in 0..<samples {
            let values = (0..<5).map { _ in (0..<12).reduce(0.0) { sum, _ in sum + random.nextUnit() } }
            if let interval = ConfidenceInterval(meanOf: values), interval.low <= 6, interval.high >= 6 { held += 1 }
        }
        #expect(abs(Double(held) / Double(samples) - 0.95) < 0.005, "\(held)")
    }
}
