import Model

/// The flow network whose closed cuts are the partitions of a layer graph, a cut's cost being what its two sides and the
/// tensors that cross it cost.
///
/// The textbook form (as in DADS: Hu, Bao, Wang, Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on the Edge",
/// INFOCOM 2019) has, for each tensor, an arc from its producer to a node of its own with the transmission cost as capacity,
/// unlimited arcs from there to every layer that reads it, and unlimited arcs from every reader back to the producer. Most of
/// that is redundant, since a head that holds a layer holds all before it:
///
/// - a tensor crosses iff one of its **last** readers, those before no other reader, is in the tail;
/// - only its **first** readers, those after no other, need an arc back, and an arc to them spares the flow long ways round;
/// - a tensor that just one layer reads needs no node: an arc from producer to reader will do, unlimited in its other direction.
///
/// So a dense block has arcs in proportion to its layers, where the textbook form has them in proportion to their square.
///
/// An input of the graph lies on the edge: its arc leaves the source, hence adds to the excess of its reader or node.
struct CutNetwork: Sendable {
    /// Where a tensor's cost goes.
    enum Place: Hashable, Sendable {
        /// Nobody reads the tensor.
        case none
        /// To the sink-side cost of a node.
        case node(Int)
        /// To the capacity of an arc, by its number in `pairs`.
        case pair(Int)
    }

    /// An arc pair whose net flow is a tensor's, from its producer to one of its readers.
    struct Route: Sendable {
        var pair: Int
        var tensor: TensorIndex
        /// Position in the graph's `consumers` of the tensor.
        var reader: Int
        /// -1 where the arc runs from reader to producer.
        var sign: Int
    }

    /// For each layer its node. Nodes are numbered along the layers' order, a tensor's after its producer's.
    private(set) var nodes: [Int] = []
    private(set) var nodeCount = 0
    private(set) var pairs: [(from: Int, to: Int)] = []
    /// Pairs whose arc, or whose arc back, is unlimited.
    private(set) var unlimited: [Int] = []
    private(set) var unlimitedBack: [Int] = []
    private(set) var places: [Place] = []
    /// The tensors placed at nodes and at arcs, with their places.
    private(set) var inputs: [(tensor: TensorIndex, node: Int)] = []
    private(set) var produced: [(tensor: TensorIndex, pair: Int)] = []
    private(set) var routes: [Route] = []
    /// For each node its layer; `nil` for a tensor's.
    private(set) var layers: [LayerIndex?] = []

    /// - Complexity: linear in the graph, and for each tensor with several readers in the layers between them.
    init(_ graph: LayerGraph) {
        var order = ReaderOrder(graph)
        let ends = graph.tensors.indices.map { order.ends(of: $0) }
        let tensorNodes = number(graph, ends)
        for tensor in graph.tensors.indices {
            let readers = ends[tensor].all.map { Reader(position: $0, node: nodes[graph.consumers[tensor][$0]]) }
            guard let only = readers.first else {
                places.append(.none)
                continue
            }
            if let producer = graph.producer[tensor].map({ nodes[$0] }) {
                places.append(.pair(pairs.count))
                produced.append((tensor, pairs.count))
                if let node = tensorNodes[tensor] {
                    pairs.append((producer, node))
                    for reader in readers { addUnlimited(tensor, reader.position, from: node, to: reader.node) }
                    for position in ends[tensor].first {
                        let reader = nodes[graph.consumers[tensor][position]]
                        addUnlimited(tensor, position, from: reader, to: producer, sign: -1)
                    }
                } else {
                    unlimitedBack.append(pairs.count)
                    routes.append(Route(pair: pairs.count, tensor: tensor, reader: only.position, sign: 1))
                    pairs.append((producer, only.node))
                }
            } else {
                let node = tensorNodes[tensor]
                places.append(.node(node ?? only.node))
                inputs.append((tensor, node ?? only.node))
                if let node {
                    for reader in readers { addUnlimited(tensor, reader.position, from: node, to: reader.node) }
                }
            }
        }
    }

    private struct Reader {
        /// In the graph's `consumers` of the tensor.
        var position: Int
        var node: Int
    }

    /// Numbers the nodes.
    ///
    /// - Returns: for each tensor its own node, where it has one.
    private mutating func number(_ graph: LayerGraph, _ ends: [ReaderOrder.Ends]) -> [Int?] {
        var tensorNodes = [Int?](repeating: nil, count: graph.tensors.count)
        func addNodes(of tensors: [TensorIndex]) {
            for tensor in tensors where ends[tensor].all.count > 1 {
                tensorNodes[tensor] = layers.count
                layers.append(nil)
            }
        }
        addNodes(of: graph.inputs)
        for (index, layer) in graph.layers.enumerated() {
            nodes.append(layers.count)
            layers.append(index)
            addNodes(of: layer.outputs)
        }
        nodeCount = layers.count
        return tensorNodes
    }

