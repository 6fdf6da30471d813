import Model
import Optimizer

/// Layer times that were made up, heads and tails their sums.
struct MadeUpSite: CostModel {
    var graph: LayerGraph
    var times: [Nanoseconds]

    init(of graph: LayerGraph, times: [Nanoseconds]) {
        self.graph = graph
        self.times = times
    }

    /// Each layer takes 0 to `most` nanoseconds.
    init(of graph: LayerGraph, most: Int64, using random: inout SeededGenerator) {
        self.init(of: graph, times: graph.layers.map { _ in Nanoseconds(.random(in: 0...most, using: &random)) })
    }

    func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds { times[layer] }
}

/// The graph with a last layer that reads all its outputs.
func oneOutput(_ graph: LayerGraph) throws -> LayerGraph {
    let result = Tensor(name: "result", elementType: .float32, shape: TensorShape([1, 10]))
    let last = Layer(name: "last", kind: "Concat", inputs: graph.outputs, outputs: [graph.tensors.count])
    return try LayerGraph(
        layers: graph.layers + [last], tensors: graph.tensors + [result], inputs: graph.inputs,
        outputs: [graph.tensors.count])
}
