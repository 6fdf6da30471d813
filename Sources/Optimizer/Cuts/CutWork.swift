public import Model

/// What a cut takes before anything has a price: time on the edge, bytes to send, time in the cloud. A layer takes time on the
/// side where it is, a tensor that crosses takes all three: to encode, to send, to decode.
public struct CutWork: Hashable, Sendable {
    public var edge: Nanoseconds
    public var bytes: Int
    public var cloud: Nanoseconds

    public init(edge: Nanoseconds, bytes: Int, cloud: Nanoseconds) {
        self.edge = edge
        self.bytes = bytes
        self.cloud = cloud
    }

    static func += (a: inout Self, b: Self) {
        a.edge += b.edge
        a.bytes += b.bytes
        a.cloud += b.cloud
    }
}

/// By edge time, then bytes, then cloud time.
extension CutWork: Comparable {
    public static func < (a: Self, b: Self) -> Bool {
        (a.edge.count, Int64(a.bytes), a.cloud.count) < (b.edge.count, Int64(b.bytes), b.cloud.count)
    }
}

/// What time and bytes cost: the edge's slowdown, nanoseconds a byte on the link, the cloud's slowdown. Only their proportions
/// matter to which cut is best, so they are whole numbers without a unit.
public struct CutPrice: Hashable, Sendable {
    public var edge: Int128
    public var bytes: Int128
    public var cloud: Int128

    public init(edge: Int128, bytes: Int128, cloud: Int128) {
        self.edge = edge
        self.bytes = bytes
        self.cloud = cloud
    }

    /// Exact where parts and work are as small as `GraphWork` has them checked.
    public func cost(of work: CutWork) -> Int128 {
        edge * Int128(work.edge.count) + bytes * Int128(work.bytes) + cloud * Int128(work.cloud.count)
    }
}

/// What the layers and tensors of a graph take.
public struct GraphWork: Hashable, Sendable {
    /// For each layer its time in the head.
    public var edge: [Nanoseconds]
    /// For each layer its time in the tail.
    public var cloud: [Nanoseconds]
    /// For each tensor what it takes to cross.
    public var transmit: [CutWork]
    /// For each layer the side that it has to be on; `nil` for either. Empty where no layer is pinned.
    public var pinned: [Side?]

    public init(edge: [Nanoseconds], cloud: [Nanoseconds], transmit: [CutWork], pinned: [Side?] = []) {
        self.edge = edge
        self.cloud = cloud
        self.transmit = transmit
        self.pinned = pinned
    }

    /// The most that all edge times, all bytes or all cloud times may come to: 18 minutes, one tebibyte. Then a price at which three
    /// cuts are equally good has parts of at most 2^81, and a cut's cost at that price at most 3 · 2^121.
    public static var greatestSum: Int { 1 << 40 }

    /// - Complexity: linear in the graph.
    public func work(of cut: Cut) -> CutWork {
        var work = CutWork(edge: .zero, bytes: 0, cloud: .zero)
        for tensor in cut.crossing { work += transmit[tensor] }
        for (layer, isInHead) in cut.partition.inHead.enumerated() {
            if isInHead { work.edge += edge[layer] } else { work.cloud += cloud[layer] }
        }
        return work
    }

    /// - Throws: `PlanningError.costsOfAnotherGraph`, `.negativeCost`, `.costsTooLarge` or `.pinsContradict`.
    /// - Returns: the sum of all that layers and tensors take, on both sides.
    func validatedSum(for graph: LayerGraph) throws(PlanningError) -> CutWork {
        try graph.check(edge.count, graph.layers.count, "edge times of layers")
        try graph.check(cloud.count, graph.layers.count, "cloud times of layers")
        try graph.check(transmit.count, graph.tensors.count, "transmissions of tensors")
        try graph.check(pinned: pinned)
        var (edgeSum, bytes, cloudSum) = (0, 0, 0)
        func add(_ part: Int64, to sum: inout Int, _ place: @autoclosure () -> CostPlace) throws(PlanningError) {
            try CutCosts.add(Int(part), to: &sum, most: Self.greatestSum, place())
        }
        for (index, layer) in graph.layers.enumerated() {
            try add(edge[index].count, to: &edgeSum, .edge(of: layer.name))
            try add(cloud[index].count, to: &cloudSum, .cloud(of: layer.name))
        }
        for (index, tensor) in graph.tensors.enumerated() {
            try add(transmit[index].edge.count, to: &edgeSum, .encoding(of: tensor.name))
            try add(Int64(transmit[index].bytes), to: &bytes, .bytes(of: tensor.name))
            try add(transmit[index].cloud.count, to: &cloudSum, .decoding(of: tensor.name))
        }
        return CutWork(edge: Nanoseconds(Int64(edgeSum)), bytes: bytes, cloud: Nanoseconds(Int64(cloudSum)))
    }
}
