public import Model

/// What was measured on a device. A layer's time comes from an unfused graph, so it serves to choose candidates only;
/// heads and tails are known where they were built and timed. The times are of the model as it ran, whatever bits are
/// asked for; but those of heads of at most 8 bits throughout are known where heads of 8 bits were timed.
///
/// A CPU computes nothing below 8 bits: a layer whose weights have fewer is computed in floats, its weights being unpacked
/// first. So fewer bits than 8 save memory, not time: of what the head in floats takes more than that in integers, such layers
/// add their share, by the times of single layers.
public struct ProfileCosts: CostModel {
    public let graph: LayerGraph
    public let measured: ModelIdentity?
    public let timedCuts: [[String]]
    private let layers: [Nanoseconds]
    private let heads: [[String]: Nanoseconds]
    private let integerHeads: [[String]: Nanoseconds]
    private let tails: [[String]: Nanoseconds]
    private let whole: Nanoseconds

    /// - Throws: `PlanningError.layerNotTimed`; `.tensorNotInModel` where a head or tail was timed at a tensor that the graph does
    ///   not have.
    public init(_ profile: Profile, of graph: LayerGraph) throws(PlanningError) {
        try profile.checkHalves(of: graph)
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
        let names = cut.names(in: graph)
        let float = cut.partition.isEdgeOnly ? whole : heads[names]
        guard isInteger else { return float }
        guard let integers = integerHeads[names] else { return nil }
        let inFloats = shareInFloats(of: cut, bits)
        guard inFloats > 0, let float, float > integers else { return integers }
        return integers + Nanoseconds(seconds: (float - integers).inSeconds * inFloats)
    }

    /// The share of a head's time, by its single layers, that goes to layers with weights of fewer than 8 bits; all of it where
    /// layers take no time at all.
    private func shareInFloats(of cut: Cut, _ bits: (LayerIndex) -> OperandBits) -> Double {
        let head = graph.layers.indices.filter { cut.partition.inHead[$0] }
        let coarse = head.filter { graph.layers[$0].parameters > 0 && bits($0).weights < 8 }
        func time(_ layers: [LayerIndex]) -> Double { layers.reduce(0) { $0 + self.layers[$1].inSeconds } }
        guard !coarse.isEmpty else { return 0 }
        return time(head) > 0 ? time(coarse) / time(head) : 1
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
    fileprivate func checkHalves(of graph: LayerGraph) throws(PlanningError) {
        let known = Set(graph.tensors.map(\.name))
        for (halves, half) in [(heads, "head"), (integerHeads ?? [], "head of integers"), (tails, "tail")] {
            guard let stranger = halves.lazy.flatMap(\.cut).first(where: { !known.contains($0) }) else { continue }
            throw .tensorNotInModel(stranger, half: half, device: device)
        }
    }

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
