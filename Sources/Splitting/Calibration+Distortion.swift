public import Model
public import Optimizer

extension Calibration {
    /// From so many bits on a value counts as one in floating point, without distortion.
    private static let floatBits = 16
    /// Bits at which an input of the model is taken, which brings no distortion.
    private static let inputBits = 8

    /// The distortion of a head as Auto-Split sums it: over its layers the mean squared error of their weights and of what they
    /// write, each at its own width (Banitalebi-Dehkordi et al., KDD 2021, the error constraint). What a ReLU writes counts
    /// beside what it reads, also where the runtime makes one layer of the two.
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

    /// The distortion of a plan: its head's, and that of what crosses at other bits than it was made at.
    ///
    /// - Returns: `nil` where a part of it was not measured, such as the loss of a JPEG.
    func distortion(of plan: Plan, _ partition: Partition, in graph: LayerGraph) -> Double? {
        guard plan.coding.isLossless else { return nil }
        let head = plan.headPrecision ?? .float
        let bits = Dictionary(plan.crossing.map { ($0.name, $0.precision.bits) }) { first, _ in first }
        let crossing = plan.isEdgeOnly ? [] : graph.crossing(partition)
        guard
            let sent = distortion(ofSending: crossing, in: graph, from: head, bits: { bits[$0.name] ?? 32 }),
            let made = distortion(
                of: partition, in: graph,
                weightBits: { layer in
                    let bits = head.weightBits(of: layer.name)
                    return bits.isQuantised ? HeadPrecision.storedBits(of: bits).bits : nil
                }, activationBits: { head.activations[$0.name] == nil ? nil : 8 })
        else { return nil }
        return made + sent
    }

    /// What sending tensors at other bits than they were made at adds. An input of the graph adds nothing at the bits that it was
    /// taken at, or more.
    ///
    /// - Parameter head: makes tensors at 8 bits where it has a range for them, else in floats.
    /// - Returns: `nil` where that was not measured.
    func distortion(
        ofSending crossing: [TensorIndex], in graph: LayerGraph, from head: HeadPrecision, bits: (Tensor) -> Int
    ) -> Double? {
        var sum = 0.0
        for index in crossing {
            let tensor = graph.tensors[index]
            let width = bits(tensor)
            if graph.producer[index] == nil, width >= Self.inputBits { continue }
            if width >= Self.floatBits || (width == 8 && head.activations[tensor.name] != nil) { continue }
            guard let error = tensors[tensor.name]?.distortion(bits: width) else { return nil }
            sum += error
        }
        return sum
    }

    /// The distortions of a graph's layers as the published methods count them: of each layer's weights, and of all that it
    /// writes in `float32`. Weights that cannot be held as integers count nothing.
    ///
    /// - Parameter bits: ascending, of 2 to 8.
    /// - Throws: `PlanningError.bitWidths` naming the layer of which a distortion was not measured.
    public func layerDistortions(of graph: LayerGraph, bits: [Int]) throws(PlanningError) -> LayerDistortions {
        var (ofWeights, ofActivations): ([[Double]], [[Double]]) = ([], [])
        for layer in graph.layers {
            let written = layer.outputs.map { graph.tensors[$0] }
                .filter { $0.elementType == .float32 && $0.elementCount > 0 }
            var errors = [Double](repeating: 0, count: bits.count)
            for tensor in written {
                let more = try Self.errors(of: "tensor '\(tensor.name)'", at: bits, tensors[tensor.name]?.distortion)
                for position in bits.indices { errors[position] += more[position] }
            }
            ofActivations.append(errors)
            let weight = layer.parameters > 0 ? weights[layer.name] : nil
            ofWeights.append(
                try weight.map { weight throws(PlanningError) in
                    try Self.errors(of: "the weights of layer '\(layer.name)'", at: bits, weight.distortion)
                } ?? [])
        }
        return LayerDistortions(bits: bits, weights: ofWeights, activations: ofActivations)
    }

    private static func errors(
        of place: String, at bits: [Int], _ error: ((Int) -> Double?)?
    ) throws(PlanningError) -> [Double] {
        var errors: [Double] = []
        for width in bits {
            guard let value = error?(width) else {
                throw .bitWidths(
                    place: place, problem: "was not measured at \(width) bits; calibrate this model on samples")
            }
            errors.append(value)
        }
        return errors
    }
}
