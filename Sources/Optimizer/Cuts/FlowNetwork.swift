/// The integers that a flow is counted in: `Int`, or `Int128` where costs are weighed by exact prices.
package typealias FlowCapacity = FixedWidthInteger & Sendable & SignedInteger

/// A flow network in the form that minimum cuts need, with the residual network of the flow found so far.
///
/// Definition. Each node i has a cost on the source side, e_i, and one on the sink side, c_i; each arc u → v a capacity, paid
/// where u is on the source side and v on the sink side. The arcs that join the nodes with source (capacity c_i) and sink
/// (e_i) are not stored: with x_i the net flow into node i over arcs, its **excess** c_i + x_i − e_i says all about them. Where
/// it is positive the source could send so much more through i; where it is negative the sink could take so much more. So
/// min(c_i, e_i) runs straight through each node before any search.
///
/// Bounds. For every flow within the arcs' capacities the bound Σ min(e_i, c_i + x_i) is at most the cost of every cut; excesses
/// of either sign are allowed for (the pseudoflow of Hochbaum, "The Pseudoflow Algorithm", Operations Research 56(4), 2008).
/// Bound and cost are equal once no node of negative excess can be reached from one of positive excess over residual arcs. What can
/// be reached from positive excess is then the smallest source side of all minimum cuts.
///
/// Invariants of the source trees, `invariantsHold`: a node is in a tree or free; roots have positive excess, no node in a
/// tree has a negative one and no free node a positive one; the arc from a node's parent to it is residual; no residual arc
/// leads from a tree to a free node. So the trees span the source side, and a changed cost touches what hangs on it and no more.
package struct FlowNetwork<Capacity: FlowCapacity>: Sendable {
    /// One more than there are nodes: the last marks where the arcs of the last but one end.
    var nodes: [FlowNode<Capacity>]
    /// In order of the node that they leave; those to lower nodes first.
    var arcs: [FlowArc<Capacity>]
    /// Room for the queue of active nodes, that of orphans and the list of nodes whose side may have changed.
    var room: [Int32]
    var state = FlowState<Capacity>()

    /// A network without costs: every node free, every capacity zero.
    ///
    /// - Parameter pairs: for each arc u → v the nodes u and v; its reverse is made with it.
    package init(nodeCount: Int, pairs: [(from: Int, to: Int)]) {
        precondition(nodeCount < Int32.max && pairs.count < Int32.max / 2, "nodes and arcs are counted in 32 bits")
        var first = [Int32](repeating: 0, count: nodeCount + 1)
        var lower = [Int32](repeating: 0, count: nodeCount)
        for pair in pairs {
            precondition(pair.from != pair.to, "an arc joins two nodes")
            first[pair.from + 1] += 1
            first[pair.to + 1] += 1
            lower[max(pair.from, pair.to)] += 1
        }
        for node in 0..<nodeCount { first[node + 1] += first[node] }
        nodes = first.map { FlowNode(first: $0) }
        for node in 0..<nodeCount { nodes[node].middle = first[node] + lower[node] }
        // Where the next arc goes: to a lower node, to a higher one.
        var (downward, upward) = (first, nodes.map(\.middle))
        arcs = [FlowArc](repeating: FlowArc(head: 0, reverse: 0), count: 2 * pairs.count)
        var forward: [Int] = []
        forward.reserveCapacity(pairs.count)
        for pair in pairs {
            let isUp = pair.from < pair.to
            let there = isUp ? Self.take(&upward, pair.from) : Self.take(&downward, pair.from)
            let back = isUp ? Self.take(&downward, pair.to) : Self.take(&upward, pair.to)
            arcs[Int(there)] = FlowArc(head: Int32(pair.to), reverse: back)
            arcs[Int(back)] = FlowArc(head: Int32(pair.from), reverse: there)
            forward.append(Int(there))
        }
        self.forward = forward
        room = [Int32](repeating: 0, count: 3 * (nodeCount + 1))
    }

    private static func take(_ places: inout [Int32], _ node: Int) -> Int32 {
        defer { places[node] += 1 }
        return places[node]
    }

    /// For each pair given the place of its arc in `arcs`.
    package let forward: [Int]

    package var nodeCount: Int { nodes.count - 1 }

    /// Σ min(e_i, c_i + x_i): after `solve` the value of a minimum cut.
    package var bound: Capacity { state.bound }

    /// Whether the node is on the source side.
    package func isOnSourceSide(_ node: Int) -> Bool { nodes[node].parent != FlowNode<Capacity>.free }

    /// Capacity left on an arc, in the order of `arcs`.
    package func residual(_ arc: Int) -> Capacity { arcs[arc].residual }

    /// The place of the arc that leads back.
    package func reverse(of arc: Int) -> Int { Int(arcs[arc].reverse) }
}

/// A node, with its place in the source trees.
struct FlowNode<Capacity: FlowCapacity>: Sendable {
    static var free: Int32 { -1 }
    static var root: Int32 { -2 }
    static var orphan: Int32 { -3 }

    var excess: Capacity = 0
    /// When the way to the root was last found whole, counted in repairs.
    var stamp = 0
    /// The first of the node's arcs: those to lower nodes come first.
    let first: Int32
    /// The first of the arcs to higher nodes.
    var middle: Int32 = 0
    /// The arc to the parent, or one of the marks above.
    var parent = Self.free
    /// Arcs to the root when that was so.
    var distance: Int32 = 0
    var isQueued = false
    var isTouched = false
    /// The side when the nodes changed were last asked for.
    var wasOnSourceSide = false

    init(first: Int32) { self.first = first }

    /// Becomes the root of a tree.
    @inline(__always)
    mutating func takeRoot(at time: Int) {
        parent = Self.root
        stamp = time
        distance = 1
    }

    /// Free, and without flow.
    mutating func reset(excess: Capacity) {
        self.excess = excess
        stamp = 0
        parent = Self.free
        isQueued = false
        isTouched = false
        wasOnSourceSide = false
    }
}

/// An arc and what may still be sent over it.
struct FlowArc<Capacity: FlowCapacity>: Sendable {
    var residual: Capacity = 0
    let head: Int32
    /// The place of the arc that leads back.
    let reverse: Int32

    init(head: Int32, reverse: Int32) {
        self.head = head
        self.reverse = reverse
    }
}

/// What a network holds besides its nodes and arcs.
struct FlowState<Capacity: FlowCapacity>: Sendable {
    var bound: Capacity = 0
    /// Repairs so far.
    var time = 0
    /// Roots in the trees.
    var rootCount = 0
    var active = RingState()
    var orphans = RingState()
    var touchedCount = 0
}

struct RingState: Sendable {
    var start: Int32 = 0
    var count: Int32 = 0
}
