public import Optimizer

/// What was measured of one activation tensor.
public struct TensorCalibration: Hashable, Codable, Sendable {
    /// Elements of the tensor.
    public var elements: Int
    /// By bit width, 2 to 8, as JSON's keys are text.
    public var bits: [String: MeasuredPrecision]

    public init(elements: Int, bits: [String: MeasuredPrecision]) {
        self.elements = elements
        self.bits = bits
    }

    /// Mean squared error of an element at a width: the distortion that Auto-Split bounds, summed over tensors (Banitalebi-Dehkordi
    /// et al., KDD 2021). `nil` where it was not measured.
    public func distortion(bits width: Int) -> Double? { bits["\(width)"]?.meanSquaredError }

    /// The squared error summed over the tensor's elements.
    public func squaredError(bits width: Int) -> Double? { distortion(bits: width).map { $0 * Double(elements) } }

    /// What either knows.
    func merging(_ other: Self) -> Self {
        let bits = bits.merging(other.bits) { own, other in
            own.deflated == nil && own.range == other.range ? other : own
        }
        return Self(elements: elements, bits: bits)
    }
}

/// What was measured of one layer's weights, held as integers with a scale for each output channel.
public struct WeightCalibration: Hashable, Codable, Sendable {
    public var elements: Int
    /// Output channels.
    public var channels: Int
    /// Mean squared error of an element, by bit width, 2 to 8.
    public var meanSquaredErrors: [String: Double]

    public init(elements: Int, channels: Int, meanSquaredErrors: [String: Double]) {
        self.elements = elements
        self.channels = channels
        self.meanSquaredErrors = meanSquaredErrors
    }

    enum CodingKeys: String, CodingKey { case elements, channels, meanSquaredErrors = "mean_squared_errors" }

    public func distortion(bits: Int) -> Double? { meanSquaredErrors["\(bits)"] }

    /// The squared error summed over the elements.
    public func squaredError(bits: Int) -> Double? { distortion(bits: bits).map { $0 * Double(elements) } }
}
