import Model

/// input -> first -> a; second(a) -> b; sum(a, b) -> c; third(c) -> d; fourth(d) -> e. Eight values a tensor, 100 weight bytes
/// a layer.
func residualGraph(inputType: ElementType = .float32) throws -> LayerGraph {
    func layer(_ name: String, _ inputs: [TensorIndex], _ output: TensorIndex) -> Layer {
        Layer(name: name, kind: "Conv", inputs: inputs, outputs: [output], parameters: 25, parameterBytes: 100)
    }
    return try LayerGraph(
        layers: [
            layer("first", [0], 1), layer("second", [1], 2), layer("sum", [1, 2], 3), layer("third", [3], 4),
            layer("fourth", [4], 5),
        ],
        tensors: ["input", "a", "b", "c", "d", "e"].map {
            Tensor(name: $0, elementType: $0 == "input" ? inputType : .float32, shape: TensorShape([1, 8]))
        },
        inputs: [0], outputs: [5])
}

/// input -> stem -> a; aux(a) -> early (an output); body(a) -> b; last(b) -> late (an output).
func twoOutputGraph() throws -> LayerGraph {
    try LayerGraph(
        layers: [
            Layer(name: "stem", kind: "Conv", inputs: [0], outputs: [1]),
            Layer(name: "aux", kind: "Relu", inputs: [1], outputs: [2]),
            Layer(name: "body", kind: "Conv", inputs: [1], outputs: [3]),
            Layer(name: "last", kind: "Relu", inputs: [3], outputs: [4]),
        ],
        tensors: ["input", "a", "early", "b", "late"].map {
            Tensor(name: $0, elementType: .float32, shape: TensorShape([1, 8]))
        },
        inputs: [0], outputs: [2, 4])
}
