import Model
import ONNX
import TestSupport
import Testing

/// One line a layer: name, operator, what it reads and writes, parameters and their bytes, multiply-accumulates.
private func listing(_ graph: LayerGraph) -> String {
    graph.layers.map { layer in
        let inputs = layer.inputs.map { graph.tensors[$0].name }.joined(separator: ",")
        let outputs = layer.outputs.map { "\(graph.tensors[$0].name):\(graph.tensors[$0].shape)" }.joined(
            separator: ",")
        return
            "\(layer.name) \(layer.kind) \(inputs) -> \(outputs) \(layer.parameters) \(layer.parameterBytes) \(layer.macs)"
    }.joined(separator: "\n")
}

@Suite struct ONNXModelLayerGraphTests {
    @Test func residualModelReadsAsExpected() throws {
        let fixture = ONNXFixture.residual
        let model = try ONNXModel(bytes: fixture.bytes, name: "residual")
        #expect(
            try listing(model.layerGraph(tensors: fixture.tensors)) == """
                stem Conv image -> a:1x4x8x8 112 448 6912
                stem/relu Relu a -> b:1x4x8x8 0 0 0
                block1 Conv b -> c:1x4x8x8 148 592 9216
                block1/add Add c,b -> d:1x4x8x8 0 0 0
                block1/relu Relu d -> e:1x4x8x8 0 0 0
                block2 Conv e -> f:1x6x8x8 222 888 13824
                shortcut Conv e -> g:1x6x8x8 30 120 1536
                block2/add Add f,g -> h:1x6x8x8 0 0 0
                pool GlobalAveragePool h -> i:1x6x1x1 0 0 0
                flatten Flatten i -> j:1x6 0 0 0
                classifier Gemm j -> logits:1x5 35 140 30
                """)
    }

    /// Weights behind nodes count as weights, a shared weight once, and a node that leads nowhere is no layer.
    @Test func branchingModelReadsAsExpected() throws {
        let fixture = ONNXFixture.branching
        let model = try ONNXModel(bytes: fixture.bytes, name: "branching")
        let graph = try model.layerGraph(tensors: fixture.tensors)
        #expect(
            listing(graph) == """
                stem Conv image -> a:1x4x8x8 112 448 6912
                left Conv a -> b:1x4x8x8 16 64 1024
                left/relu Relu b -> map:1x4x8x8 0 0 0
                middle Conv a -> c:1x4x8x8 148 592 9216
                middle/shared Conv c -> d:1x4x8x8 0 0 1024
                middle/scaled Mul d -> e:1x4x8x8 4 16 0
                right Tanh image -> f:1x3x8x8 0 0 0
                join Concat map,e,f -> g:1x11x8x8 0 0 0
                pool GlobalAveragePool g -> h:1x11x1x1 0 0 0
                flatten Reshape h -> i:1x11 2 16 0
                classifier MatMul i -> logits:1x5 55 220 55
                """)
        #expect(graph.inputs == [0])
        #expect(graph.outputs.map { graph.tensors[$0].name } == ["logits", "map"])
        #expect(model.activationNames == graph.tensors.dropFirst().map(\.name))
        #expect(graph.parameters == model.weightBytes / 4 + 4 - 2, "all but the constant, and 8-byte elements")
    }

    @Test func nodesOutOfOrderAreSortedAndNamelessOnesNamed() throws {
        var builder = ONNXModelBuilder()
        builder.input("x", [2])
        builder.output("z", [2])
        builder.node("Relu", ["y"], ["z"])
        builder.node("Clip", ["x", "", "high"], ["y"])
        builder.node("Tanh", ["x"], ["dead"], name: "Relu_0")
        builder.weight("high", [], floats: [6])
        let model = try ONNXModel(bytes: builder.bytes(), name: "m")
        let pair = TensorShape([2])
        let graph = try model.layerGraph(tensors: ["y": (.float32, pair), "z": (.float32, pair)])
        #expect(listing(graph) == "Clip_1 Clip x -> y:2 1 4 0\nRelu_0_ Relu y -> z:2 0 0 0")
    }

    @Test func randomNodesAreLayersAndUnusedOutputsAreNoTensors() throws {
        var builder = ONNXModelBuilder()
        builder.input("x", [4])
        builder.output("y", [2])
        builder.node("RandomNormal", [], ["noise"], name: "noise", attributes: [.ints("shape", [4])])
        builder.node("Add", ["x", "noise"], ["sum"], name: "sum")
        builder.node("TopK", ["sum", "k"], ["y", "unused"], name: "top")
        builder.weight("k", [1], int64s: [2])
        let model = try ONNXModel(bytes: builder.bytes(), name: "m")
        #expect(model.activationNames == ["noise", "sum", "y"])
    }

    /// By hand from the operators' definitions; shapes of weights that are computed follow from activations.
    @Test(arguments: [
        ("Conv", [[1, 4, 5, 5], [8, 2, 3, 3]], [1, 8, 3, 3], 8 * 9 * 2 * 9),
        ("ConvTranspose", [[1, 4, 5, 5], [4, 2, 3, 3]], [1, 2, 7, 7], 4 * 25 * 2 * 9),
        ("ConvInteger", [[1, 4, 5, 5], [8, 4, 1, 1]], [1, 8, 5, 5], 8 * 25 * 4),
        ("MatMul", [[2, 3, 4], [4, 5]], [2, 3, 5], 2 * 3 * 5 * 4),
        ("MatMul", [[4], [4]], [], 4),
        ("Gemm", [[3, 4], [4, 5]], [3, 5], 3 * 5 * 4),
        ("LSTM", [[7, 1, 3], [1, 8, 3], [1, 8, 2]], [7, 1, 1, 2], 7 * (24 + 16)),
        ("Add", [[3], [3]], [3], 0),
    ])
    func countsMultiplyAccumulates(kind: String, inputs: [[Int]], output: [Int], macs: Int) throws {
        var builder = ONNXModelBuilder()
        builder.input("x", inputs[0].map(ONNXModelBuilder.Dimension.fixed))
        builder.output("y", output.map(ONNXModelBuilder.Dimension.fixed))
        for (position, extents) in inputs.enumerated().dropFirst() { builder.weight("w\(position)", extents, seed: 1) }
        builder.node(kind, ["x"] + inputs.indices.dropFirst().map { "w\($0)" }, ["y"])
        let model = try ONNXModel(bytes: builder.bytes(), name: "m")
        #expect(try model.layerGraph(tensors: ["y": (.float32, TensorShape(output))]).macs == macs)
    }

    private func graph(
        _ kind: String, _ inputs: [[Int]], _ output: [Int], _ attributes: [ONNXModelBuilder.Attribute] = []
    ) throws -> LayerGraph {
        var builder = ONNXModelBuilder()
        builder.input("x", inputs[0].map(ONNXModelBuilder.Dimension.fixed))
        builder.output("y", output.map(ONNXModelBuilder.Dimension.fixed))
        for (position, extents) in inputs.enumerated().dropFirst() { builder.weight("w\(position)", extents, seed: 1) }
        builder.node(
            kind, ["x"] + inputs.indices.dropFirst().map { "w\($0)" }, ["y"], attributes: attributes)
        return try ONNXModel(bytes: builder.bytes(), name: "m").layerGraph(
            tensors: ["y": (.float32, TensorShape(output))])
    }

    @Test func readsTheGeometryOfConvolutions() throws {
        let plain = try graph("Conv", [[1, 4, 9, 12], [8, 4, 3, 5]], [1, 8, 7, 8]).layers[0]
        #expect(
            plain.convolution
                == Convolution(
                    inputChannels: 4, outputChannels: 8, kernel: .init(height: 3, width: 5),
                    input: .init(height: 9, width: 12)))
        let depthwise = try graph(
            "Conv", [[1, 8, 9, 12], [8, 1, 3, 3]], [1, 8, 5, 4],
            [.int("group", 8), .ints("strides", [2, 3]), .ints("pads", [1, 1, 1, 1]), .ints("kernel_shape", [3, 3])]
        ).layers[0]
        #expect(
            depthwise.convolution
                == Convolution(
                    inputChannels: 8, outputChannels: 8, groups: 8, kernel: .init(square: 3),
                    stride: .init(height: 2, width: 3), input: .init(height: 9, width: 12)))
        #expect(depthwise.convolution?.weightCount == depthwise.parameters)
        #expect(try graph("ConvInteger", [[1, 4, 5, 5], [8, 4, 1, 1]], [1, 8, 5, 5]).layers[0].convolution != nil)
    }

    /// Those of other dimensions and other operators, and those whose extents do not fit one another.
    @Test func otherLayersHaveNoGeometry() throws {
        for (kind, inputs, output, attributes) in [
            ("Conv", [[1, 4, 9], [8, 4, 3]], [1, 8, 7], []),
            ("Conv", [[1, 4, 5, 5, 5], [8, 4, 3, 3, 3]], [1, 8, 3, 3, 3], []),
            ("ConvTranspose", [[1, 4, 5, 5], [4, 2, 3, 3]], [1, 2, 7, 7], []),
            ("Conv", [[1, 4, 5, 5], [8, 4, 3, 3]], [1, 8, 3, 3], [.int("group", 3)]),
            ("Conv", [[1, 4, 5, 5], [8, 4, 3, 3]], [1, 8, 3, 3], [.ints("strides", [0, 1])]),
            ("Conv", [[1, 4, 5, 5], [8, 4, 3, 3]], [1, 8, 3, 3], [.ints("strides", [1])]),
            ("Add", [[1, 4, 5, 5], [1, 4, 5, 5]], [1, 4, 5, 5], []),
        ] as [(String, [[Int]], [Int], [ONNXModelBuilder.Attribute])] {
            #expect(try graph(kind, inputs, output, attributes).layers[0].convolution == nil, "\(kind) \(attributes)")
        }
    }

    @Test func refusesWhatHasNoShapeOrAnImpossibleOne() throws {
        let model = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m.onnx")
        var tensors = ONNXFixture.residual.tensors
        tensors["c"] = nil
        #expect(throws: ONNXError(model: "m.onnx", problem: .missingShape(tensor: "c"))) {
            try model.layerGraph(tensors: tensors)
        }
        tensors["c"] = (.float32, TensorShape([1 << 40, 1 << 40]))
        #expect(throws: ONNXError(model: "m.onnx", problem: .dimensions([1 << 40, 1 << 40], tensor: "c"))) {
            try model.layerGraph(tensors: tensors)
        }
        tensors["c"] = (.float32, TensorShape([1 << 20]))
        tensors["f"] = (.float32, TensorShape([1 << 47]))
        #expect(try model.layerGraph(tensors: tensors).macs > 1 << 50)
    }
}
