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
    /// What of the last changes the network has to repair. Kept for its memory.
    private var flowChanges: [FlowChange<Int>] = []

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
    /// - Complexity: what the repair touches: O(1) for a layer that stays in the tail, else at least the length of the path that its
    ///   flow comes by.
    @discardableResult
    public mutating func update(_ changes: [CutCostChange]) throws(PlanningError) -> [LayerIndex] {
        if !Self.areSmall(changes, besides: sum) { try checkOneByOne(changes) }
        if !flowChanges.isEmpty { flowChanges.removeAll(keepingCapacity: true) }
        for change in changes {
            let flowChange = flowChange(of: change)
            Self.set(change, in: &costs, sum: &sum)
            if let flowChange, !network.absorb(flowChange) { flowChanges.append(flowChange) }
        }
        if !flowChanges.isEmpty { network.repair(flowChanges) }
        return network.takeMovedNodes().compactMap { form.layers[$0] }
    }

    /// Whether all new costs may come on top of all old ones; then no sum is too large.
    private static func areSmall(_ changes: [CutCostChange], besides sum: Int) -> Bool {
        var most = sum
        for change in changes {
            let (first, second) =
                switch change {
                case .layer(_, let edge, let cloud): (edge, cloud)
                case .transmit(_, let cost): (cost, 0)
                }
            guard first >= 0, second >= 0, first <= CutCosts.greatestSum - most else { return false }
            most += first
            guard second <= CutCosts.greatestSum - most else { return false }
            most += second
        }
        return true
    }

    private func checkOneByOne(_ changes: [CutCostChange]) throws(PlanningError) {
        var (costs, sum) = (costs, sum)
        for change in changes {
            switch change {
            case .layer(let layer, let edge, let cloud):
                var rest = sum - costs.edge[layer] - costs.cloud[layer]
                try CutCosts.add(edge, to: &rest, .edge(of: graph.layers[layer].name))
                try CutCosts.add(cloud, to: &rest, .cloud(of: graph.layers[layer].name))
            case .transmit(let tensor, let cost):
                var rest = sum - costs.transmit[tensor]
                try CutCosts.add(cost, to: &rest, .transmission(of: graph.tensors[tensor].name))
            }
            Self.set(change, in: &costs, sum: &sum)
        }
    }

    @inline(__always)
    private static func set(_ change: CutCostChange, in costs: inout CutCosts, sum: inout Int) {
        switch change {
        case .layer(let layer, let edge, let cloud):
            sum += (edge - costs.edge[layer]) + (cloud - costs.cloud[layer])
            costs.edge[layer] = edge
            costs.cloud[layer] = cloud
        case .transmit(let tensor, let cost):
            sum += cost - costs.transmit[tensor]
            costs.transmit[tensor] = cost
        }
    }

    /// What a change comes to in the network; `nil` where it is none there.
    @inline(__always)
    private func flowChange(of change: CutCostChange) -> FlowChange<Int>? {
        switch change {
        case .layer(let layer, let edge, let cloud):
            let (edge, cloud) = (edge - costs.edge[layer], cloud - costs.cloud[layer])
            return rise(of: form.nodes[layer], side: side(of: layer), edge: edge, cloud: cloud)
        case .transmit(let tensor, let cost):
            let rise = cost - costs.transmit[tensor]
            switch form.places[tensor] {
            case .none: return nil
            case .node(let node):
                return self.rise(of: node, side: form.layers[node].flatMap(side), edge: 0, cloud: rise)
            case .pair(let pair): return .arc(network.forward[pair], raisedBy: rise)
            }
        }
    }

    @inline(__always)
    private func side(of layer: LayerIndex) -> Side? { costs.pinned.isEmpty ? nil : costs.pinned[layer] }

    /// A layer that is pinned has its side's costs alone, whatever the other's.
    @inline(__always)
    private func rise(of node: Int, side: Side?, edge: Int, cloud: Int) -> FlowChange<Int> {
        .node(node, sink: side == .head ? edge : cloud, source: side == .tail ? cloud : edge)
    }
}
