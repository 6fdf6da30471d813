extension FlowSearch {
    /// Sends all that can be sent, by pushing excess towards the nearest lack (Goldberg, Tarjan, "A New Approach to the
    /// Maximum-Flow Problem", J. ACM 35(4), 1988). Trees play no part: every node is to be free. Any node has to be able to
    /// hold all excess that there is.
    ///
    /// Labels. d(u) is never more than the number of residual arcs from u to a lack; a residual arc u → v has d(u) ≤ d(v) + 1. Excess moves
    /// along residual arcs by which the label falls by one; a node that has none left takes the least label that gives it one. From
    /// `nodeCount` on no lack can be reached: the excess stays where it is, on the source side.
    ///
    /// Of the nodes with excess one of highest label comes next; once about as much was looked at as there is, all labels are
    /// made exact; a node that would leave its label without any other can't reach a lack (Cherkassky, Goldberg, "On Implementing the Push-Relabel Method for the
    /// Maximum Flow Problem", Algorithmica 19, 1997).
    ///
    /// - Complexity: O(nodes² · √arcs); in practice far less, and independent of how long paths are.
    mutating func pushAll(_ nodeCount: Int) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 6 * (nodeCount + 1)) { room in
            guard let room = room.baseAddress else { return }
            var levels = Levels(nodeCount: nodeCount, room: room)
            let patience = nodeCount + Int(nodes[nodeCount].first)
            measure(&levels)
            while let node = levels.popHighest() {
                discharge(node, &levels)
                if levels.work > patience { measure(&levels) }
            }
        }
    }

    /// The nodes' labels, and those of them that have excess, in stacks by label.
    private struct Levels {
        let nodeCount: Int
        let label: UnsafeMutablePointer<Int32>
        /// For each node the arc to look at next.
        let current: UnsafeMutablePointer<Int32>
        /// The node below in its stack; -1 at its end.
        let below: UnsafeMutablePointer<Int32>
        /// For each label the node on top of its stack.
        let top: UnsafeMutablePointer<Int32>
        /// For each label how many nodes have it.
        let count: UnsafeMutablePointer<Int32>
        /// Room for a list of nodes.
        let pending: UnsafeMutablePointer<Int32>
        var highest = -1
        /// Arcs looked at since all labels were exact.
        var work = 0

        init(nodeCount: Int, room: UnsafeMutablePointer<Int32>) {
            self.nodeCount = nodeCount
            label = room
            current = room + (nodeCount + 1)
            below = room + 2 * (nodeCount + 1)
            top = room + 3 * (nodeCount + 1)
            count = room + 4 * (nodeCount + 1)
            pending = room + 5 * (nodeCount + 1)
        }

        @inline(__always)
        mutating func push(_ node: Int) {
            let level = Int(label[node])
            below[node] = top[level]
            top[level] = Int32(truncatingIfNeeded: node)
            highest = max(highest, level)
        }

        @inline(__always)
        mutating func popHighest() -> Int? {
            while highest >= 0 {
                let node = top[highest]
                if node >= 0 {
                    top[highest] = below[Int(node)]
                    if label[Int(node)] < nodeCount { return Int(node) }
                    continue
                }
                highest -= 1
            }
            return nil
        }
    }

    /// Makes all labels exact, by a search from the lacks against the residual arcs.
    private mutating func measure(_ levels: inout Levels) {
        let (nodeCount, dead) = (levels.nodeCount, Int32(truncatingIfNeeded: levels.nodeCount))
        for level in 0...nodeCount { (levels.top[level], levels.count[level]) = (-1, 0) }
        let queue = levels.pending
        var (start, end) = (0, 0)
        for node in 0..<nodeCount {
            let lacks = nodes[node].excess < 0
            levels.label[node] = lacks ? 0 : dead
            if lacks {
                queue[end] = Int32(truncatingIfNeeded: node)
                end += 1
            }
        }
        while start < end {
            let node = Int(queue[start])
            start += 1
            for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) {
                let head = Int(arcs[arc].head)
                guard levels.label[head] == dead, arcs[Int(arcs[arc].reverse)].residual > 0 else { continue }
                levels.label[head] = levels.label[node] &+ 1
                queue[end] = Int32(truncatingIfNeeded: head)
                end += 1
            }
        }
        (levels.highest, levels.work) = (-1, 0)
        for node in 0..<nodeCount where levels.label[node] < dead {
            levels.count[Int(levels.label[node])] += 1
            levels.current[node] = nodes[node].first
            if nodes[node].excess > 0 { levels.push(node) }
        }
    }

    /// Pushes a node's excess on until it has none or can reach no lack.
    @inline(__always)
    private mutating func discharge(_ node: Int, _ levels: inout Levels) {
        let end = nodes[node + 1].first
        while true {
            let target = levels.label[node] &- 1
            while levels.current[node] < end {
                let arc = Int(levels.current[node])
                let head = Int(arcs[arc].head)
                levels.work += 1
                if arcs[arc].residual > 0, levels.label[head] == target {
                    let before = nodes[head].excess
                    move(min(nodes[node].excess, arcs[arc].residual), over: arc, from: node, to: head)
                    if before <= 0, nodes[head].excess > 0 { levels.push(head) }
                    if nodes[node].excess == 0 { return }
                }
                levels.current[node] += 1
            }
            guard raise(node, &levels) else { return }
        }
    }

    /// Gives a node the least label from which it can push on.
    ///
    /// - Returns: `false` where it can reach no lack.
    @inline(__always)
    private mutating func raise(_ node: Int, _ levels: inout Levels) -> Bool {
        let dead = Int32(truncatingIfNeeded: levels.nodeCount)
        let old = Int(levels.label[node])
        var least = dead
        for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) where arcs[arc].residual > 0 {
            least = min(least, levels.label[Int(arcs[arc].head)] &+ 1)
        }
        levels.work += Int(nodes[node + 1].first &- nodes[node].first)
        guard levels.count[old] > 1, least < dead else {
            giveUp(node, &levels)
            return false
        }
        levels.count[old] -= 1
        levels.label[node] = least
        levels.count[Int(least)] += 1
        levels.current[node] = nodes[node].first
        return true
    }

    /// Marks a node that can reach no lack, and so all that it reaches.
    private mutating func giveUp(_ node: Int, _ levels: inout Levels) {
        let dead = Int32(truncatingIfNeeded: levels.nodeCount)
        var pending = 0
        func mark(_ node: Int) {
            levels.count[Int(levels.label[node])] -= 1
            levels.label[node] = dead
            levels.pending[pending] = Int32(truncatingIfNeeded: node)
            pending += 1
        }
        mark(node)
        while pending > 0 {
            pending -= 1
            let node = Int(levels.pending[pending])
            for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) where arcs[arc].residual > 0 {
                let head = Int(arcs[arc].head)
                if levels.label[head] < dead { mark(head) }
            }
        }
    }

    @inline(__always)
    private mutating func move(_ amount: Capacity, over arc: Int, from node: Int, to head: Int) {
        arcs[arc].residual &-= amount
        arcs[Int(arcs[arc].reverse)].residual &+= amount
        nodes[node].excess &-= amount
        bound &-= min(0, nodes[head].excess)
        nodes[head].excess &+= amount
        bound &+= min(0, nodes[head].excess)
    }
}
