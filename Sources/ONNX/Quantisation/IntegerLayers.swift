import Model

/// The affine 8-bit form of an activation: `q = clamp(round(x / scale) + zeroPoint, 0, 255)`.
struct ActivationScale: Hashable {
    var scale: Float
    var zeroPoint: UInt8

    /// Spans `range` extended to zero, which every integer kernel needs to represent exactly (padding, ReLU). The upper end
    /// never exceeds that of the range, so that a clip at that very end does nothing more.
    init(_ range: ValueRange) {
        let low = min(range.low, 0)
        let high = max(range.high, 0)
        let scale = (high - low) / 255
        guard scale.isNormal else {
            self.scale = 1
            zeroPoint = 0
            return
        }
        zeroPoint = UInt8(min(max((-low / scale).rounded(), 0), 255))
        self.scale = scale
        while self.scale * Float(255 - Int(zeroPoint)) > high, low == 0 { self.scale = self.scale.nextDown }
    }
}

/// Which layers compute in 8-bit integers, and which activations therefore pass through 8 bits.
///
/// Layers that hold 8-bit weights and whose input and output have ranges do; and behind them those that would otherwise have
/// to go back to floats and that the runtime has integer kernels for. A ReLU or a clip that alone reads what an integer
/// layer writes becomes part of it: the range of its output says as much.
struct IntegerLayers {
    /// Positions in `topology.layers`.
    private(set) var layers = Set<Int>()
    /// By tensor.
    private(set) var activations: [String: ActivationScale] = [:]
    /// What integer layers write.
    private var written = Set<String>()

    private static let weighted: Set<String> = ["Conv", "Gemm", "MatMul"]
    private static let joining: Set<String> = ["Add", "AveragePool", "Concat", "GlobalAveragePool"]
    /// Input and output have one scale.
    private static let moving: Set<String> = ["Flatten", "MaxPool", "Reshape", "Squeeze", "Transpose", "Unsqueeze"]

    /// - Complexity: linear in the layers.
    init(_ model: ONNXModel, _ slots: [Int: WeightSlot], ranges: [String: ValueRange]) {
        guard !ranges.isEmpty else { return }
        let readers = Readers(of: model)
        for (index, layer) in model.topology.layers.enumerated() where layer.outputs.count == 1 {
            guard let input = layer.inputs.first else { continue }
            let kind = model.proto.graph.node[layer.node].opType
            if Self.moving.contains(kind) {
                guard layer.inputs.count == 1, written.contains(input), let scale = activations[input] else { continue }
                take(index, writes: layer.outputs[0], at: scale)
            } else if Self.weighted.contains(kind) ? model.canBeInteger(layer, slots[index]) : isJoining(layer, kind) {
                let end = readers.endOfFusion(from: layer.outputs[0], in: model)
                // A matrix product may give floats, where nobody goes on in integers.
                let givesFloats = ["Gemm", "MatMul"].contains(kind) && readers.areNone(of: end)
                guard let inputScale = scale(of: input, ranges) else { continue }
                guard let outputScale = givesFloats ? inputScale : scale(of: end, ranges) else { continue }
                activations[input] = inputScale
                take(index, writes: givesFloats ? nil : end, at: outputScale)
            }
        }
    }

    private func scale(of tensor: String, _ ranges: [String: ValueRange]) -> ActivationScale? {
        activations[tensor] ?? ranges[tensor].map(ActivationScale.init)
    }

    private func isJoining(_ layer: Topology.LayerNode, _ kind: String) -> Bool {
        Self.joining.contains(kind) && layer.weights.isEmpty && layer.inputs.allSatisfy(written.contains)
    }

    private mutating func take(_ layer: Int, writes output: String?, at scale: ActivationScale) {
        layers.insert(layer)
        guard let output else { return }
        activations[output] = scale
        written.insert(output)
    }
}

/// Who reads a tensor, the caller included.
private struct Readers {
    private var layers: [String: [Int]] = [:]
    private let given: Set<String>

    init(of model: ONNXModel) {
        given = Set(model.proto.graph.output.map(\.name))
        for (index, layer) in model.topology.layers.enumerated() {
            for input in layer.inputs { layers[input, default: []].append(index) }
        }
    }

    func areNone(of tensor: String) -> Bool { layers[tensor] == nil }

    /// What leaves a layer once the ReLU or clip that alone reads its output is part of it.
    func endOfFusion(from output: String, in model: ONNXModel) -> String {
        guard !given.contains(output), let only = layers[output], only.count == 1 else { return output }
        let next = model.topology.layers[only[0]]
        let isClip = ["Relu", "Clip"].contains(model.proto.graph.node[next.node].opType) && next.inputs == [output]
        return isClip ? next.outputs.first ?? output : output
    }
}

extension ONNXModel {
    /// Whether the runtime has an integer kernel for this convolution or matrix product, with the weight and bias that it has.
    fileprivate func canBeInteger(_ layer: Topology.LayerNode, _ slot: WeightSlot?) -> Bool {
        let node = proto.graph.node[layer.node]
        guard let slot, slot.bits == 8, layer.inputs.count == 1 else { return false }
        if node.opType == "Gemm" {
            guard node.integer("transA") == 0, node.float("alpha", default: 1) == 1, node.float("beta", default: 1) == 1
            else { return false }
        }
        guard node.bias != nil else { return true }
        let channels = proto.graph.initializer[slot.initializer].dims[slot.axis]
        return floatBias(of: node).map { proto.graph.initializer[$0].dims == [channels] } ?? false
    }

    /// Position of the initializer that holds a node's bias as a vector of floats.
    func floatBias(of node: Onnx_NodeProto) -> Int? {
        guard let bias = node.bias, case .initializer(let position) = topology.writers[bias] else { return nil }
        let tensor = proto.graph.initializer[position]
        let isFloat = TensorEncoding(code: Int(tensor.dataType))?.elementType == .float32
        return isFloat && tensor.dims.count == 1 ? position : nil
    }
}

extension Onnx_NodeProto {
    /// The third input of convolutions and general matrix products.
    var bias: String? {
        guard opType == "Conv" || opType == "Gemm", input.count > 2, !input[2].isEmpty else { return nil }
        return input[2]
    }
}
