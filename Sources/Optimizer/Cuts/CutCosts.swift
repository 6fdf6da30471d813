import Model

/// The two sides of a cut.
public enum Side: String, Hashable, Codable, Sendable {
    /// On the edge.
    case head
    /// In the cloud.
    case tail
}

/// What a cut costs, in whole units of whatever is to be least: a sum over its layers and over the tensors that cross, each once.
public struct CutCosts: Hashable, Sendable {
    /// For each layer of the graph its cost in the head.
    public var edge: [Int]
    /// For each layer its cost in the tail.
    public var cloud: [Int]
    /// For each tensor its cost where it crosses. The graph's inputs lie on the edge, so they cross where the tail reads them.
    public var transmit: [Int]
    /// For each layer the side that it has to be on; `nil` for either. Empty where no layer is pinned.
    public var pinned: [Side?]

    public init(edge: [Int], cloud: [Int], transmit: [Int], pinned: [Side?] = []) {
        self.edge = edge
        self.cloud = cloud
        self.transmit = transmit
        self.pinned = pinned
    }

    /// The most that all costs together may come to, so that no flow overflows.
    public static var greatestSum: Int { Int.greatestSum }

    /// - Complexity: linear in the graph.
    public func cost(of cut: Cut) -> Int {
        var cost = cut.crossing.reduce(0) { $0 + transmit[$1] }
        for (layer, isInHead) in cut.partition.inHead.enumerated() { cost += isInHead ? edge[layer] : cloud[layer] }
        return cost
    }

    /// Whether every pinned layer is on its side.
    public func allows(_ cut: Cut) -> Bool {
        zip(pinned, cut.partition.inHead).allSatisfy { side, isInHead in
            side.map { ($0 == .head) == isInHead } ?? true
        }
    }

    /// - Throws: `PlanningError.costsOfAnotherGraph`, `.negativeCost`, `.costsTooLarge` or `.pinsContradict`.
    /// - Returns: the sum of all costs.
    func validatedSum(for graph: LayerGraph) throws(PlanningError) -> Int {
        try graph.check(edge.count, graph.layers.count, "edge costs of layers")
        try graph.check(cloud.count, graph.layers.count, "cloud costs of layers")
        try graph.check(transmit.count, graph.tensors.count, "transmission costs of tensors")
        try graph.check(pinned: pinned)
        if let plainSum { return plainSum }
        var sum = 0
        for (layer, cost) in edge.enumerated() { try Self.add(cost, to: &sum, .edge(of: graph.layers[layer].name)) }
        for (layer, cost) in cloud.enumerated() { try Self.add(cost, to: &sum, .cloud(of: graph.layers[layer].name)) }
        for (tensor, cost) in transmit.enumerated() {
            try Self.add(cost, to: &sum, .transmission(of: graph.tensors[tensor].name))
        }
        return sum
    }

    /// The sum of all costs; `nil` where one is negative or the sum too large. Halves of 32 bits are summed apart, since so the
    /// loop needs no branch.
    private var plainSum: Int? {
        var (low, high, signs) = (0, 0, 0)
        func add(_ costs: [Int]) {
            for cost in costs {
                low &+= cost & 0xFFFF_FFFF
                high &+= cost >> 32
                signs |= cost
            }
        }
        add(edge)
        add(cloud)
        add(transmit)
        guard signs >= 0, high <= Self.greatestSum >> 32 else { return nil }
        let sum = (high << 32) + low
        return sum <= Self.greatestSum ? sum : nil
    }

    /// Adds a cost to the sum of all, or to what is left of it when another was taken from it.
    static func add(
        _ cost: Int, to sum: inout Int, most: Int = greatestSum, _ place: @autoclosure () -> CostPlace
    ) throws(PlanningError) {
        guard cost >= 0 else { throw .negativeCost(place(), cost) }
        guard cost <= most, sum + cost <= most else { throw .costsTooLarge(place(), most: most) }
        sum += cost
    }
}

/// A cost of a layer or tensor, by name.
public enum CostPlace: Hashable, Sendable, CustomStringConvertible {
    case edge(of: String)
    case cloud(of: String)
    case transmission(of: String)
    case encoding(of: String)
    case bytes(of: String)
    case decoding(of: String)

    public var description: String {
        switch self {
        case .edge(let layer): "the edge cost of layer '\(layer)'"
        case .cloud(let layer): "the cloud cost of layer '\(layer)'"
        case .transmission(let tensor): "the transmission cost of tensor '\(tensor)'"
        case .encoding(let tensor): "the time to encode tensor '\(tensor)'"
        case .bytes(let tensor): "the bytes of tensor '\(tensor)'"
        case .decoding(let tensor): "the time to decode tensor '\(tensor)'"
        }
    }
}

extension LayerGraph {
    func check(_ count: Int, _ expected: Int, _ what: String) throws(PlanningError) {
        guard count == expected else { throw .costsOfAnotherGraph(what, count: count, expected: expected) }
    }

    /// - Throws: `PlanningError.pinsContradict` where a layer pinned to the head needs what one pinned to the tail writes;
    ///   `.costsOfAnotherGraph` where there are pins, but not one for each layer.
    func check(pinned: [Side?]) throws(PlanningError) {
        guard !pinned.isEmpty else { return }
        try check(pinned.count, layers.count, "pins of layers")
        var inTail: [LayerIndex?] = []
        for (index, layer) in layers.enumerated() {
            let before = layer.inputs.lazy.compactMap { producer[$0].flatMap { inTail[$0] } }.first
            if let before, pinned[index] == .head {
                throw .pinsContradict(head: layer.name, tail: layers[before].name)
            }
            inTail.append(before ?? (pinned[index] == .tail ? index : nil))
        }
    }
}

/// Sizes that keep every sum of a flow network within the integer's range: with all costs together at most max / 16, no flow, excess
/// or sum of them is above 3/16 max but for pins, which stay above it, and unlimited arcs, which are never used up.
extension FixedWidthInteger {
    static var greatestSum: Self { max / 16 }
    static var pin: Self { max / 4 }
    static var unlimited: Self { max / 2 }
}
