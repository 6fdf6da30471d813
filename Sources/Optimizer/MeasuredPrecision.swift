public import Model

/// Bytes of one tensor after lossless coding, over samples.
public struct CodedSize: Hashable, Codable, Sendable {
    public var mean: Int
    /// What 95 % of the samples do not exceed; `nil` where it was not measured.
    public var p95: Int?

    public init(mean: Int, p95: Int?) {
        self.mean = mean
        self.p95 = p95
    }

    /// Mean, rounded, and 95th percentile by nearest rank. Traps where there are none.
    public init(of sizes: [Int]) {
        let sorted = sizes.sorted()
        mean = (sizes.reduce(0, +) + sizes.count / 2) / sizes.count
        p95 = sorted[max(0, (sizes.count * 95 + 99) / 100 - 1)]
    }

    enum CodingKeys: String, CodingKey { case mean = "mean_bytes", p95 = "p95_bytes" }
}

/// What quantising a tensor at one precision means, measured on samples.
public struct MeasuredPrecision: Hashable, Codable, Sendable {
    /// The range with the least squared error, within that of the values.
    public var range: ValueRange
    /// Mean squared error of an element, on samples other than those that the range was chosen on.
    public var meanSquaredError: Double
    /// `nil` where it was not measured.
    public var deflated: CodedSize?

    public init(range: ValueRange, meanSquaredError: Double, deflated: CodedSize? = nil) {
        self.range = range
        self.meanSquaredError = meanSquaredError
        self.deflated = deflated
    }

    enum CodingKeys: String, CodingKey { case range, meanSquaredError = "mean_squared_error", deflated }
}
