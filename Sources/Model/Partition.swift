/// A split of a graph's layers in a head (edge) and a tail (cloud). The head is downward-closed: a layer's producers are in
/// the head when it is.
public struct Partition: Hashable, Sendable {
    /// For each layer of the graph whether it lies in the head.
    public let inHead: [Bool]

    /// The head is the first `count` layers of the topological order.
    public init(prefix count: Int, of graph: LayerGraph) {
        precondition((0...graph.layers.count).contains(count), "a prefix is no longer than the graph")
        inHead = graph.layers.indices.map { $0 < count }
    }

    /// - Throws: `PartitionError.notClosed` where a layer in `head` reads what a layer outside it writes.
    public init(head: Set<LayerIndex>, of graph: LayerGraph) throws(PartitionError) {
        for layer in head.sorted() {
            precondition(graph.layers.indices.contains(layer), "a head has only layers of its graph")
            for input in graph.layers[layer].inputs {
                if let producer = graph.producer[input], !head.contains(producer) {
                    throw .notClosed(layer: graph.layers[layer].name, needs: graph.layers[producer].name)
                }
            }
        }
        inHead = graph.layers.indices.map(head.contains)
    }

    /// - Parameter inHead: for each layer of the graph whether it lies in the head.
    /// - Throws: `PartitionError.notClosed` where a layer in the head reads what a layer outside it writes.
    /// - Complexity: linear in the graph.
    public init(inHead: [Bool], of graph: LayerGraph) throws(PartitionError) {
        precondition(inHead.count == graph.layers.count, "each layer of the graph has its side")
        for (index, layer) in graph.layers.enumerated() where inHead[index] {
            for input in layer.inputs {
                if let producer = graph.producer[input], !inHead[producer] {
                    throw .notClosed(layer: layer.name, needs: graph.layers[producer].name)
                }
            }
        }
        self.inHead = inHead
    }

    /// The smallest head that writes the named tensors, provided that they are a full cut: exactly the tensors that then
    /// cross. Naming the graph's inputs alone puts every layer in the tail; naming all its outputs, every layer in the head.
    ///
    /// - Throws: `PartitionError.unknownTensor`, `.lacks` naming every crossing tensor left out, or `.doesNotCross`.
    public init(at names: [String], of graph: LayerGraph) throws(PartitionError) {
        var named = Set<TensorIndex>()
        for name in names {
            guard let index = graph.tensorIndex(named: name) else { throw .unknownTensor(name) }
            named.insert(index)
        }
        var inHead = [Bool](repeating: false, count: graph.layers.count)
        var pending = named.compactMap { graph.producer[$0] }
        while let layer = pending.popLast() {
            guard !inHead[layer] else { continue }
            inHead[layer] = true
            pending += graph.layers[layer].inputs.compactMap { graph.producer[$0] }
        }
        self.inHead = inHead
        let crossing = Set(graph.crossing(self))
        let lacking = crossing.subtracting(named).sorted()
        guard lacking.isEmpty else { throw .lacks(lacking.map { graph.tensors[$0].name }) }
        let outputs = Set(graph.outputs)
        if let idle = named.subtracting(crossing).subtracting(outputs).min() {
            throw .doesNotCross(graph.tensors[idle].name)
        }
    }

    public var isEdgeOnly: Bool { !inHead.contains(false) }
    public var isCloudOnly: Bool { !inHead.contains(true) }
}

extension LayerGraph {
    /// The tensors that cross from head to tail, each once, ascending: inputs of the graph and outputs of head layers that
    /// some layer of the tail reads. An input among them is passed through, not computed.
    public func crossing(_ partition: Partition) -> [TensorIndex] {
        tensors.indices.filter { tensor in
            (producer[tensor].map { partition.inHead[$0] } ?? true)
                && consumers[tensor].contains { !partition.inHead[$0] }
        }
    }

    /// Outputs of the graph that the head already has: they need not come back from the cloud.
    public func outputsOfHead(_ partition: Partition) -> [TensorIndex] {
        outputs.filter { producer[$0].map { partition.inHead[$0] } ?? true }
    }
}

/// Why layers or tensor names do not make a partition.
public enum PartitionError: InputError, Hashable {
    case notClosed(layer: String, needs: String)
    case unknownTensor(String)
    case lacks([String])
    case doesNotCross(String)

    public var description: String {
        switch self {
        case .notClosed(let layer, let needs):
            "layer '\(layer)' cannot be in the head without '\(needs)', whose output it reads"
        case .unknownTensor(let name):
            "the model has no tensor '\(name)'; `resplit model inspect` lists them"
        case .lacks(let names):
            "not a full cut: it lacks \(names.map { "'\($0)'" }.joined(separator: ", ")), which the tail reads too; add them"
        case .doesNotCross(let name):
            "tensor '\(name)' does not cross this cut: nothing in the tail reads it; leave it out"
        }
    }
}
