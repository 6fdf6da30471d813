/// Augmenting paths over source trees that outlive each path, as Boykov and Kolmogorov do with trees at both ends ("An
/// Experimental Comparison of Min-Cut/Max-Flow Algorithms for Energy Minimization in Vision", PAMI 26(9), 2004, section 3). Trees
/// at the sink are left out: here nearly every node has some excess, so a sink is never far, and the source trees are just
/// what the smallest source side is read from.
///
/// - `grow` adds to the trees what their active nodes reach, and sends flow where that has negative excess;
/// - `send` saturates an arc on the path or empties its root, which makes orphans;
/// - `adopt` finds each orphan another parent whose way to a root is whole, or sets it free;
/// - `fell` sets all free at once where no root is left, as after nearly every change of a network that is all sink side.
///
/// Works on a network's own memory and allocates nothing.
struct FlowSearch<Capacity: FlowCapacity> {
    typealias Node = FlowNode<Capacity>

    let nodes: UnsafeMutablePointer<Node>
    let arcs: UnsafeMutablePointer<FlowArc<Capacity>>
    var active: Ring
    var orphans: Ring
    var touched: UnsafeMutablePointer<Int32>
    var touchedCount: Int
    var time: Int
    var rootCount: Int
    var bound: Capacity
    /// Arcs by which paths sent along, or looked along, were longer than a few since the search began.
    private var strain = 0
    private static var few: Int { 8 }

    init(
        nodes: UnsafeMutablePointer<Node>, arcs: UnsafeMutablePointer<FlowArc<Capacity>>,
        room: UnsafeMutablePointer<Int32>, ringCapacity: Int, state: FlowState<Capacity>
    ) {
        let capacity = Int32(truncatingIfNeeded: ringCapacity)
        self.nodes = nodes
        self.arcs = arcs
        active = Ring(room: room, capacity: capacity, state: state.active)
        orphans = Ring(room: room + ringCapacity, capacity: capacity, state: state.orphans)
        touched = room + 2 * ringCapacity
        touchedCount = state.touchedCount
        time = state.time
        rootCount = state.rootCount
        bound = state.bound
    }

    /// What is to be kept besides nodes and arcs.
    var state: FlowState<Capacity> {
        FlowState(
            bound: bound, time: time, rootCount: rootCount, active: active.state, orphans: orphans.state,
            touchedCount: touchedCount)
    }

    /// A queue in a ring of given memory, long enough for every node once.
    struct Ring {
        let room: UnsafeMutablePointer<Int32>
        let capacity: Int32
        var state: RingState

        @inline(__always) mutating func append(_ node: Int32) {
            var end = state.start &+ state.count
            if end >= capacity { end &-= capacity }
            room[Int(end)] = node
            state.count &+= 1
        }

        @inline(__always) mutating func popFirst() -> Int32? {
            guard state.count > 0 else { return nil }
            let node = room[Int(state.start)]
            state.start &+= 1
            if state.start == capacity { state.start = 0 }
            state.count &-= 1
            return node
        }
    }

    // MARK: Growing

    /// Grows the trees until no lack can be reached.
    mutating func grow() { _ = grow(strain: .max) }

    /// - Parameter limit: how many arcs all paths may be longer than a few before the search is broken off.
    /// - Returns: whether it was not.
    mutating func grow(strain limit: Int) -> Bool {
        strain = 0
        while let next = active.popFirst() {
            let node = Int(next)
            nodes[node].isQueued = false
            explore(node)
            if strain > limit { return false }
        }
        return true
    }

    /// Makes every node of positive excess a root.
    mutating func plantAll(_ nodeCount: Int) {
        for node in 0..<nodeCount where nodes[node].excess > 0 { plant(node) }
    }

    /// Sets every node free. The flow stays.
    mutating func uprootAll(_ nodeCount: Int) {
        while let next = active.popFirst() { nodes[Int(next)].isQueued = false }
        for node in 0..<nodeCount { nodes[node].parent = Node.free }
        rootCount = 0
    }

    /// Looks along every arc of a node in a tree, until the node is set free.
    @inline(__always)
    private mutating func explore(_ node: Int) {
        var arc = Int(nodes[node].first)
        let end = Int(nodes[node + 1].first)
        while arc < end, nodes[node].parent != Node.free {
            if arcs[arc].residual > 0 {
                let head = Int(arcs[arc].head)
                if nodes[head].parent == Node.free {
                    if nodes[head].excess < 0 {
                        send(over: arc, from: node, to: head)
                        continue
                    }
                    join(head, by: arc, from: node)
                } else if nodes[head].stamp <= nodes[node].stamp, nodes[head].distance > nodes[node].distance,
                    nodes[head].parent >= 0
                {
                    hang(head, by: arc, from: node)
                }
            }
            arc += 1
        }
    }

    @inline(__always)
    private mutating func join(_ node: Int, by arc: Int, from parent: Int) {
        hang(node, by: arc, from: parent)
        touch(node)
        activate(node)
    }

    @inline(__always)
    private mutating func hang(_ node: Int, by arc: Int, from parent: Int) {
        nodes[node].parent = arcs[arc].reverse
        nodes[node].stamp = nodes[parent].stamp
        nodes[node].distance = nodes[parent].distance &+ 1
    }

    @inline(__always)
    mutating func activate(_ node: Int) {
        guard !nodes[node].isQueued else { return }
        nodes[node].isQueued = true
        active.append(Int32(truncatingIfNeeded: node))
    }

    /// Makes a node of positive excess a root, whatever it was.
    @inline(__always)
    mutating func plant(_ node: Int) {
        if nodes[node].parent == Node.free {
            touch(node)
            activate(node)
        }
        if nodes[node].parent != Node.root { rootCount &+= 1 }
        nodes[node].takeRoot(at: time)
    }

