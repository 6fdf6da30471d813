extension FlowSearch {
    /// Sends what it easily can: along arcs to higher nodes in one sweep, then to lower ones in another.
    ///
    /// A sweep runs three times over the nodes. With the flow it foresees how much can come to each node at most. Against the flow each
    /// node then claims, for what it lacks itself and for all that may be sent on from it, what its next nodes want and nobody
    /// has claimed yet, as far as its supply and the arcs to them let through. With the flow again each node hands on what it has
    /// left, no more than is wanted. Along a chain that is all that can be sent, in linear time, where one path after the other
    /// would take quadratic time; and as nothing is claimed twice, nothing is sent far away for no use. What is left is for
    /// the search.
    ///
    /// - Parameter room: for three numbers for each node.
    mutating func sweep(nodeCount: Int, room: UnsafeMutablePointer<Capacity>) {
        let sweep = Sweep(
            supply: room, wanted: room + nodeCount, unclaimed: room + 2 * nodeCount,
            most: .max / (2 * Capacity(nodeCount)))
        for node in 0..<nodeCount { foresee(node, lower(node), sweep) }
        for node in (0..<nodeCount).reversed() { claim(for: node, higher(node), sweep) }
        for node in 0..<nodeCount where nodes[node].excess > 0 { handOn(from: node, higher(node), sweep) }
        for node in (0..<nodeCount).reversed() { foresee(node, higher(node), sweep) }
        for node in 0..<nodeCount { claim(for: node, lower(node), sweep) }
        for node in (0..<nodeCount).reversed() where nodes[node].excess > 0 { handOn(from: node, lower(node), sweep) }
    }

    private struct Sweep {
        /// For each node no less than what can be sent on from it.
        var supply: UnsafeMutablePointer<Capacity>
        /// For each node what it lacks and what it has claimed.
        var wanted: UnsafeMutablePointer<Capacity>
        /// What of that nobody has claimed from it.
        var unclaimed: UnsafeMutablePointer<Capacity>
        /// What one node may want, so that no sum overflows.
        var most: Capacity
    }

    @inline(__always)
    private func lower(_ node: Int) -> Range<Int> { Int(nodes[node].first)..<Int(nodes[node].middle) }

    @inline(__always)
    private func higher(_ node: Int) -> Range<Int> { Int(nodes[node].middle)..<Int(nodes[node + 1].first) }

    @inline(__always)
    private func foresee(_ node: Int, _ before: Range<Int>, _ sweep: Sweep) {
        var supply: Capacity = 0
        for arc in before {
            let residual = arcs[Int(arcs[arc].reverse)].residual
            supply = min(sweep.most, supply &+ min(residual, sweep.supply[Int(arcs[arc].head)]))
        }
        let excess = max(0 &- sweep.most, min(sweep.most, nodes[node].excess))
        sweep.supply[node] = max(0, min(sweep.most, supply &+ excess))
    }

    @inline(__always)
    private func claim(for node: Int, _ next: Range<Int>, _ sweep: Sweep) {
        var wanted = min(max(0, 0 &- nodes[node].excess), sweep.most)
        var supply = sweep.supply[node]
        for arc in next where supply > 0 {
            let head = Int(arcs[arc].head)
            let claimed = min(arcs[arc].residual, sweep.unclaimed[head], supply)
            sweep.unclaimed[head] &-= claimed
            supply &-= claimed
            wanted &+= claimed
        }
        sweep.wanted[node] = wanted
        sweep.unclaimed[node] = wanted
    }

    @inline(__always)
    private mutating func handOn(from node: Int, _ next: Range<Int>, _ sweep: Sweep) {
        for arc in next {
            let head = Int(arcs[arc].head)
            let amount = min(nodes[node].excess, arcs[arc].residual, sweep.wanted[head])
            guard amount > 0 else { continue }
            arcs[arc].residual &-= amount
            arcs[Int(arcs[arc].reverse)].residual &+= amount
            nodes[node].excess &-= amount
            bound &-= min(0, nodes[head].excess)
            nodes[head].excess &+= amount
            bound &+= min(0, nodes[head].excess)
            sweep.wanted[head] &-= amount
            if nodes[node].excess == 0 { return }
        }
    }
}
