public import Model

/// A way to split a graph: its two sides, and what crosses from one to the other.
public struct Cut: Hashable, Sendable {
    public let partition: Partition
    /// The tensors that cross, ascending; empty for edge-only.
    public let crossing: [TensorIndex]
    public let headLayers: Int

    public init(_ partition: Partition, of graph: LayerGraph) {
        self.partition = partition
        crossing = graph.crossing(partition)
        headLayers = partition.inHead.count { $0 }
    }

    /// Names of the crossing tensors, in the graph's order: `Partition(at:)` of them gives this cut again.
    public func names(in graph: LayerGraph) -> [String] { crossing.map { graph.tensors[$0].name } }
}

extension LayerGraph {
    /// Every layer on the edge.
    public var edgeOnlyCut: Cut { Cut(Partition(prefix: layers.count, of: self), of: self) }
    /// Every layer in the cloud.
    public var cloudOnlyCut: Cut { Cut(Partition(prefix: 0, of: self), of: self) }
}
