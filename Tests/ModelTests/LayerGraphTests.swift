import Model
import Testing

@Suite struct LayerGraphTests {
    private let tensors = ["x", "y", "z"].map { Tensor(name: $0, elementType: .float32, shape: TensorShape([2, 3])) }

    private func layer(_ name: String, _ inputs: [Int], _ outputs: [Int]) -> Layer {
        Layer(name: name, kind: "Relu", inputs: inputs, outputs: outputs, parameters: 2, macs: 5)
    }

    @Test func knowsProducersAndConsumers() throws {
        let graph = try LayerGraph(
            layers: [layer("one", [0], [1]), layer("two", [0, 1], [2])], tensors: tensors, inputs: [0], outputs: [2])
        #expect(graph.producer == [nil, 0, 1])
        #expect(graph.consumers == [[0, 1], [1], []])
        #expect(graph.macs == 10 && graph.parameters == 4)
    }

    @Test func refusesWhatIsNoGraph() {
        #expect(throws: LayerGraphError.readBeforeWritten(tensor: "z", layer: "one")) {
            try LayerGraph(
                layers: [layer("one", [2], [1]), layer("two", [1], [2])], tensors: tensors, inputs: [0], outputs: [2])
        }
        #expect(throws: LayerGraphError.writtenTwice(tensor: "y")) {
            try LayerGraph(
                layers: [layer("one", [0], [1]), layer("two", [0], [1])], tensors: tensors, inputs: [0], outputs: [1])
        }
        #expect(throws: LayerGraphError.nameTwice("one")) {
            try LayerGraph(
                layers: [layer("one", [0], [1]), layer("one", [1], [2])], tensors: tensors, inputs: [0], outputs: [2])
        }
        #expect(throws: LayerGraphError.noSuchTensor(index: 7)) {
            try LayerGraph(layers: [layer("one", [7], [1])], tensors: tensors, inputs: [0], outputs: [1])
        }
        #expect(throws: LayerGraphError.neverWritten(tensor: "z")) {
            try LayerGraph(layers: [layer("one", [0], [1])], tensors: tensors, inputs: [0], outputs: [2])
        }
    }
}
