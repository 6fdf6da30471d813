/// In what numbers the head of a split holds its weights and computes: all that edge and cloud need besides the model file to
/// build the same quantised head. Scales of weights are not part of it: they follow from the weights themselves.
///
/// Weights are stored in the next standard integer type that holds their bits, see `storedBits(of:)`.
public struct HeadPrecision: Hashable, Codable, Sendable {
    /// Bits of the weights of every layer that `layers` does not name.
    public var weights: Precision
    /// Bits of the weights of single layers, by the layer's name.
    public var layers: [String: Precision]
    /// The ranges that 8-bit activations span, by tensor. Empty: activations are computed in float.
    public var activations: [String: ValueRange]

    public init(
        weights: Precision, layers: [String: Precision] = [:], activations: [String: ValueRange] = [:]
    ) {
        self.weights = weights
        self.layers = layers
        self.activations = activations
    }

    /// The head as the model file has it.
    public static let float = HeadPrecision(weights: .unquantised)

    public var isFloat: Bool { self == .float }
    /// Whether integer kernels are to compute, rather than only weights be small.
    public var hasIntegerActivations: Bool { !activations.isEmpty }

    public func weightBits(of layer: String) -> Precision { layers[layer] ?? weights }

    /// Bits that one weight takes in the file: 2, 4 or 8, the widths of ONNX's integer types; above 8 the weight stays float.
    public static func storedBits(of precision: Precision) -> Precision {
        switch precision.bits {
        case ...2: .twoBits
        case ...4: .fourBits
        case ...8: .eightBits
        default: .unquantised
        }
    }

    enum CodingKeys: String, CodingKey {
        case weights = "weight_bits", layers = "layer_weight_bits", activations = "activation_ranges"
    }
}
