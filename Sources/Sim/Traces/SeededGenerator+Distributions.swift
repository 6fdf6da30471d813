import Glibc
import Model

extension SeededGenerator {
    /// A sequence of its own.
    mutating func part() -> SeededGenerator { SeededGenerator(seed: next()) }

    /// Of mean one.
    mutating func exponential() -> Double { -log(1 - nextUnit()) }

    /// To the microsecond, one at least and `most` at most.
    mutating func exponential(mean: Nanoseconds, most: Nanoseconds) -> Nanoseconds {
        let value = mean.scaled(by: exponential())
        return min(max(Nanoseconds(value.count / 1000 * 1000), .microseconds(1)), most)
    }

    /// Box and Muller, "A note on the generation of random normal deviates", Annals of Mathematical Statistics 29(2),
    /// 1958.
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - nextUnit())).squareRoot()
        return radius * cos(2 * Double.pi * nextUnit())
    }

    /// By counting exponential steps within the mean; for means up to some hundreds.
    mutating func poisson(mean: Double) -> Int {
        var count = 0
        var left = mean + log(1 - nextUnit())
        while left > 0 {
            count += 1
            left += log(1 - nextUnit())
        }
        return count
    }
}
