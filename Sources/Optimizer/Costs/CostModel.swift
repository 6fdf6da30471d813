public import Model

/// What the layers of one graph take on one site, edge or cloud.
///
/// A head is what runs before a cut, a tail what runs after it. Without better knowledge either is the sum of its
/// layers; a site on which heads and tails were built and timed knows better, since runtimes fuse layers.
public protocol CostModel: Sendable {
    var graph: LayerGraph { get }
    /// The model that the times were measured on; `nil` where they follow from the graph's geometry.
    var measured: ModelIdentity? { get }

    /// The cuts whose heads and tails were built and timed, each by the names of what crosses; none where times are modelled.
    var timedCuts: [[String]] { get }

    /// A layer by itself.
    ///
    /// - Complexity: constant.
    func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds

    /// - Parameter bits: of each layer.
    /// - Returns: `nil` where it is not known; zero for a head without layers.
    func headTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds?

    /// - Parameter bits: of each layer.
    /// - Returns: `nil` where it is not known; zero for a tail without layers.
    func tailTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds?
}

extension CostModel {
    public var measured: ModelIdentity? { nil }
    public var timedCuts: [[String]] { [] }

    public func headTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds? {
        sumOfLayers(in: cut, head: true, at: bits)
    }

    public func tailTime(of cut: Cut, at bits: (LayerIndex) -> OperandBits) -> Nanoseconds? {
        sumOfLayers(in: cut, head: false, at: bits)
    }

    /// The layers on one side of a cut, one after another.
    ///
    /// - Parameter head: the side before the cut, or the one after it.
    /// - Complexity: linear in the number of layers.
    public func sumOfLayers(
        in cut: Cut, head: Bool, at bits: (LayerIndex) -> OperandBits = { _ in .unquantised }
    ) -> Nanoseconds {
        graph.layers.indices.reduce(.zero) { sum, layer in
            cut.partition.inHead[layer] == head ? sum + layerTime(layer, at: bits(layer)) : sum
        }
    }

    /// Each layer's time, in the graph's order.
    public func layerTimes(at bits: OperandBits) -> [Nanoseconds] {
        graph.layers.indices.map { layerTime($0, at: bits) }
    }
}

extension CostModel {
    /// A modelled site too slow for its times to be summed is refused. Times do not fall as bits grow, so the widest
    /// decide.
    func checkTimes(site: String) throws(PlanningError) {
        for (index, layer) in graph.layers.enumerated()
        where layerTime(index, at: .unquantised) > DocumentCheck.Limit.time {
            throw .layerTooSlow(layer.name, site: site)
        }
    }
}
