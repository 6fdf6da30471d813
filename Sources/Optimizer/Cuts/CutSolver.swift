public import Model

/// The minimum cut of a graph under costs that change: a value that keeps its residual network and repairs it around what changed.
///
/// Whatever the changes before, value and cut are those of a solve from scratch; the flow that proves them may be another.
///
/// - Complexity: building is linear in the graph but for tensors with several readers; a solve from scratch in practice near
///   linear; an update takes what its repair touches, independent of the graph's size where that is local.
public struct CutSolver: Sendable {
    public let graph: LayerGraph
    /// The costs that the present cut is minimum under.
    public private(set) var costs: CutCosts
    private let form: CutNetwork
    private var network: FlowNetwork<Int>
    /// The costs as the network takes them, for the next solve from scratch.
    private var flowCosts: FlowCosts<Int>
    /// Of all costs.
    private var sum: Int
    /// What the costs changed last were before.
    private var former: [CutCostChange] = []

    /// - Throws: `PlanningError` where a cost is negative or missing, their sum too large, or the pins contradict one another.
    public init(of graph: LayerGraph, _ costs: CutCosts) throws(PlanningError) {
        sum = try costs.validatedSum(for: graph)
        self.graph = graph
        self.costs = costs
        form = CutNetwork(graph)
        network = form.flowNetwork(Int.self)
        flowCosts = form.emptyCosts(for: network)
        solveFromScratch()
    }

    /// Solves for other costs, without what was found before.
    ///
    /// - Throws: as `init`; then nothing has changed.
    public mutating func solve(_ costs: CutCosts) throws(PlanningError) {
        sum = try costs.validatedSum(for: graph)
        self.costs = costs
        solveFromScratch()
    }

    private mutating func solveFromScratch() {
        form.set(
            &flowCosts, of: network, edge: costs.edge, cloud: costs.cloud, transmit: costs.transmit,
            pinned: costs.pinned)
        network.solve(flowCosts)
        network.forgetMovedNodes()
    }

    // MARK: Results

    /// The cost of the minimum cut.
    public var value: Int { network.bound }

    public func isInHead(_ layer: LayerIndex) -> Bool { network.isOnSourceSide(form.nodes[layer]) }

    /// - Complexity: linear in the graph.
    public var cut: Cut {
        do {
            let inHead = form.nodes.map(network.isOnSourceSide)
            return Cut(try Partition(inHead: inHead, of: graph), of: graph)
        } catch {
            preconditionFailure("no residual arc leaves the source side, so it is closed: \(error)")
        }
    }

    /// - Complexity: linear in the graph.
    public var minimumCut: MinimumCut { MinimumCut(cut: cut, value: value, flow: flow) }

    private var flow: CutFlow {
        var amounts = graph.consumers.map { [Int](repeating: 0, count: $0.count) }
        for route in form.routes {
            let arc = network.forward[route.pair]
            let isTensors = form.places[route.tensor] == .pair(route.pair)
            let capacity = isTensors ? costs.transmit[route.tensor] : .unlimited
            amounts[route.tensor][route.reader] += route.sign * (capacity - network.residual(arc))
        }
        for (tensor, place) in form.places.enumerated() {
            if case .node(let node) = place, let layer = form.layers[node],
                let reader = graph.consumers[tensor].firstIndex(of: layer)
            {
                amounts[tensor][reader] = costs.transmit[tensor]
            }
            Self.limit(&amounts[tensor], to: costs.transmit[tensor])
        }
        return CutFlow(amounts: amounts)
    }

    /// A tensor's node may give more than it gets where it lies on the sink side: what it lacks is not sent.
    private static func limit(_ amounts: inout [Int], to capacity: Int) {
        var surplus = amounts.reduce(-capacity) { $0 + max(0, $1) }
        for reader in amounts.indices where surplus > 0 && amounts[reader] > 0 {
            let less = min(surplus, amounts[reader])
            amounts[reader] -= less
            surplus -= less
        }
    }
}

/// A new cost of a layer or a tensor.
public enum CutCostChange: Hashable, Sendable {
    case layer(LayerIndex, edge: Int, cloud: Int)
    case transmit(TensorIndex, Int)
}

extension CutSolver {
    /// Changes costs and repairs the cut.
    ///
    /// - Parameter changes: applied in this order.
    /// - Throws: `PlanningError` where a cost is negative or the sum too large; then nothing has changed.
    /// - Returns: the layers that changed sides, ascending.
    /// - Complexity: what the repair touches: O(changes) where the changed layers have lack on the tail's side, else at least the
    ///   length of the path from the layer where their flow comes from.
    @discardableResult
    public mutating func update(_ changes: [CutCostChange]) throws(PlanningError) -> [LayerIndex] {
        try setCosts(changes)
        let (form, pinned, former) = (form, costs.pinned, former)
        let forward = network.forward
        network.update { repair in
            for (new, old) in zip(changes, former) {
                switch (new, old) {
                case (.layer(let layer, let edge, let cloud), .layer(_, let oldEdge, let oldCloud)):
                    let side = pinned.isEmpty ? nil : pinned[layer]
                    repair.raise(form.nodes[layer], on: side, edge: edge - oldEdge, cloud: cloud - oldCloud)
                case (.transmit(let tensor, let cost), .transmit(_, let oldCost)):
                    switch form.places[tensor] {
                    case .none: break
                    case .node(let node):
                        let side = pinned.isEmpty ? nil : form.layers[node].flatMap { pinned[$0] }
                        repair.raise(node, on: side, edge: 0, cloud: cost - oldCost)
                    case .pair(let pair): repair.raise(arc: forward[pair], by: cost - oldCost)
                    }
                default: preconditionFailure("a layer's former cost is a layer's")
                }
            }
        }
        return network.takeMovedNodes().compactMap { form.layers[$0] }
    }

    /// Sets costs, and notes in `former` what they were.
    private mutating func setCosts(_ changes: [CutCostChange]) throws(PlanningError) {
        let formerSum = sum
        former.removeAll(keepingCapacity: true)
        do {
            for change in changes {
                switch change {
                case .layer(let layer, let edge, let cloud):
                    former.append(.layer(layer, edge: costs.edge[layer], cloud: costs.cloud[layer]))
                    sum -= costs.edge[layer] + costs.cloud[layer]
                    try CutCosts.add(edge, to: &sum, .edge(of: graph.layers[layer].name))
                    try CutCosts.add(cloud, to: &sum, .cloud(of: graph.layers[layer].name))
                case .transmit(let tensor, let cost):
                    former.append(.transmit(tensor, costs.transmit[tensor]))
                    sum -= costs.transmit[tensor]
                    try CutCosts.add(cost, to: &sum, .transmission(of: graph.tensors[tensor].name))
                }
                set(change)
            }
        } catch {
            for change in former.reversed() { set(change) }
            sum = formerSum
            throw error
        }
    }

    private mutating func set(_ change: CutCostChange) {
        switch change {
        case .layer(let layer, let edge, let cloud):
            costs.edge[layer] = edge
            costs.cloud[layer] = cloud
        case .transmit(let tensor, let cost): costs.transmit[tensor] = cost
        }
    }
}

extension FlowRepair<Int> {
    /// Raises a layer's costs; one that is pinned has its side's alone, whatever the other.
    fileprivate mutating func raise(_ node: Int, on side: Side?, edge: Int, cloud: Int) {
        switch side {
        case .head: raise(node, sink: edge, source: edge)
        case .tail: raise(node, sink: cloud, source: cloud)
        case nil: raise(node, sink: cloud, source: edge)
        }
    }
}
