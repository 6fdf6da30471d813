public import Model

extension ONNXModel {
    /// The model as layers and activations: one layer for each node that depends on the input, without those from which no
    /// output can be reached.
    ///
    /// - Parameter tensors: element type and shape of every activation in `activationNames`, as the inference runtime
    ///   reports them; for inputs of the model they may be given too, and count over what the file declares.
    /// - Throws: `ONNXError` where a type or shape is missing or too large.
    public func layerGraph(
        tensors: [String: (ElementType, TensorShape)]
    ) throws(ONNXError) -> LayerGraph {
        do throws(ONNXError.Problem) {
            return try makeLayerGraph(tensors)
        } catch let problem {
            throw error(problem)
        }
    }

    private func makeLayerGraph(
        _ given: [String: (ElementType, TensorShape)]
    ) throws(ONNXError.Problem) -> LayerGraph {
        var tensors: [Tensor] = []
        var index: [String: TensorIndex] = [:]
        func add(_ name: String, _ type: ElementType, _ shape: TensorShape) throws(ONNXError.Problem) {
            guard LargestTensor.elementCount(of: shape.extents) != nil else {
                throw .dimensions(shape.extents, tensor: name)
            }
            index[name] = tensors.count
            tensors.append(Tensor(name: name, elementType: type, shape: shape))
        }
        for input in inputs {
            guard let type = given[input.name]?.0 ?? input.elementType else { throw .missingShape(tensor: input.name) }
            guard let shape = given[input.name]?.1 ?? input.shape else {
                throw .dynamicDimensions(
                    input: input.name, declared: input.declaredShape, example: input.exampleShape)
            }
            try add(input.name, type, shape)
        }
        let inputCount = tensors.count
        for name in activationNames {
            guard let (type, shape) = given[name] else { throw .missingShape(tensor: name) }
            try add(name, type, shape)
        }
        let layers = try makeLayers(index, tensors)
        do throws(LayerGraphError) {
            return try LayerGraph(
                layers: layers, tensors: tensors, inputs: Array(0..<inputCount),
                outputs: proto.graph.output.compactMap { index[$0.name] })
        } catch {
            throw .malformed(reason: error.description)
        }
    }

    private func makeLayers(
        _ index: [String: TensorIndex], _ tensors: [Tensor]
    ) throws(ONNXError.Problem) -> [Layer] {
        let weightShapes = weightShapes()
        var seen = Set<Topology.Writer>()
        var layers: [Layer] = []
        var totals = (macs: 0, parameters: 0, bytes: 0)
        for layer in topology.layers {
            let node = proto.graph.node[layer.node]
            let weights = countWeights(layer.weights, seen: &seen)
            let output = layer.outputs.first.flatMap { index[$0] }.map { tensors[$0].shape.extents }
            func extents(_ name: String) -> [Int]? {
                index[name].map { tensors[$0].shape.extents } ?? weightShapes[name]
            }
            let macs = node.macs(output: output, shape: extents)
            guard let macs, let total = totals.macs.checkedSum(macs),
                let parameters = totals.parameters.checkedSum(weights.elements),
                let bytes = totals.bytes.checkedSum(weights.bytes)
            else { throw .tooLarge(what: "layer '\(node.name)' does more work than can be counted") }
            totals = (total, parameters, bytes)
            layers.append(
                Layer(
                    name: node.name, kind: node.opType, inputs: layer.inputs.compactMap { index[$0] },
                    outputs: layer.outputs.compactMap { index[$0] }, parameters: weights.elements,
                    parameterBytes: weights.bytes, macs: macs,
                    convolution: node.convolution(output: output, shape: extents)))
        }
        return layers
    }

    /// Elements and bytes of the weights behind `names` that no earlier layer has read. Saturates instead of overflowing.
    private func countWeights(
        _ names: [String], seen: inout Set<Topology.Writer>
    ) -> (elements: Int, bytes: Int) {
        var elements = 0
        var bytes = 0
        func add(_ tensor: Onnx_TensorProto, byteCount: Int) {
            elements = elements.checkedSum(LargestTensor.elementCount(of: tensor.dims.map(Int.init)) ?? 0) ?? .max
            bytes = bytes.checkedSum(byteCount) ?? .max
        }
        topology.visitWeights(names, in: proto.graph, visited: &seen) { writer in
            switch writer {
            case .initializer(let position):
                add(proto.graph.initializer[position], byteCount: stored[position].byteCount)
            case .node(let position):
                for attribute in proto.graph.node[position].attribute where attribute.hasT {
                    let encoding = TensorEncoding(code: Int(attribute.t.dataType))
                    let count = LargestTensor.elementCount(of: attribute.t.dims.map(Int.init)) ?? 0
                    add(attribute.t, byteCount: encoding?.byteCount(elements: count) ?? 0)
                }
            case .input: break
            }
        }
        return (elements, bytes)
    }

    /// Dimensions of the weights that follow from the file alone: initializers, constants, and what only renames, converts
    /// or transposes them.
    private func weightShapes() -> [String: [Int]] {
        var shapes: [String: [Int]] = [:]
        for weight in proto.graph.initializer { shapes[weight.name] = weight.dims.map(Int.init) }
        for position in topology.weightNodes {
            let node = proto.graph.node[position]
            guard let output = node.output.first else { continue }
            let source = node.input.first.flatMap { shapes[$0] }
            switch node.opType {
            case "Constant": shapes[output] = node.attribute.first { $0.hasT }?.t.dims.map(Int.init)
            case "Identity", "Cast", "QuantizeLinear", "DequantizeLinear": shapes[output] = source
            case "Transpose":
                let order = node.attribute.first { $0.name == "perm" }?.ints.map(Int.init)
                guard let source, order?.allSatisfy(source.indices.contains) ?? true else { continue }
                shapes[output] = order.map { $0.map { source[$0] } } ?? source.reversed()
            default: break
            }
        }
        return shapes
    }
}

extension Int {
    /// `nil` where the sum exceeds `Int`.
    func checkedSum(_ other: Int) -> Int? {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? nil : sum
    }

    /// `nil` where the product exceeds `Int`.
    func checkedProduct(_ other: Int) -> Int? {
        let (product, overflow) = multipliedReportingOverflow(by: other)
        return overflow ? nil : product
    }
}
