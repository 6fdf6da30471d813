/// One operator of the network, with the activations it reads and writes and the size of the weights it holds.
public struct Layer: Hashable, Codable, Sendable {
    /// The name in the model file, unique in its graph.
    public var name: String
    /// The operator, as ONNX names it: `Conv`, `Relu`, …
    public var kind: String
    /// Activations read, in the operator's order, each once.
    public var inputs: [TensorIndex]
    /// Activations written.
    public var outputs: [TensorIndex]
    /// Elements of the weights that this layer is the first to read, so that a sum over layers counts a shared weight once.
    public var parameters: Int
    /// Bytes of those weights.
    public var parameterBytes: Int
    /// Multiply-accumulate operations for one inference; zero for operators that only move or map values.
    public var macs: Int
    /// The geometry of a two-dimensional convolution; `nil` for other operators, and absent from documents for them.
    public var convolution: Convolution?

    public init(
        name: String, kind: String, inputs: [TensorIndex], outputs: [TensorIndex],
        parameters: Int = 0, parameterBytes: Int = 0, macs: Int = 0, convolution: Convolution? = nil
    ) {
        self.name = name
        self.kind = kind
        self.inputs = inputs
        self.outputs = outputs
        self.parameters = parameters
        self.parameterBytes = parameterBytes
        self.macs = macs
        self.convolution = convolution
    }
}
