import Model

/// Where a layer reads a weight that can be held as integers.
struct WeightSlot: Hashable {
    /// Position in the graph's initializers.
    var initializer: Int
    /// The axis of output channels, along which scales differ.
    var axis: Int
    /// Bits of one element as stored: 2, 4 or 8.
    var bits: Int
}

extension ONNXModel {
    /// Input 1 of convolutions and general matrix products, and of matrix products by a matrix, where it is an initializer of
    /// floats; by position in `topology.layers`. A weight that several layers read is held as integers only if all agree on
    /// axis and bits, and none needs it as it is.
    func weightSlots(at precision: HeadPrecision) -> [Int: WeightSlot] {
        var slots: [Int: WeightSlot] = [:]
        var readers: [Int: Set<WeightSlot?>] = [:]
        for (index, layer) in topology.layers.enumerated() {
            let slot = weightSlot(of: layer, at: precision)
            slots[index] = slot
            for name in layer.weights {
                guard case .initializer(let position) = topology.writers[name] else { continue }
                readers[position, default: []].insert(slot?.initializer == position ? slot : nil)
            }
        }
        let prepared = Set(topology.weightNodes.flatMap { proto.graph.node[$0].input })
        return slots.filter { _, slot in
            readers[slot.initializer] == [slot]
                && !prepared.contains(proto.graph.initializer[slot.initializer].name)
        }
    }

    private func weightSlot(of layer: Topology.LayerNode, at precision: HeadPrecision) -> WeightSlot? {
        let node = proto.graph.node[layer.node]
        let stored = HeadPrecision.storedBits(of: precision.weightBits(of: node.name))
        guard stored.isQuantised, node.input.count > 1,
            case .initializer(let position) = topology.writers[node.input[1]],
            node.input.count(where: { $0 == node.input[1] }) == 1
        else { return nil }
        let tensor = proto.graph.initializer[position]
        guard TensorEncoding(code: Int(tensor.dataType))?.elementType == .float32,
            let axis = node.channelAxis(rank: tensor.dims.count), !tensor.dims.contains(0)
        else { return nil }
        return WeightSlot(initializer: position, axis: axis, bits: stored.bits)
    }
}

extension Onnx_NodeProto {
    /// The axis of output channels of input 1; `nil` where the operator has no such weight. Transposed convolutions hold their
    /// output channels, within a group, on the second axis.
    fileprivate func channelAxis(rank: Int) -> Int? {
        switch opType {
        case "Conv" where rank > 2: 0
        case "ConvTranspose" where rank > 2: 1
        case "Gemm" where rank == 2: integer("transB") == 1 ? 0 : 1
        case "MatMul" where rank == 2: 1
        default: nil
        }
    }

    /// An attribute's value; zero where it is not given.
    func integer(_ name: String) -> Int { attribute.first { $0.name == name }.map { Int($0.i) } ?? 0 }

    func float(_ name: String, default value: Float) -> Float { attribute.first { $0.name == name }?.f ?? value }
}
