/// What a flow network is to be solved for.
package struct FlowCosts<Capacity: FlowCapacity>: Sendable {
    /// For each node its cost on the sink side less that on the source side: the excess without a flow.
    package var excess: [Capacity]
    /// For each arc its capacity, in the order of the network's arcs.
    package var capacity: [Capacity]
    /// Σ of the nodes' costs on the source side, modulo the range of the integer.
    package var sourceSide: Capacity

    /// All zero.
    package init(for network: FlowNetwork<Capacity>) {
        excess = [Capacity](repeating: 0, count: network.nodeCount)
        capacity = [Capacity](repeating: 0, count: network.arcs.count)
        sourceSide = 0
    }
}

/// A change of the costs of a flow network.
package enum FlowChange<Capacity: FlowCapacity>: Sendable {
    /// A node's cost on the sink side rises by `sink`, that on the source side by `source`.
    case node(Int, sink: Capacity, source: Capacity)
    /// An arc's capacity rises, to no less than zero.
    case arc(Int, raisedBy: Capacity)
}

extension FlowNetwork {
    /// Solves from scratch.
    ///
    /// Sums of costs may run over the integer's range, as those of pinned nodes do, as long as the value of the minimum cut
    /// itself and every flow lie within it.
    ///
    /// Near flow is sent by the search itself. Once its paths grow long, a sweep over the whole network sends what is left further
    /// than single paths would in that time, and the search begins anew; each time it may take four times as long before. Where
    /// some sweeps do not help, all is pushed instead, from the start.
    ///
    /// - Parameters:
    ///   - strain: how many arcs all paths may be longer than a few before the first sweep; `nil` for a quarter of the nodes.
    ///   - sweeps: how many there are before all is pushed.
    /// - Complexity: that of `FlowSearch.pushAll`, but O(paths · (nodes + arcs)) with nodes pinned to the source side; in practice
    ///   near linear in the arcs where the network is like those of real models.
    package mutating func solve(_ costs: FlowCosts<Capacity>, strain: Int? = nil, sweeps: Int = 3) {
        precondition(costs.excess.count == nodeCount && costs.capacity.count == arcs.count, "costs of another network")
        load(costs)
        if !solveByPaths(strain: strain ?? nodeCount / 4, sweeps: sweeps) {
            solveByPushing(costs)
        }
        assert(invariantsHold)
    }

    /// - Returns: whether the flow is maximal. If not, there are nodes that the trees may still grow from.
    private mutating func solveByPaths(strain: Int, sweeps: Int) -> Bool {
        let nodeCount = nodeCount
        var isSolved = false
        withSearch { search in
            var strain = strain
            search.plantAll(nodeCount)
            isSolved = search.grow(strain: strain)
            for _ in 0..<sweeps where !isSolved {
                search.uprootAll(nodeCount)
                withUnsafeTemporaryAllocation(of: Capacity.self, capacity: 3 * nodeCount) { room in
                    if let room = room.baseAddress { search.sweep(nodeCount: nodeCount, room: room) }
                }
                search.plantAll(nodeCount)
                strain = max(4 * strain, nodeCount)
                isSolved = search.grow(strain: strain)
            }
        }
        return isSolved
    }

    /// Pushes all from the start; where all excess in one place would overflow, goes on along paths.
    private mutating func solveByPushing(_ costs: FlowCosts<Capacity>) {
        let nodeCount = nodeCount
        var excess: Capacity = 0
        for one in costs.excess where excess < .pin { excess += min(max(0, one), .pin) }
        guard excess < .pin else { return withSearch { $0.grow() } }
        load(costs)
        withSearch { search in
            search.pushAll(nodeCount)
            search.plantAll(nodeCount)
            search.grow()
        }
    }

    /// Applies changes to the costs that the present flow belongs to, and repairs flow and trees around them (Kohli and Torr,
    /// "Dynamic Graph Cuts for Efficient Inference in Markov Random Fields", PAMI 29(12), 2007).
    ///
    /// - Complexity: that of the trees' parts that hang on what was changed, and of the paths from their roots.
    package mutating func update(_ changes: [FlowChange<Capacity>]) {
        repair(changes.filter { !absorb($0) })
    }

    /// Applies changes that are not absorbed.
    mutating func repair(_ changes: [FlowChange<Capacity>]) {
        guard !changes.isEmpty else { return }
        withSearch { search in
            for change in changes {
                switch change {
                case .node(let node, let sink, let source):
                    search.bound &+= source
                    search.change(node, by: sink &- source)
                case .arc(let arc, let amount): search.change(arc: arc, by: amount)
                }
            }
            search.grow()
        }
        assert(invariantsHold)
    }

    /// The nodes that changed sides since they were last asked for, ascending; at first those on the source side.
    package mutating func takeMovedNodes() -> [Int] {
        guard state.touchedCount > 0 else { return [] }
        var moved: [Int] = []
        for place in 0..<state.touchedCount {
            let node = Int(room[2 * nodes.count + place])
            nodes[node].isTouched = false
            let side = isOnSourceSide(node)
            if nodes[node].wasOnSourceSide != side { moved.append(node) }
            nodes[node].wasOnSourceSide = side
        }
        state.touchedCount = 0
        moved.sort()
        return moved
    }

    /// Starts anew with what `takeMovedNodes` counts from.
    package mutating func forgetMovedNodes() {
        for place in 0..<state.touchedCount {
            let node = Int(room[2 * nodes.count + place])
            nodes[node].isTouched = false
            nodes[node].wasOnSourceSide = isOnSourceSide(node)
        }
        state.touchedCount = 0
    }

    private mutating func load(_ costs: FlowCosts<Capacity>) {
        var bound = costs.sourceSide
        nodes.withUnsafeMutableBufferPointer { nodes in
            for node in costs.excess.indices {
                nodes[node].reset(excess: costs.excess[node])
                bound &+= min(0, costs.excess[node])
            }
        }
        arcs.withUnsafeMutableBufferPointer { arcs in
            for arc in costs.capacity.indices { arcs[arc].residual = costs.capacity[arc] }
        }
        state = FlowState()
        state.bound = bound
    }

    /// Lends the network's memory to a search.
    private mutating func withSearch(_ body: (inout FlowSearch<Capacity>) -> Void) {
        let ringCapacity = nodes.count
        nodes.withUnsafeMutableBufferPointer { nodes in
            arcs.withUnsafeMutableBufferPointer { arcs in
                room.withUnsafeMutableBufferPointer { room in
                    // There is at least the node that marks the end, and nobody looks for arcs where there are none.
                    guard let nodes = nodes.baseAddress, let room = room.baseAddress else { return }
                    let arcs = arcs.baseAddress ?? UnsafeMutableRawPointer(nodes).assumingMemoryBound(to: FlowArc.self)
                    var search = FlowSearch(
                        nodes: nodes, arcs: arcs, room: room, ringCapacity: ringCapacity, state: state)
                    body(&search)
                    state = search.state
                }
            }
        }
    }
}
