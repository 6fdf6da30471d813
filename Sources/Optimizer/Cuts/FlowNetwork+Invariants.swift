extension FlowNetwork {
    /// Whether the invariants of the source trees hold; see `FlowNetwork`.
    package var invariantsHold: Bool {
        let rootCount = nodes.dropLast().count { $0.parent == FlowNode<Capacity>.root }
        guard state.active.count == 0, state.orphans.count == 0, state.rootCount == rootCount else { return false }
        return (0..<nodeCount).allSatisfy { node in
            let isSource = isOnSourceSide(node)
            let isClosed = (Int(nodes[node].first)..<Int(nodes[node + 1].first)).allSatisfy { arc in
                arcs[arc].residual >= 0
                    && (!isSource || arcs[arc].residual == 0 || isOnSourceSide(Int(arcs[arc].head)))
            }
            let isRoot = nodes[node].parent == FlowNode<Capacity>.root
            return isClosed && isRoot == (nodes[node].excess > 0) && (!isSource || nodes[node].excess >= 0)
                && (!isSource || reachesRoot(from: node))
        }
    }

    private func reachesRoot(from node: Int) -> Bool {
        var above = node
        for _ in 0...nodeCount {
            let up = nodes[above].parent
            guard up >= 0 else { return up == FlowNode<Capacity>.root }
            guard arcs[Int(arcs[Int(up)].reverse)].residual > 0 else { return false }
            above = Int(arcs[Int(up)].head)
        }
        return false
    }
}