    @inline(__always)
    private mutating func touch(_ node: Int) {
        guard !nodes[node].isTouched else { return }
        nodes[node].isTouched = true
        touched[touchedCount] = Int32(truncatingIfNeeded: node)
        touchedCount += 1
    }

    // MARK: Sending

    /// Sends from the root above `node` over `arc` to the node `head` what it lacks, or as much as the path lets through.
    private mutating func send(over arc: Int, from node: Int, to head: Int) {
        let amount = min(-nodes[head].excess, arcs[arc].residual, supply(of: node))
        arcs[arc].residual &-= amount
        arcs[Int(arcs[arc].reverse)].residual &+= amount
        nodes[head].excess &+= amount
        draw(amount, from: node)
        adopt()
    }

    /// Sends to a node in a tree what it lacks, until it lacks nothing or is set free.
    mutating func supplyLack(of node: Int) {
        while nodes[node].excess < 0, nodes[node].parent != Node.free {
            let amount = min(-nodes[node].excess, supply(of: node))
            nodes[node].excess &+= amount
            draw(amount, from: node)
            adopt()
        }
    }

    /// What the root above a node has, as far as the way down lets it through.
    @inline(__always)
    private mutating func supply(of node: Int) -> Capacity {
        var node = node
        var least = Capacity.max
        var length = 0
        while nodes[node].parent >= 0 {
            let up = Int(nodes[node].parent)
            least = min(least, arcs[Int(arcs[up].reverse)].residual)
            node = Int(arcs[up].head)
            length &+= 1
        }
        strain &+= max(0, length &- Self.few)
        return min(least, nodes[node].excess)
    }

    /// Takes `amount` from the root above a node, down to it.
    @inline(__always)
    private mutating func draw(_ amount: Capacity, from node: Int) {
        bound &+= amount
        var node = node
        while nodes[node].parent >= 0 {
            let up = Int(nodes[node].parent)
            let down = Int(arcs[up].reverse)
            arcs[up].residual &+= amount
            arcs[down].residual &-= amount
            if arcs[down].residual == 0 { orphan(node) }
            node = Int(arcs[up].head)
        }
        nodes[node].excess &-= amount
        if nodes[node].excess == 0 { orphan(node) }
    }

    // MARK: Adopting

    @inline(__always)
    mutating func orphan(_ node: Int) {
        if nodes[node].parent == Node.root { rootCount &-= 1 }
        nodes[node].parent = Node.orphan
        orphans.append(Int32(truncatingIfNeeded: node))
    }

    mutating func adopt() {
        guard orphans.state.count > 0 else { return }
        if rootCount == 0 { return fell() }
        time &+= 1
        while let next = orphans.popFirst() {
            let node = Int(next)
            if let arc = nearestParent(of: node) {
                nodes[node].parent = Int32(truncatingIfNeeded: arc)
                nodes[node].stamp = time
                nodes[node].distance = nodes[Int(arcs[arc].head)].distance &+ 1
            } else {
                free(node)
            }
        }
    }

    /// The arc to the neighbour in a tree nearest to its root, of those from which the node can be reached.
    @inline(__always)
    private mutating func nearestParent(of node: Int) -> Int? {
        var nearest: Int?
        var least = Int32.max
        for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) {
            let neighbour = Int(arcs[arc].head)
            guard nodes[neighbour].parent != Node.free, arcs[Int(arcs[arc].reverse)].residual > 0 else { continue }
            if let distance = distanceToRoot(of: neighbour), distance < least {
                nearest = arc
                least = distance
            }
        }
        return nearest
    }

    /// Arcs from a node up to its root, itself counted; `nil` where the way ends at an orphan. What was found is noted on the way.
    @inline(__always)
    private mutating func distanceToRoot(of node: Int) -> Int32? {
        var distance: Int32 = 0
        var above = node
        while nodes[above].stamp != time {
            distance &+= 1
            let up = nodes[above].parent
            if up == Node.root {
                nodes[above].stamp = time
                nodes[above].distance = 1
                distance &-= 1
                break
            }
            guard up >= 0 else { return nil }
            above = Int(arcs[Int(up)].head)
        }
        strain &+= max(0, Int(distance) &- Self.few)
        distance &+= nodes[above].distance
        var left = distance
        above = node
        while nodes[above].stamp != time {
            nodes[above].stamp = time
            nodes[above].distance = left
            left &-= 1
            above = Int(arcs[Int(nodes[above].parent)].head)
        }
        return distance
    }

    /// Sets every node free once no root is left: no orphan can find a parent, and nobody has to be looked at anew.
    private mutating func fell() {
        while let next = orphans.popFirst() {
            let node = Int(next)
            nodes[node].parent = Node.free
            touch(node)
            for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) {
                let neighbour = Int(arcs[arc].head)
                if nodes[neighbour].parent == arcs[arc].reverse { orphan(neighbour) }
            }
        }
        while let next = active.popFirst() { nodes[Int(next)].isQueued = false }
    }

    /// Sets an orphan free; its children are orphans, and neighbours that reach it have to look at it anew.
    @inline(__always)
    private mutating func free(_ node: Int) {
        nodes[node].parent = Node.free
        touch(node)
        for arc in Int(nodes[node].first)..<Int(nodes[node + 1].first) {
            let neighbour = Int(arcs[arc].head)
            guard nodes[neighbour].parent != Node.free else { continue }
            if arcs[Int(arcs[arc].reverse)].residual > 0 { activate(neighbour) }
            if nodes[neighbour].parent == arcs[arc].reverse { orphan(neighbour) }
        }
    }
}
