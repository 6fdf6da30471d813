/// Bits of a layer's operands: one width for its weights, one for its activations.
public struct OperandBits: Hashable, Sendable {
    /// Bits of each weight.
    public var weights: Int
    /// Bits of each activation that the layer works on.
    public var activations: Int

    /// - Precondition: both are 1 to 32.
    public init(weights: Int, activations: Int) {
        precondition((1...32).contains(weights) && (1...32).contains(activations), "an operand has 1 to 32 bits")
        self.weights = weights
        self.activations = activations
    }

    /// The same width for both.
    public init(_ bits: Int) { self.init(weights: bits, activations: bits) }

    /// Values as the model file holds them.
    public static let unquantised = OperandBits(32)
    /// 16-bit floating point, the cloud's in Auto-Split.
    public static let half = OperandBits(16)
}
