import Model

/// The flow network whose closed cuts are the partitions of a layer graph, a cut's cost being what its two sides and the
/// tensors that cross it cost.
///
/// The textbook form (as in DADS: Hu, Bao, Wang, Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on the Edge",
/// INFOCOM 2019) has, for each tensor, an arc from its producer to a node of its own with the transmission cost as capacity,
/// unlimited arcs from there to every layer that reads it, and unlimited arcs from every reader back to the producer. Most of
/// that is redundant, since a head that holds a layer holds all before it:
///
/// - a tensor crosses iff one of its **last** readers, those before no other reader, is in the tail. Where there is just one,
///   as for a shortcut or a dense block's features, an arc from producer to reader will do, and the node is left out;
/// - only its **first** readers, those after no other, need an arc back.
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

    /// Layers first, in their order, then tensors.
    private(set) var nodeCount: Int
    private(set) var pairs: [(from: Int, to: Int)] = []
    /// Pairs whose arc, or whose arc back, is unlimited.
    private(set) var unlimited: [Int] = []
    private(set) var unlimitedBack: [Int] = []
    private(set) var places: [Place] = []
    private(set) var routes: [Route] = []
    let layerCount: Int

    /// - Complexity: linear in the graph, and for each tensor with several readers in the layers between them.
    init(_ graph: LayerGraph) {
        layerCount = graph.layers.count
        nodeCount = graph.layers.count
        var readers = ReaderOrder(graph)
        for tensor in graph.tensors.indices {
            places.append(place(tensor, of: graph, first: readers.first(of: tensor), last: readers.last(of: tensor)))
        }
    }

    private mutating func place(_ tensor: TensorIndex, of graph: LayerGraph, first: [Int], last: [Int]) -> Place {
        let consumers = graph.consumers[tensor]
        guard let only = last.first else { return .none }
        guard let producer = graph.producer[tensor] else {
            guard last.count > 1 else { return .node(consumers[only]) }
            return .node(addNode(of: tensor, readers: last, consumers))
        }
        for reader in first where last != [reader] {
            unlimited.append(pairs.count)
            routes.append(Route(pair: pairs.count, tensor: tensor, reader: reader, sign: -1))
            pairs.append((consumers[reader], producer))
        }
        let pair = pairs.count
        if last.count > 1 {
            pairs.append((producer, nodeCount))
            _ = addNode(of: tensor, readers: last, consumers)
        } else {
            if first == last { unlimitedBack.append(pair) }
            routes.append(Route(pair: pair, tensor: tensor, reader: only, sign: 1))
            pairs.append((producer, consumers[only]))
        }
        return .pair(pair)
    }

    private mutating func addNode(of tensor: TensorIndex, readers: [Int], _ consumers: [LayerIndex]) -> Int {
        let node = nodeCount
        nodeCount += 1
        for reader in readers {
            unlimited.append(pairs.count)
            routes.append(Route(pair: pairs.count, tensor: tensor, reader: reader, sign: 1))
            pairs.append((node, consumers[reader]))
        }
        return node
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

    /// Positions of the readers that come after no other.
    mutating func first(of tensor: TensorIndex) -> [Int] {
        let readers = graph.consumers[tensor]
        guard readers.count > 1 else { return Array(readers.indices) }
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
    mutating func last(of tensor: TensorIndex) -> [Int] {
        let readers = graph.consumers[tensor]
        guard readers.count > 1 else { return Array(readers.indices) }
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
        for node in layerCount..<nodeCount { costs.excess[node] = 0 }
        for layer in 0..<layerCount {
            costs.excess[layer] = cloud[layer] - edge[layer]
            costs.sourceSide &+= edge[layer]
        }
        for (tensor, place) in places.enumerated() {
            switch place {
            case .none: break
            case .node(let node): costs.excess[node] += transmit[tensor]
            case .pair(let pair): costs.capacity[network.forward[pair]] = transmit[tensor]
            }
        }
        for (layer, side) in pinned.enumerated() {
            switch side {
            case .head: costs.excess[layer] = .pin
            case .tail:
                costs.sourceSide &+= costs.excess[layer] &+ .pin
                costs.excess[layer] = -.pin
            case nil: break
            }
        }
    }
}
