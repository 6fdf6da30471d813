import Foundation
import Model
import Optimizer
import Testing

@Suite struct LayerTableTests {
    /// Parameters (with the biases that folded normalisation leaves) and multiply-accumulates, in millions, as
    /// published for the networks.
    @Test(arguments: [
        ("resnet18", 11.69, 1814), ("resnet50", 25.56, 4089), ("googlenet", 6.62, 1498), ("mobilenet_v2", 3.50, 300),
        ("mnasnet1_0", 4.38, 314), ("resnext50_32x4d", 25.03, 4230),
    ])
    func isTheNetwork(name: String, parameters: Double, macs: Double) throws {
        let table = try LayerTable.named(name)
        #expect(table.network == name && table.note.contains("not those of trained weights"))
        #expect(abs(Double(table.graph.parameters) / 1e6 - parameters) < 0.05, "\(table.graph.parameters)")
        #expect(abs(Double(table.graph.macs) / 1e6 / macs - 1) < 0.01, "\(table.graph.macs)")
        #expect(table.graph.outputs.map { table.graph.tensors[$0].shape } == [TensorShape([1, 1000])])
    }

    /// What the geometry says of weights, work and planes is what the rest of the table says.
    @Test(arguments: LayerTable.names)
    func geometryFitsTheTensors(name: String) throws {
        let graph = try LayerTable.named(name).graph
        for layer in graph.layers {
            guard let convolution = layer.convolution else {
                #expect(layer.kind != "Conv")
                continue
            }
            let input = graph.tensors[layer.inputs[0]].shape.extents
            let output = graph.tensors[layer.outputs[0]].shape.extents
            #expect(layer.kind == "Conv" && layer.inputs.count == 1)
            #expect(input == [1, convolution.inputChannels, convolution.input.height, convolution.input.width])
            #expect(output[1] == convolution.outputChannels)
            #expect(layer.parameters == convolution.weightCount + convolution.outputChannels, "\(layer.name)")
            #expect(layer.macs == convolution.weightCount * output[2] * output[3], "\(layer.name)")
        }
    }

    @Test(arguments: LayerTable.names)
    func distortionsFallWithBits(name: String) throws {
        let table = try LayerTable.named(name)
        #expect(table.distortions.bits == Array(1...8))
        for layer in table.graph.layers.indices {
            let weights = (1...8).map { table.distortions.ofWeights(layer, at: $0) }
            let activations = (1...8).map { table.distortions.ofActivation(layer, at: $0) }
            #expect(zip(activations, activations.dropFirst()).allSatisfy { $0 > $1 && $1 > 0 }, "layer \(layer)")
            let hasWeights = table.graph.layers[layer].parameters > 0
            #expect(
                zip(weights, weights.dropFirst()).allSatisfy { hasWeights ? $0 > $1 && $1 > 0 : $0 == 0 && $1 == 0 })
            #expect(table.distortions.ofActivation(layer, at: 16) == 0)
        }
    }

    @Test func anUnknownNetworkIsNamed() {
        #expect(throws: PlanningError.noSuchNetwork("resnet34", known: LayerTable.names)) {
            try LayerTable.named("resnet34")
        }
    }

    private static let sound = #"""
        {"version": 1, "network": "n", "note": "made up", "bits": [2, 8],
         "input": {"name": "x", "shape": [1, 2, 4, 4]}, "layers": [
        {"name": "a", "kind": "Conv", "inputs": ["x"], "shape": [1, 3, 4, 4], "parameters": 9, "macs": 96,
         "convolution": {"input_channels": 2, "output_channels": 3, "groups": 1, "kernel": {"height": 1, "width": 1},
                         "stride": {"height": 1, "width": 1}, "input": {"height": 4, "width": 4}},
         "weight_distortion": [0.5, 0.25], "activation_distortion": [0.125, 0.0625]},
        {"name": "b", "kind": "Add", "inputs": ["a", "a"], "shape": [1, 3, 4, 4], "activation_distortion": [2, 1]}]}
        """#

    private func decode(_ text: String) throws -> LayerTable {
        try LayerTable.decode(from: Data(text.utf8), source: "t.json")
    }

    @Test func readsADocument() throws {
        let table = try decode(Self.sound)
        #expect(table.graph.layers.map(\.inputs) == [[0], [1]] && table.graph.outputs == [2])
        #expect(table.graph.layers[0].convolution?.outputChannels == 3)
        #expect(table.distortions.ofWeights(0, at: 8) == 0.25 && table.distortions.ofWeights(1, at: 2) == 0)
        #expect(table.distortions.ofActivation(1, at: 2) == 2)
    }

    @Test(arguments: [
        (#""version": 1"#, #""version": 2"#, "version"),
        (#""bits": [2, 8]"#, #""bits": [8, 2]"#, "bits"),
        (#""bits": [2, 8]"#, #""bits": [2, 16]"#, "bits"),
        (#""bits": [2, 8]"#, #""bits": [2, 4, 8]"#, "layers[0].activation_distortion"),
        (#""inputs": ["a", "a"]"#, #""inputs": ["c"]"#, "layers[1].inputs"),
        (#""name": "b""#, #""name": "a""#, "layers"),
        (#""groups": 1"#, #""groups": 2"#, "layers[0].convolution"),
        (#""groups": 1"#, #""groups": 0"#, "layers[0].convolution"),
        (#""parameters": 9"#, #""parameters": -9"#, "layers[0].parameters"),
        (#""macs": 96"#, #""macs": 9223372036854775807"#, "layers[0].macs"),
        ("[0.125, 0.0625]", "[0.0625, 0.125]", "layers[0].activation_distortion"),
        ("[0.5, 0.25]", "[-1, -2]", "layers[0].weight_distortion"),
        (#""weight_distortion": [0.5, 0.25], "#, "", "layers[0].weight_distortion"),
        ("[1, 2, 4, 4]", "[1, 2, -4, 4]", "input.shape"),
        (#"], "shape": [1, 3, 4, 4], "a"#, #"], "a"#, "layers[1].shape"),
    ])
    func refusesWhatIsWrong(part: String, replacement: String, place: String) throws {
        let text = Self.sound.replacingOccurrences(of: part, with: replacement)
        try #require(text != Self.sound)
        let error = #expect(throws: DocumentError.self) { try decode(text) }
        #expect(error?.place == place, "\(String(describing: error))")
    }
}
