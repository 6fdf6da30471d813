extension FlowSearch {
    /// Sends what it easily can before any search: along arcs to later nodes in one sweep, then to earlier ones in another.
    ///
    /// A sweep first runs against the direction of its flow and notes what each node could use: its own lack, and what its next
    /// nodes could use, as far as arcs to them let through; where ways meet again that counts the same lack twice. Then it runs
    /// with the flow and hands on what each node has left. Along a chain that is all that can be sent, in linear time, where
    /// paths from one root to one lack after the other would take quadratic time. Elsewhere some is left where it is of no use; the
    /// search sends that elsewhere.
    ///
    /// - Parameter wants: room for a number for each node.
    mutating func sweep(nodeCount: Int, wants: UnsafeMutablePointer<Capacity>) {
        var lack: Capacity = 0
        for node in 0..<nodeCount { lack = lack.cappedSum(max(0, 0 &- nodes[node].excess)) }
        guard lack > 0 else { return }
        for node in (0..<nodeCount).reversed() { note(node, higher(node), wants, lack) }
        for node in 0..<nodeCount where nodes[node].excess > 0 { handOn(from: node, higher(node), wants) }
        for node in 0..<nodeCount { note(node, lower(node), wants, lack) }
        for node in (0..<nodeCount).reversed() where nodes[node].excess > 0 { handOn(from: node, lower(node), wants) }
    }

    @inline(__always)
    private func lower(_ node: Int) -> Range<Int> { Int(nodes[node].first)..<Int(nodes[node].middle) }

    @inline(__always)
    private func higher(_ node: Int) -> Range<Int> { Int(nodes[node].middle)..<Int(nodes[node + 1].first) }

    @inline(__always)
    private func note(
        _ node: Int, _ next: Range<Int>, _ wants: UnsafeMutablePointer<Capacity>, _ lack: Capacity
    ) {
        var want = max(0, 0 &- nodes[node].excess)
        for arc in next { want = min(lack, want &+ min(arcs[arc].residual, wants[Int(arcs[arc].head)])) }
        wants[node] = want
    }

    @inline(__always)
    private mutating func handOn(from node: Int, _ next: Range<Int>, _ wants: UnsafeMutablePointer<Capacity>) {
        for arc in next {
            let head = Int(arcs[arc].head)
            let amount = min(nodes[node].excess, arcs[arc].residual, wants[head])
            guard amount > 0 else { continue }
            arcs[arc].residual &-= amount
            arcs[Int(arcs[arc].reverse)].residual &+= amount
            nodes[node].excess &-= amount
            bound &-= min(0, nodes[head].excess)
            nodes[head].excess &+= amount
            bound &+= min(0, nodes[head].excess)
            wants[head] &-= amount
            if nodes[node].excess == 0 { return }
        }
    }
}

extension FixedWidthInteger {
    /// The sum of two amounts, held at half the integer's range.
    @inline(__always)
    fileprivate func cappedSum(_ other: Self) -> Self {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow || sum > .max / 2 ? .max / 2 : sum
    }
}
