import Model

/// Builds a layer graph with shapes and operation counts, as a converter writes it for inference: batch norm folded into the
/// convolution before it, activations layers of their own. No weights.
struct NetworkBuilder {
    private var layers: [Layer] = []
    private var tensors: [Tensor]

    /// - Parameters: those of the only input, height and width being equal.
    init(channels: Int, side: Int) {
        tensors = [Self.tensor("input", [1, channels, side, side])]
    }

    static let input: TensorIndex = 0

    private static func tensor(_ name: String, _ shape: [Int]) -> Tensor {
        Tensor(name: name, elementType: .float32, shape: TensorShape(shape))
    }

    private func channels(_ tensor: TensorIndex) -> Int { tensors[tensor].shape.extents[1] }
    private func side(_ tensor: TensorIndex) -> Int { tensors[tensor].shape.extents[2] }

    private mutating func add(
        _ kind: String, _ inputs: [TensorIndex], _ shape: [Int], parameters: Int = 0, macs: Int = 0
    ) -> TensorIndex {
        let name = "\(kind.lowercased())\(layers.count)"
        tensors.append(Self.tensor(name, shape))
        layers.append(
            Layer(
                name: name, kind: kind, inputs: inputs, outputs: [tensors.count - 1], parameters: parameters,
                parameterBytes: 4 * parameters, macs: macs))
        return tensors.count - 1
    }

    mutating func conv(_ input: TensorIndex, _ width: Int, kernel: Int, stride: Int = 1) -> TensorIndex {
        let out = (side(input) + stride - 1) / stride
        let parameters = channels(input) * width * kernel * kernel
        return add(
            "Conv", [input], [1, width, out, out], parameters: parameters + width, macs: parameters * out * out)
    }

    mutating func convRelu(_ input: TensorIndex, _ width: Int, kernel: Int, stride: Int = 1) -> TensorIndex {
        relu(conv(input, width, kernel: kernel, stride: stride))
    }

    mutating func pool(_ input: TensorIndex, stride: Int) -> TensorIndex {
        let out = (side(input) + stride - 1) / stride
        return add("MaxPool", [input], [1, channels(input), out, out])
    }

    mutating func relu(_ input: TensorIndex) -> TensorIndex { same("Relu", input) }

    /// A batch norm that no convolution comes before.
    mutating func norm(_ input: TensorIndex) -> TensorIndex { same("BatchNormalization", input) }

    private mutating func same(_ kind: String, _ input: TensorIndex) -> TensorIndex {
        add(kind, [input], [1, channels(input), side(input), side(input)])
    }

    mutating func sum(_ a: TensorIndex, _ b: TensorIndex) -> TensorIndex {
        add("Add", [a, b], [1, channels(a), side(a), side(a)])
    }

    mutating func concat(_ inputs: [TensorIndex]) -> TensorIndex {
        let width = inputs.reduce(0) { $0 + channels($1) }
        return add("Concat", inputs, [1, width, side(inputs[0]), side(inputs[0])])
    }

    /// Global pooling and the layer that names the classes.
    mutating func classifier(_ input: TensorIndex, classes: Int = 1000) -> TensorIndex {
        let width = channels(input)
        let pooled = add("GlobalAveragePool", [input], [1, width, 1, 1])
        let flat = add("Flatten", [pooled], [1, width])
        return add("Gemm", [flat], [1, classes], parameters: width * classes + classes, macs: width * classes)
    }

    func graph(output: TensorIndex) throws -> LayerGraph {
        try LayerGraph(layers: layers, tensors: tensors, inputs: [Self.input], outputs: [output])
    }
}
