public import Model

/// A network to be split between two sites at one uplink rate, with a choice of bits on the edge: the problem of
/// Auto-Split (Banitalebi-Dehkordi et al., KDD 2021, section 3). An order of layers, weights w_i, activations a_i; the
/// head runs on the edge:
///
///     latency    = Σ_head L_i(bw_i, ba_i) + Σ_sent bits / rate + Σ_tail L_i(cloud)
///     memory     = Σ_head w_i · bw_i + max_head a_i · ba_i
///     distortion = Σ_head (Dw_i(bw_i) + Da_i(ba_i)) + Σ_sent Da(bits), where sent at other bits than made at
///
/// The cloud runs in 16-bit floating point without distortion. An input of the graph is sent as it was taken, at 8
/// bits. Sent is each tensor that crosses, once, and each output of the graph that the head makes.
public struct SplitInstance: Sendable {
    /// Upper bounds on the edge, each of them met with equality, too; `nil` where there is none.
    public struct Limits: Hashable, Sendable {
        public var memoryBits: Int?
        public var distortion: Double?

        public init(memoryBits: Int? = nil, distortion: Double? = nil) {
            self.memoryBits = memoryBits
            self.distortion = distortion
        }
    }

    public let graph: LayerGraph
    public let distortions: LayerDistortions
    public let uplink: BitRate
    public let limits: Limits
    /// Bits of an input of the graph on the wire.
    public static let inputBits = 8
    /// For each layer in the cloud.
    public let cloudTimes: [Nanoseconds]
    private let edge: any CostModel

    /// - Precondition: the distortions are of the sites' graph.
    /// - Throws: `PlanningError.uplinkTooSlow` below 1 kbit/s, at which times grow beyond what is summed.
    public init(
        _ sites: SplitCosts, distortions: LayerDistortions, uplink: BitRate, limits: Limits = Limits()
    ) throws(PlanningError) {
        guard uplink.bitsPerSecond >= 1000, uplink.bitsPerSecond.isFinite else { throw .uplinkTooSlow(uplink) }
        precondition(distortions.layerCount == sites.edge.graph.layers.count, "distortions are of the graph's layers")
        self.init(
            graph: sites.edge.graph, distortions: distortions, uplink: uplink, limits: limits,
            cloudTimes: sites.cloud.layerTimes(at: .half), edge: sites.edge)
    }

    private init(
        graph: LayerGraph, distortions: LayerDistortions, uplink: BitRate, limits: Limits, cloudTimes: [Nanoseconds],
        edge: any CostModel
    ) {
        self.graph = graph
        self.distortions = distortions
        self.uplink = uplink
        self.limits = limits
        self.cloudTimes = cloudTimes
        self.edge = edge
    }

    /// The same problem within other bounds.
    public func within(_ limits: Limits) -> SplitInstance {
        SplitInstance(
            graph: graph, distortions: distortions, uplink: uplink, limits: limits, cloudTimes: cloudTimes, edge: edge)
    }

    public func edgeTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds { edge.layerTime(layer, at: bits) }

    /// - Complexity: constant.
    public func sendTime(bits: Int) -> Nanoseconds { Nanoseconds(seconds: Double(bits) / uplink.bitsPerSecond) }

    /// Bits of a tensor on the wire: an input of the graph as it was taken, another at `bits`.
    public func wireBits(of tensor: TensorIndex, at bits: Int) -> Int {
        graph.tensors[tensor].elementCount * (graph.producer[tensor] == nil ? Self.inputBits : bits)
    }

    /// Values that a layer writes.
    func activations(of layer: LayerIndex) -> Int {
        graph.layers[layer].outputs.reduce(0) { $0 + graph.tensors[$1].elementCount }
    }

    /// What is sent at a cut, ascending: the tensors that cross, and outputs of the graph that the head makes.
    public func sent(at cut: Cut) -> [TensorIndex] {
        let outputs = graph.outputs.filter { graph.producer[$0].map { cut.partition.inHead[$0] } ?? false }
        return Set(cut.crossing).union(outputs).sorted()
    }
}
