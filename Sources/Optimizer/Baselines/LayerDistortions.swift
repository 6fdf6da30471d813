public import Model

/// The mean squared error that quantising a layer's weights, or the activation that it writes, brings at a number of
/// bits.
public struct LayerDistortions: Hashable, Sendable {
    /// The numbers of bits that are known, ascending.
    public let bits: [Int]
    private let weights: [[Double]]
    private let activations: [[Double]]

    /// - Parameters:
    ///   - weights: for each layer a value for each of `bits`; empty for a layer without weights.
    ///   - activations: for each layer a value for each of `bits`.
    public init(bits: [Int], weights: [[Double]], activations: [[Double]]) {
        precondition(weights.count == activations.count, "weights and activations are of the same layers")
        precondition(weights.allSatisfy { $0.isEmpty || $0.count == bits.count }, "one value for each number of bits")
        precondition(activations.allSatisfy { $0.count == bits.count }, "one value for each number of bits")
        self.bits = bits
        self.weights = weights
        self.activations = activations
    }

    public var layerCount: Int { activations.count }

    /// Zero at 16 bits and more, which stand for floating point, and for layers without weights.
    public func ofWeights(_ layer: LayerIndex, at bits: Int) -> Double {
        weights[layer].isEmpty ? 0 : value(weights[layer], at: bits)
    }

    /// Zero at 16 bits and more, which stand for floating point.
    public func ofActivation(_ layer: LayerIndex, at bits: Int) -> Double { value(activations[layer], at: bits) }

    /// - Precondition: `bits` are known, or at least 16.
    private func value(_ values: [Double], at bits: Int) -> Double {
        guard bits < 16 else { return 0 }
        guard let position = self.bits.firstIndex(of: bits) else {
            preconditionFailure("no distortion is known at \(bits) bits")
        }
        return values[position]
    }
}
