public import Model

/// A random connected-enough graph of `layerCount` layers in topological order: one input, every layer reads one to three earlier
/// tensors, every tensor that nobody reads is an output.
public func randomGraph(layerCount: Int, seed: UInt64) throws -> LayerGraph {
    var random = SeededGenerator(seed: seed)
    func tensor(_ name: String) -> Tensor {
        Tensor(
            name: name, elementType: .float32,
            shape: TensorShape([1, Int.random(in: 1...8, using: &random), Int.random(in: 1...8, using: &random)]))
    }
    var tensors = [tensor("input")]
    var layers: [Layer] = []
    var read = Set<TensorIndex>()
    for index in 0..<layerCount {
        let reads = Set(
            (0..<Int.random(in: 1...3, using: &random)).map { _ in tensors.indices.randomElement(using: &random) ?? 0 })
        var inputs = reads.sorted()
        if inputs.isEmpty { inputs = [0] }
        read.formUnion(inputs)
        let writes = Int.random(in: 0..<8, using: &random) == 0 ? 2 : 1
        let outputs = (0..<writes).map { tensors.count + $0 }
        tensors += outputs.map { tensor("t\($0)") }
        let parameters = Int.random(in: 0...100, using: &random)
        layers.append(
            Layer(
                name: "layer\(index)", kind: "Conv", inputs: inputs, outputs: outputs, parameters: parameters,
                parameterBytes: parameters * 4, macs: Int.random(in: 0...1000, using: &random)))
    }
    let outputs = tensors.indices.filter { $0 > 0 && !read.contains($0) }
    return try LayerGraph(layers: layers, tensors: tensors, inputs: [0], outputs: outputs)
}

/// Every downward-closed set of layers, by trying all subsets.
public func downwardClosedSets(of graph: LayerGraph) -> [Set<LayerIndex>] {
    (0..<(1 << graph.layers.count)).compactMap { bits in
        let head = Set(graph.layers.indices.filter { bits >> $0 & 1 == 1 })
        let isClosed = head.allSatisfy { layer in
            graph.layers[layer].inputs.allSatisfy { graph.producer[$0].map(head.contains) ?? true }
        }
        return isClosed ? head : nil
    }
}

/// Every downward-closed set of layers, each grown by a layer from a smaller one: for graphs too large to try all subsets, if
/// not too many sets are closed.
public func grownClosedSets(of graph: LayerGraph) -> [Set<LayerIndex>] {
    var all: Set<Set<LayerIndex>> = [[]]
    var newest = all
    while !newest.isEmpty {
        var next = Set<Set<LayerIndex>>()
        for head in newest {
            for layer in graph.layers.indices where !head.contains(layer) {
                let isNext = graph.layers[layer].inputs.allSatisfy { graph.producer[$0].map(head.contains) ?? true }
                if isNext { next.insert(head.union([layer])) }
            }
        }
        all.formUnion(next)
        newest = next
    }
    return all.sorted { $0.sorted().lexicographicallyPrecedes($1.sorted()) }
}
