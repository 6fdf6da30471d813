/// The elements of a tensor, row-major, in the machine's byte order.
public struct TensorValue: Hashable, Sendable {
    public let elementType: ElementType
    public let shape: TensorShape
    public let bytes: [UInt8]

    /// Traps unless `bytes` is exactly what `shape` and `elementType` ask for: check what came from outside first.
    public init(elementType: ElementType, shape: TensorShape, bytes: [UInt8]) {
        precondition(
            bytes.count == shape.elementCount * elementType.byteWidth,
            "a tensor has as many bytes as its shape asks for")
        self.elementType = elementType
        self.shape = shape
        self.bytes = bytes
    }

    public init(floats: [Float], shape: TensorShape) {
        self.init(elementType: .float32, shape: shape, bytes: floats.withUnsafeBytes(Array.init))
    }

    /// The elements of a `float32` tensor, in place.
    public func withFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        precondition(elementType == .float32, "only a float32 tensor has floats")
        return try bytes.withUnsafeBytes { try body($0.assumingMemoryBound(to: Float.self)) }
    }

    /// A copy of the elements of a `float32` tensor.
    public var floats: [Float] { withFloats { Array($0) } }
}
