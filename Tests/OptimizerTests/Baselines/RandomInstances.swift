import Model
import Optimizer
import TestSupport

/// Made-up times for each layer at each number of bits, which do not fall as bits grow. Where there are no weights,
/// their bits make no difference.
struct MadeUpCosts: CostModel {
    let graph: LayerGraph
    /// For each layer nanoseconds at 0 bits, and for each bit of weights and of activations more.
    var times: [(base: Int64, weights: Int64, activations: Int64)]

    init(_ graph: LayerGraph, upTo most: Int64, using random: inout SeededGenerator) {
        self.graph = graph
        times = graph.layers.map { layer in
            (
                .random(in: 0...most, using: &random),
                layer.parameters == 0 ? 0 : .random(in: 0...most / 8, using: &random),
                .random(in: 0...most / 8, using: &random)
            )
        }
    }

    func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds {
        let time = times[layer]
        return Nanoseconds(
            time.base + time.weights * Int64(bits.weights) + time.activations * Int64(bits.activations))
    }
}

/// Distortions that fall to a quarter with each bit, about.
func randomDistortions(of graph: LayerGraph, using random: inout SeededGenerator) -> LayerDistortions {
    let bits = [2, 4, 6, 8]
    func values() -> [Double] {
        let scale = Double.random(in: 0.01...1, using: &random)
        return bits.map { scale / Double(1 << (2 * $0)) * .random(in: 0.9...1, using: &random) }
    }
    return LayerDistortions(
        bits: bits, weights: graph.layers.map { $0.parameters == 0 ? [] : values() },
        activations: graph.layers.map { _ in values() })
}

func randomInstance(
    of graph: LayerGraph, limits: SplitInstance.Limits = .init(), using random: inout SeededGenerator
) throws -> SplitInstance {
    let edge = MadeUpCosts(graph, upTo: 10_000, using: &random)
    let cloud = MadeUpCosts(graph, upTo: 2_000, using: &random)
    // At 10^8 bit/s the 64 values of a tensor take 20 us in float.
    let uplink = BitRate(bitsPerSecond: [1e7, 1e8, 1e9, 3e9].randomElement(using: &random) ?? 1e8)
    return try SplitInstance(
        SplitCosts(edge: edge, cloud: cloud), distortions: randomDistortions(of: graph, using: &random),
        uplink: uplink, limits: limits)
}

/// Random blocks in a row: a block's layers read one another and the layer before the block; its last layer reads all
/// that nobody has.
func blockGraph(blocks: Int, seed: UInt64) throws -> LayerGraph {
    var random = SeededGenerator(seed: seed)
    func tensor(_ name: String) -> Tensor {
        Tensor(name: name, elementType: .float32, shape: TensorShape([1, .random(in: 1...64, using: &random)]))
    }
    var tensors = [tensor("input")]
    var layers: [Layer] = []
    var entrance: TensorIndex = 0
    func add(_ inputs: Set<TensorIndex>) {
        let parameters = Int.random(in: 0...3, using: &random) * 10
        layers.append(
            Layer(
                name: "layer\(layers.count)", kind: "Conv", inputs: inputs.sorted(), outputs: [tensors.count],
                parameters: parameters, parameterBytes: parameters * 4))
        tensors.append(tensor("t\(tensors.count)"))
    }
    for _ in 0..<blocks {
        var open: Set = [entrance]
        let first = tensors.count
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let known = [entrance] + Array(first..<tensors.count)
            let reads = Set(
                (0..<Int.random(in: 1...2, using: &random)).compactMap { _ in known.randomElement(using: &random) })
            open.subtract(reads)
            open.insert(tensors.count)
            add(reads)
        }
        add(open)
        entrance = tensors.count - 1
    }
    return try LayerGraph(layers: layers, tensors: tensors, inputs: [0], outputs: [entrance])
}

/// What a split takes, straight from the definition.
func latencyByDefinition(
    _ instance: SplitInstance, _ inHead: [Bool], edge: (LayerIndex) -> Nanoseconds, sentBits: Int
) -> Nanoseconds {
    let graph = instance.graph
    var latency = Nanoseconds.zero
    for layer in graph.layers.indices { latency += inHead[layer] ? edge(layer) : instance.cloudTimes[layer] }
    for (tensor, values) in graph.tensors.enumerated() {
        let isOnEdge = graph.producer[tensor].map { inHead[$0] } ?? true
        let isRead = graph.consumers[tensor].contains { !inHead[$0] }
        let isAnswer = graph.outputs.contains(tensor) && graph.producer[tensor] != nil
        guard isOnEdge, isRead || isAnswer else { continue }
        let bits = graph.producer[tensor] == nil ? 8 : sentBits
        latency += Nanoseconds(seconds: Double(values.elementCount * bits) / instance.uplink.bitsPerSecond)
    }
    return latency
}
