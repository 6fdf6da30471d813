public import Model

/// What the two sides of a cut take by themselves, without encoding.
public struct CutCost: Hashable, Sendable {
    public var edge: Nanoseconds
    public var cloud: Nanoseconds

    public init(edge: Nanoseconds, cloud: Nanoseconds) {
        self.edge = edge
        self.cloud = cloud
    }
}

/// Costs summed from the times of single layers. They come from an unfused graph, so they serve to choose candidates only.
public struct LayerCosts: Sendable {
    private let edge: [Nanoseconds]
    private let cloud: [Nanoseconds]

    /// - Throws: `PlanningError.differentModels` or `.layerNotTimed`.
    public init(edge: Profile, cloud: Profile, of graph: LayerGraph) throws(PlanningError) {
        try edge.checkSameModel(as: cloud)
        self.edge = try edge.layerTimes(of: graph)
        self.cloud = try cloud.layerTimes(of: graph)
    }

    /// - Complexity: linear in the number of layers.
    public func cost(of cut: Cut) -> CutCost {
        var cost = CutCost(edge: .zero, cloud: .zero)
        for (layer, isInHead) in cut.partition.inHead.enumerated() {
            if isInHead { cost.edge += edge[layer] } else { cost.cloud += cloud[layer] }
        }
        return cost
    }
}

/// Costs of heads and tails that were built and timed.
public struct MeasuredCosts: Sendable {
    private let graph: LayerGraph
    private let heads: [[String]: Nanoseconds]
    private let tails: [[String]: Nanoseconds]
    private let wholeOnEdge: Nanoseconds
    private let wholeInCloud: Nanoseconds

    /// - Throws: `PlanningError.differentModels`.
    public init(edge: Profile, cloud: Profile, of graph: LayerGraph) throws(PlanningError) {
        try edge.checkSameModel(as: cloud)
        self.graph = graph
        heads = Self.medians(of: edge.heads)
        tails = Self.medians(of: cloud.tails)
        wholeOnEdge = edge.whole.median
        wholeInCloud = cloud.whole.median
    }

    /// - Returns: `nil` where head or tail of the cut was not timed. Edge-only and cloud-only are the whole model.
    public func cost(of cut: Cut) -> CutCost? {
        if cut.partition.isEdgeOnly { return CutCost(edge: wholeOnEdge, cloud: .zero) }
        if cut.partition.isCloudOnly { return CutCost(edge: .zero, cloud: wholeInCloud) }
        let names = cut.names(in: graph)
        guard let edge = heads[names], let cloud = tails[names] else { return nil }
        return CutCost(edge: edge, cloud: cloud)
    }

    private static func medians(of halves: [Profile.HalfTiming]) -> [[String]: Nanoseconds] {
        Dictionary(halves.map { ($0.cut, $0.timing.median) }, uniquingKeysWith: { _, last in last })
    }
}

extension Profile {
    fileprivate func checkSameModel(as other: Profile) throws(PlanningError) {
        guard model.sha256 == other.model.sha256 else {
            throw .differentModels(edge: model.name, cloud: other.model.name)
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
