/// An interval that holds the true value with 95 % confidence.
public struct ConfidenceInterval: Hashable, Sendable {
    public var low: Double
    public var high: Double

    /// The 0.975 quantile of the normal distribution.
    static let quantile = 1.959963984540054

    /// Wilson's score interval (Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927):
    ///
    ///     (p + z²/2n ± z · sqrt(p (1 - p) / n + z²/4n²)) / (1 + z²/n)
    ///
    /// Unlike the usual `p ± z · sqrt(p (1 - p) / n)` it stays within 0…1 and means something where all answers are right.
    ///
    /// - Precondition: `count` is at least one.
    public init(share: Double, of count: Int) {
        precondition(count > 0, "a share is one of something")
        let n = Double(count)
        let z = Self.quantile
        let centre = share + z * z / (2 * n)
        let reach = z * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
        low = max(0, (centre - reach) / (1 + z * z / n))
        high = min(1, (centre + reach) / (1 + z * z / n))
    }

    /// The difference of two shares counted on the same samples, of which `lost` count for the first alone and `gained` for the
    /// second alone. Answers to the same sample go together, so the samples on which both agree say nothing of the
    /// difference. The adjusted Wald interval of Bonett and Price ("Adjusted Wald confidence interval for a difference of
    /// binomial proportions based on paired data", J. Educational and Behavioral Statistics 37(4), 2012):
    ///
    ///     a = (lost + 1) / (n + 2),  b = (gained + 1) / (n + 2)
    ///     a - b ± z · sqrt((a + b - (a - b)²) / (n + 2))
    ///
    /// - Precondition: `count` is at least one.
    public init(lost: Int, gained: Int, of count: Int) {
        precondition(count > 0, "a share is one of something")
        let n = Double(count) + 2
        let (a, b) = ((Double(lost) + 1) / n, (Double(gained) + 1) / n)
        let reach = Self.quantile * ((a + b - (a - b) * (a - b)) / n).squareRoot()
        low = max(-1, a - b - reach)
        high = min(1, a - b + reach)
    }

    /// The mean of values drawn independently of one another, as runs under different seeds are: m ± t · s / √n with Student's t of
    /// n - 1 degrees of freedom. Exact where they are normal, and close where they are many.
    ///
    /// - Returns: `nil` of fewer than two values, and where one is not finite: then nothing is known of the spread.
    public init?(meanOf values: [Double]) {
        guard values.count > 1, values.allSatisfy(\.isFinite) else { return nil }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let t = StudentDistribution.quantile(degreesOfFreedom: values.count - 1)
        let reach = t * (squares / (n - 1) / n).squareRoot()
        (low, high) = (mean - reach, mean + reach)
    }
}
