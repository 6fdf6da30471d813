extension FlowSearch {
    /// Changes a node's excess, and repairs the trees but for what they may grow into.
    mutating func change(_ node: Int, by amount: Capacity) {
        guard amount != 0 else { return }
        let before = nodes[node].excess
        let after = before &+ amount
        nodes[node].excess = after
        bound &+= min(0, after) &- min(0, before)
        if after > 0 {
            plant(node)
        } else if nodes[node].parent != Node.free {
            if nodes[node].parent == Node.root {
                orphan(node)
                adopt()
            }
            supplyLack(of: node)
        }
    }

    /// Changes an arc's capacity, and repairs the trees but for what they may grow into. Flow above the new capacity is taken off
    /// the arc: so much excess more at its tail, so much less at its head.
    mutating func change(arc: Int, by amount: Capacity) {
        let back = Int(arcs[arc].reverse)
        let tail = Int(arcs[back].head)
        let head = Int(arcs[arc].head)
        arcs[arc].residual &+= amount
        let surplus = max(0, 0 &- arcs[arc].residual)
        arcs[arc].residual &+= surplus
        arcs[back].residual &-= surplus
        if amount > 0, nodes[tail].parent != Node.free { activate(tail) }
        if arcs[arc].residual == 0, nodes[head].parent == back { orphan(head) }
        if arcs[back].residual == 0, nodes[tail].parent == arc { orphan(tail) }
        adopt()
        change(tail, by: surplus)
        change(head, by: 0 &- surplus)
    }
}