    private mutating func addUnlimited(
        _ tensor: TensorIndex, _ reader: Int, from: Int, to: Int, sign: Int = 1
    ) {
        unlimited.append(pairs.count)
        routes.append(Route(pair: pairs.count, tensor: tensor, reader: reader, sign: sign))
        pairs.append((from, to))
    }
}

/// Finds which readers of a tensor come before or after which.
private struct ReaderOrder {
    private let graph: LayerGraph
    private var isMarked: [Bool]

    init(_ graph: LayerGraph) {
        self.graph = graph
        isMarked = [Bool](repeating: false, count: graph.layers.count)
    }

    /// Positions, in a tensor's consumers, of those that matter.
    struct Ends {
        /// Readers after no other.
        var first: [Int]
        /// Those, and readers before no other; ascending.
        var all: [Int]
    }

    mutating func ends(of tensor: TensorIndex) -> Ends {
        let count = graph.consumers[tensor].count
        guard count > 1 else {
            let one = Array(0..<count)
            return Ends(first: one, all: one)
        }
        let first = first(of: tensor)
        return Ends(first: first, all: Set(first).union(last(of: tensor)).sorted())
    }

    /// Positions of the readers that come after no other.
    private mutating func first(of tensor: TensorIndex) -> [Int] {
        let readers = graph.consumers[tensor]
        let (start, end) = (readers[0], readers[readers.count - 1])
        defer { for layer in start...end { isMarked[layer] = false } }
        var first: [Int] = []
        var next = 0
        for layer in start...end {
            let isAfter = graph.layers[layer].inputs.contains { graph.producer[$0].map { isMarked[$0] } ?? false }
            isMarked[layer] = isAfter || layer == readers[next]
            guard layer == readers[next] else { continue }
            if !isAfter { first.append(next) }
            next += 1
        }
        return first
    }

    /// Positions of the readers that come before no other.
    private mutating func last(of tensor: TensorIndex) -> [Int] {
        let readers = graph.consumers[tensor]
        let (start, end) = (readers[0], readers[readers.count - 1])
        defer { for layer in start...end { isMarked[layer] = false } }
        var last: [Int] = []
        var next = readers.count - 1
        for layer in (start...end).reversed() {
            let isBefore = graph.layers[layer].outputs.contains { output in
                graph.consumers[output].contains { $0 <= end && isMarked[$0] }
            }
            isMarked[layer] = isBefore || layer == readers[next]
            guard layer == readers[next] else { continue }
            if !isBefore { last.append(next) }
            next -= 1
            if next < 0 { break }
        }
        return last.reversed()
    }
}

extension CutNetwork {
    /// A flow network of this form, without costs.
    func flowNetwork<Capacity: FlowCapacity>(_: Capacity.Type) -> FlowNetwork<Capacity> {
        FlowNetwork(nodeCount: nodeCount, pairs: pairs)
    }

    /// The capacities that do not depend on costs.
    func emptyCosts<Capacity: FlowCapacity>(for network: FlowNetwork<Capacity>) -> FlowCosts<Capacity> {
        var costs = FlowCosts(for: network)
        for pair in unlimited { costs.capacity[network.forward[pair]] = .unlimited }
        for pair in unlimitedBack { costs.capacity[network.reverse(of: network.forward[pair])] = .unlimited }
        return costs
    }

    /// Writes a graph's costs into those of its flow network.
    func set<Capacity: FlowCapacity>(
        _ costs: inout FlowCosts<Capacity>, of network: FlowNetwork<Capacity>,
        edge: [Capacity], cloud: [Capacity], transmit: [Capacity], pinned: [Side?]
    ) {
        costs.sourceSide = 0
        for node in costs.excess.indices { costs.excess[node] = 0 }
        for (layer, node) in nodes.enumerated() {
            costs.excess[node] = cloud[layer] &- edge[layer]
            costs.sourceSide &+= edge[layer]
        }
        for input in inputs { costs.excess[input.node] &+= transmit[input.tensor] }
        for (tensor, pair) in produced { costs.capacity[network.forward[pair]] = transmit[tensor] }
        for (layer, side) in pinned.enumerated() {
            let node = nodes[layer]
            switch side {
            case .head: costs.excess[node] = .pin
            case .tail:
                costs.sourceSide &+= costs.excess[node] &+ .pin
                costs.excess[node] = -.pin
            case nil: break
            }
        }
    }
}
