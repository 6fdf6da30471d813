extension FlowNetwork {
    /// Makes a change where flow and trees stay right without a repair, as most changes leave them:
    ///
    /// - a free node that still lacks something, or nothing;
    /// - a node in a tree that has excess then: a root, whatever it was;
    /// - an arc that leaves a free node, or joins two nodes in trees, and neither carries more than its new capacity nor was a
    ///   tree's way to a node and is used up.
    ///
    /// - Returns: whether the change was such a one; if not, nothing was done.
    /// - Complexity: constant.
    @inline(__always)
    mutating func absorb(_ change: FlowChange<Capacity>) -> Bool {
        switch change {
        case .node(let node, let sink, let source): absorb(node, by: sink &- source, source: source)
        case .arc(let arc, let amount): absorb(arc: arc, by: amount)
        }
    }

    @inline(__always)
    private mutating func absorb(_ node: Int, by amount: Capacity, source: Capacity) -> Bool {
        let before = nodes[node].excess
        let after = before &+ amount
        if isOnSourceSide(node) {
            guard after > 0 || amount == 0 else { return false }
            if after > 0 {
                if nodes[node].parent != FlowNode<Capacity>.root { state.rootCount &+= 1 }
                nodes[node].takeRoot(at: state.time)
            }
        } else if after > 0 {
            return false
        }
        nodes[node].excess = after
        state.bound &+= source &+ min(0, after) &- min(0, before)
        return true
    }

    @inline(__always)
    private mutating func absorb(arc: Int, by amount: Capacity) -> Bool {
        let residual = arcs[arc].residual &+ amount
        guard residual >= 0 else { return false }
        let back = Int(arcs[arc].reverse)
        if isOnSourceSide(Int(arcs[back].head)) {
            let head = nodes[Int(arcs[arc].head)].parent
            let isRepaired = amount > 0 ? head == FlowNode<Capacity>.free : residual == 0 && Int(head) == back
            if isRepaired { return false }
        }
        arcs[arc].residual = residual
        return true
    }
}
