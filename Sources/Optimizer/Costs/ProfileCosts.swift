public import Model

/// What was measured on a device. A layer's time comes from an unfused graph, so it serves to choose candidates only;
/// heads and tails are known where they were built and timed. The times are of the model as it ran, whatever bits are
/// asked for; but those of heads of at most 8 bits throughout are known where such heads were timed.
public struct ProfileCosts: CostModel {
    public let graph: LayerGraph
    public let measured: ModelIdentity?
    public let timedCuts: [[String]]
    private let layers: [Nanoseconds]
    private let heads: [[String]: Nanoseconds]
    private let integerHeads: [[String]: Nanoseconds]
    private let tails: [[String]: Nanoseconds]
    private let whole: Nanoseconds

    /// - Throws: `PlanningError.layerNotTimed`.
    public init(_ profile: Profile, of graph: LayerGraph) throws(PlanningError) {
        self.graph = graph
        measured = profile.model
        timedCuts = profile.heads.map(\.cut)
        layers = try profile.layerTimes(of: graph)
        heads = Self.medians(of: profile.heads)
        integerHeads = Self.medians(of: profile.integerHeads ?? [])
        tails = Self.medians(of: profile.tails)
        whole = profile.whole.median
    }

    public func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds { layers[layer] }

    public func headTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds? {
        if cut.partition.isCloudOnly { return .zero }
        let isInteger = cut.partition.inHead.indices.allSatisfy { layer in
            !cut.partition.inHead[layer] || (bits(layer).weights <= 8 && bits(layer).activations <= 8)
        }
        if isInteger { return integerHeads[cut.names(in: graph)] }
        return cut.partition.isEdgeOnly ? whole : heads[cut.names(in: graph)]
    }

    public func tailTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds? {
        if cut.partition.isEdgeOnly { return .zero }
        return cut.partition.isCloudOnly ? whole : tails[cut.names(in: graph)]
    }

    private static func medians(of halves: [Profile.HalfTiming]) -> [[String]: Nanoseconds] {
        Dictionary(halves.map { ($0.cut, $0.timing.median) }, uniquingKeysWith: { _, last in last })
    }
}

extension Profile {
    fileprivate func layerTimes(of graph: LayerGraph) throws(PlanningError) -> [Nanoseconds] {
        let times = Dictionary(layers.map { ($0.name, $0.timing.median) }, uniquingKeysWith: { _, last in last })
        var ordered: [Nanoseconds] = []
        for layer in graph.layers {
            guard let time = times[layer.name] else { throw .layerNotTimed(layer.name, device: device) }
            ordered.append(time)
        }
        return ordered
    }
}
