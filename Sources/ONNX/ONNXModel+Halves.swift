public import Model

/// One side of a cut: a valid model of its own.
public struct ONNXHalf: Sendable {
    public let model: ONNXModel
    /// What it takes, in the order of its inputs: for a head the model's inputs that it reads, for a tail what crosses.
    public let inputs: [Tensor]
    /// What it gives, in the order of its outputs: a head what crosses and it computes, then the model's outputs that it
    /// has; a tail the model's other outputs.
    public let outputs: [Tensor]
}

extension ONNXModel {
    /// The two models that together do what this one does. A model's input that the tail reads is an input of the tail;
    /// the head does not pass it on. Nodes, weights and names are those of the model; each half has what it needs of them.
    ///
    /// - Parameter graph: this model's layer graph, of which `partition` is a partition.
    /// - Returns: no head where all layers are in the tail, no tail where all are in the head.
    /// - Throws: `ONNXError` where graph and partition are not of this model.
    /// - Complexity: linear in the size of the structure; weights are neither read nor copied.
    public func halves(
        of partition: Partition, in graph: LayerGraph
    ) throws(ONNXError) -> (head: ONNXHalf?, tail: ONNXHalf?) {
        guard isSource(of: graph), partition.inHead.count == graph.layers.count else { throw error(.foreignGraph) }
        let crossing = graph.crossing(partition)
        let outputsOfHead = graph.outputsOfHead(partition)
        do throws(ONNXError.Problem) {
            let headLayers = graph.layers.indices.filter { partition.inHead[$0] }
            let computed = crossing.filter { graph.producer[$0] != nil }
            let head = try half(
                of: graph, layers: headLayers,
                inputs: graph.inputs.filter { graph.consumers[$0].contains { partition.inHead[$0] } },
                outputs: computed + outputsOfHead.filter { !computed.contains($0) })
            let tail = try half(
                of: graph, layers: graph.layers.indices.filter { !partition.inHead[$0] }, inputs: crossing,
                outputs: graph.outputs.filter { !outputsOfHead.contains($0) })
            return (head, tail)
        } catch let problem {
            throw error(problem)
        }
    }

    private func isSource(of graph: LayerGraph) -> Bool {
        graph.layers.count == topology.layers.count
            && zip(graph.layers, topology.layers).allSatisfy { layer, node in
                layer.name == proto.graph.node[node.node].name
                    && layer.inputs.map { graph.tensors[$0].name } == node.inputs
                    && layer.outputs.map { graph.tensors[$0].name } == node.outputs
            }
    }

    private func half(
        of graph: LayerGraph, layers: [LayerIndex], inputs: [TensorIndex], outputs: [TensorIndex]
    ) throws(ONNXError.Problem) -> ONNXHalf? {
        guard !layers.isEmpty else { return nil }
        let weights = weights(of: layers)
        let boundary = Set(inputs + outputs)
        let interior = layers.flatMap { graph.layers[$0].outputs }.filter { !boundary.contains($0) }
        var half = proto
        half.graph.node = (weights.nodes + layers.map { topology.layers[$0].node }).map { proto.graph.node[$0] }
        half.graph.initializer = weights.initializers.map { proto.graph.initializer[$0] }
        half.graph.input = inputs.map { Onnx_ValueInfoProto(graph.tensors[$0]) } + weightInputs(weights.initializers)
        half.graph.output = outputs.map { Onnx_ValueInfoProto(graph.tensors[$0]) }
        half.graph.valueInfo = interior.map { Onnx_ValueInfoProto(graph.tensors[$0]) }
        let model = try ONNXModel(
            name: name, source: source, proto: half, stored: weights.initializers.map { stored[$0] })
        return ONNXHalf(
            model: model, inputs: inputs.map { graph.tensors[$0] }, outputs: outputs.map { graph.tensors[$0] })
    }

    /// What the layers need of the model's weights: positions of initializers, ascending, and of the nodes that prepare
    /// weights, in topological order.
    private func weights(of layers: [LayerIndex]) -> (initializers: [Int], nodes: [Int]) {
        var visited = Set<Topology.Writer>()
        var initializers: [Int] = []
        for layer in layers {
            topology.visitWeights(topology.layers[layer].weights, in: proto.graph, visited: &visited) { writer in
                if case .initializer(let position) = writer { initializers.append(position) }
            }
        }
        return (initializers.sorted(), topology.weightNodes.filter { visited.contains(.node($0)) })
    }

    /// Models before version 4 of the format list their weights among the inputs too, and so must their halves.
    private func weightInputs(_ initializers: [Int]) -> [Onnx_ValueInfoProto] {
        let names = Set(initializers.map { proto.graph.initializer[$0].name })
        return proto.graph.input.filter { names.contains($0.name) }
    }
}
