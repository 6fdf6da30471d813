public import Model

extension Calibration {
    /// The distortion of a head as Auto-Split sums it: over its layers the mean squared error of their weights and of what they
    /// write, each at its own width (Banitalebi-Dehkordi et al., KDD 2021, the error constraint).
    ///
    /// - Parameters:
    ///   - weightBits: of a layer, 2 to 8; `nil` where they stay floats. Layers whose weights cannot be integers count nothing.
    ///   - activationBits: of a tensor that the head writes, 2 to 8; `nil` where it stays a float.
    /// - Returns: `nil` where something was not measured: a tensor, a width, or the weights of the model as a whole.
    public func distortion(
        of partition: Partition, in graph: LayerGraph, weightBits: (Layer) -> Int?, activationBits: (Tensor) -> Int?
    ) -> Double? {
        var sum = 0.0
        for (index, layer) in graph.layers.enumerated() where partition.inHead[index] {
            if let bits = weightBits(layer), layer.parameters > 0 {
                guard !weights.isEmpty else { return nil }
                if let weight = weights[layer.name] {
                    guard let error = weight.distortion(bits: bits) else { return nil }
                    sum += error
                }
            }
            for output in layer.outputs.map({ graph.tensors[$0] }) {
                guard let bits = activationBits(output), output.elementType == .float32 else { continue }
                guard let error = tensors[output.name]?.distortion(bits: bits) else { return nil }
                sum += error
            }
        }
        return sum
    }
}
