/// Position of a tensor in `LayerGraph.tensors`.
public typealias TensorIndex = Int

/// Position of a layer in `LayerGraph.layers`, a topological order.
public typealias LayerIndex = Int

/// An activation: a value that one layer (or the graph's caller) makes and others read. Weights are not tensors of the graph.
public struct Tensor: Hashable, Codable, Sendable {
    /// The name in the model file, unique in its graph.
    public var name: String
    public var elementType: ElementType
    public var shape: TensorShape

    public init(name: String, elementType: ElementType, shape: TensorShape) {
        self.name = name
        self.elementType = elementType
        self.shape = shape
    }

    public var elementCount: Int { shape.elementCount }
    /// Bytes in memory, unquantised.
    public var byteCount: Int { elementCount * elementType.byteWidth }
}
