/// Student's t ("The probable error of a mean", Biometrika 6(1), 1908): how the mean of few values lies about the true one.
enum StudentDistribution {
    /// Degrees of freedom from which on the expansion about the normal distribution is as good as the finite sum.
    private static let many = 1000

    /// The value that |t| does not exceed with 95 % probability.
    ///
    /// - Precondition: at least one degree of freedom.
    /// - Complexity: O(degrees of freedom), at most some thousand terms for each of sixty halvings.
    static func quantile(degreesOfFreedom: Int) -> Double {
        precondition(degreesOfFreedom > 0, "a spread is that of two values or more")
        let z = ConfidenceInterval.quantile
        // Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5, to the second term.
        if degreesOfFreedom > many {
            let (n, square) = (Double(degreesOfFreedom), z * z)
            return z + z * (square + 1) / (4 * n) + z * (square * (5 * square + 16) + 3) / (96 * n * n)
        }
        var (low, high) = (z, 13.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if probability(within: middle, degreesOfFreedom) < 0.95 { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The probability that |t| is at most `t`: a finite sum in the sine and cosine of θ = arctan(t / √ν) (26.7.3 for an odd
    /// number of degrees of freedom ν, 26.7.4 for an even one).
    private static func probability(within t: Double, _ freedom: Int) -> Double {
        let n = Double(freedom)
        let (sine, cosine) = (t / (n + t * t).squareRoot(), (n / (n + t * t)).squareRoot())
        let isOdd = freedom % 2 == 1
        var term = isOdd ? cosine : 1
        var sum = freedom == 1 ? 0 : term
        for exponent in stride(from: isOdd ? 3 : 2, through: freedom - 2, by: 2) {
            term *= cosine * cosine * Double(exponent - 1) / Double(exponent)
            sum += term
        }
        return isOdd ? 2 / Double.pi * (arctangent(t / n.squareRoot()) + sine * sum) : sine * sum
    }

    /// Of a value that is not negative: halved until its series, of Gregory, converges fast. Sums and square roots alone, so that
    /// every machine has the same bits.
    private static func arctangent(_ value: Double) -> Double {
        var x = value
        for _ in 0..<4 { x /= 1 + (1 + x * x).squareRoot() }
        var (power, sum) = (x, 0.0)
        for exponent in stride(from: 1.0, through: 31, by: 2) {
            sum += power / exponent
            power *= -x * x
        }
        return sum * 16
    }
}
