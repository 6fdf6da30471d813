internal import Model

/// A treap (Seidel and Aragon, "Randomized Search Trees", Algorithmica 1996) over weighted values. Keys are (value,
/// time), so that equal values stay apart; priorities come from a fixed sequence, so equal histories give equal trees.
/// Every node carries the sums of its subtree, each formed anew from its children: nothing drifts, however long the
/// window slides.
///
/// Insert, remove and quantile take O(log n) expected. Slots of removed nodes are used again.
struct ValueTree: Sendable {
    typealias Slot = Int32
    static let none: Slot = -1

    struct Node: Sendable {
        var value: Double
        var time: Instant
        var weight: Double
        var priority: UInt64
        var left = ValueTree.none
        var right = ValueTree.none
        var subtreeWeight: Double
        /// Sum of weight x value.
        var subtreeMoment: Double
        /// Sum of weight / value.
        var subtreeInverse: Double

        func precedes(_ other: Node) -> Bool {
            value != other.value ? value < other.value : time < other.time
        }

        /// That of both zeros is positive.
        static func inverse(of value: Double, weight: Double) -> Double { value == 0 ? .infinity : weight / value }
    }

    private var nodes = ContiguousArray<Node>()
    private var free = ContiguousArray<Slot>()
    private var root = ValueTree.none
    /// A seed that no source of values will share: priorities that follow the values would make the tree a list.
    private var priorities = SeededGenerator(seed: 0x7472_6561_7020_7072)

    var isEmpty: Bool { root == Self.none }
    var totalWeight: Double { isEmpty ? 0 : nodes[Int(root)].subtreeWeight }
    var totalMoment: Double { isEmpty ? 0 : nodes[Int(root)].subtreeMoment }
    /// Infinite where a value is zero.
    var totalInverse: Double { isEmpty ? 0 : nodes[Int(root)].subtreeInverse }

    func value(at slot: Slot) -> Double { nodes[Int(slot)].value }
    func weight(at slot: Slot) -> Double { nodes[Int(slot)].weight }

    mutating func insert(value: Double, time: Instant, weight: Double) -> Slot {
        let node = Node(
            value: value, time: time, weight: weight, priority: priorities.next(), subtreeWeight: weight,
            subtreeMoment: weight * value, subtreeInverse: Node.inverse(of: value, weight: weight))
        let slot = place(node)
        root = nodes.withUnsafeMutableBufferPointer { Self.insert(slot, under: root, in: $0) }
        assert(isConsistent)
        return slot
    }

    mutating func remove(_ slot: Slot) {
        root = nodes.withUnsafeMutableBufferPointer { Self.remove(slot, under: root, in: $0) }
        free.append(slot)
        assert(isConsistent)
    }

    /// The smallest value whose weight and that of all smaller values together reach `target`; the largest value where
    /// none does.
    func value(reaching target: Double) -> Double? {
        guard !isEmpty else { return nil }
        var slot = root
        var missing = target
        while true {
            let node = nodes[Int(slot)]
            let smaller = node.left == Self.none ? 0 : nodes[Int(node.left)].subtreeWeight
            if node.left != Self.none, missing <= smaller {
                slot = node.left
            } else if missing <= smaller + node.weight || node.right == Self.none {
                return node.value
            } else {
                missing -= smaller + node.weight
                slot = node.right
            }
        }
    }

    private mutating func place(_ node: Node) -> Slot {
        if let slot = free.popLast() {
            nodes[Int(slot)] = node
            return slot
        }
        nodes.append(node)
        return Slot(nodes.count - 1)
    }
}

extension ValueTree {
    private typealias Nodes = UnsafeMutableBufferPointer<Node>

    private static func insert(_ slot: Slot, under root: Slot, in nodes: Nodes) -> Slot {
        guard root != none else { return slot }
        let (new, top) = (Int(slot), Int(root))
        if nodes[new].priority > nodes[top].priority {
            (nodes[new].left, nodes[new].right) = split(root, before: nodes[new], in: nodes)
            sum(slot, in: nodes)
            return slot
        }
        if nodes[new].precedes(nodes[top]) {
            nodes[top].left = insert(slot, under: nodes[top].left, in: nodes)
        } else {
            nodes[top].right = insert(slot, under: nodes[top].right, in: nodes)
        }
        sum(root, in: nodes)
        return root
    }

    private static func remove(_ slot: Slot, under root: Slot, in nodes: Nodes) -> Slot {
        let (old, top) = (Int(slot), Int(root))
        if slot == root { return join(nodes[top].left, nodes[top].right, in: nodes) }
        if nodes[old].precedes(nodes[top]) {
            nodes[top].left = remove(slot, under: nodes[top].left, in: nodes)
        } else {
            nodes[top].right = remove(slot, under: nodes[top].right, in: nodes)
        }
        sum(root, in: nodes)
        return root
    }

    /// The tree cut in two: what precedes `key`, and the rest.
    private static func split(_ root: Slot, before key: Node, in nodes: Nodes) -> (Slot, Slot) {
        guard root != none else { return (none, none) }
        let top = Int(root)
        if nodes[top].precedes(key) {
            let (inner, rest) = split(nodes[top].right, before: key, in: nodes)
            nodes[top].right = inner
            sum(root, in: nodes)
            return (root, rest)
        }
        let (rest, inner) = split(nodes[top].left, before: key, in: nodes)
        nodes[top].left = inner
        sum(root, in: nodes)
        return (rest, root)
    }

    /// Two trees made one; every key of `left` precedes every key of `right`.
    private static func join(_ left: Slot, _ right: Slot, in nodes: Nodes) -> Slot {
        guard left != none else { return right }
        guard right != none else { return left }
        if nodes[Int(left)].priority > nodes[Int(right)].priority {
            nodes[Int(left)].right = join(nodes[Int(left)].right, right, in: nodes)
            sum(left, in: nodes)
            return left
        }
        nodes[Int(right)].left = join(left, nodes[Int(right)].left, in: nodes)
        sum(right, in: nodes)
        return right
    }

    private static func sum(_ slot: Slot, in nodes: Nodes) {
        let index = Int(slot)
        let (left, right) = (Int(nodes[index].left), Int(nodes[index].right))
        var weight = nodes[index].weight
        var moment = weight * nodes[index].value
        var inverse = Node.inverse(of: nodes[index].value, weight: weight)
        if left >= 0 {
            weight += nodes[left].subtreeWeight
            moment += nodes[left].subtreeMoment
            inverse += nodes[left].subtreeInverse
        }
        if right >= 0 {
            weight += nodes[right].subtreeWeight
            moment += nodes[right].subtreeMoment
            inverse += nodes[right].subtreeInverse
        }
        nodes[index].subtreeWeight = weight
        nodes[index].subtreeMoment = moment
        nodes[index].subtreeInverse = inverse
    }
}

extension ValueTree {
    /// Keys ascend from left to right, no child outranks its parent, and weights add up.
    /// - Complexity: O(n).
    var isConsistent: Bool {
        var previous: Node?
        return isConsistent(root, after: &previous)
    }

    private func isConsistent(_ slot: Slot, after previous: inout Node?) -> Bool {
        guard slot != Self.none else { return true }
        let node = nodes[Int(slot)]
        guard isConsistent(node.left, after: &previous) else { return false }
        if let previous, !previous.precedes(node) { return false }
        previous = node
        var weight = node.weight
        for child in [node.left, node.right] where child != Self.none {
            if nodes[Int(child)].priority > node.priority { return false }
            weight += nodes[Int(child)].subtreeWeight
        }
        return weight == node.subtreeWeight && isConsistent(node.right, after: &previous)
    }
}
