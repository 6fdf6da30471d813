import Model
import ONNX
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct ONNXModelHalvesTests {
    /// Every downward-closed set of layers, of both topologies, against what the node lists alone say.
    @Test(arguments: [ONNXFixture.residual, .branching])
    func everyCutIsTwoValidModels(fixture: ONNXFixture) throws {
        let model = try ONNXModel(bytes: fixture.bytes, name: "m")
        let graph = try model.layerGraph(tensors: fixture.tensors)
        let heads = downwardClosedSets(of: graph)
        #expect(heads.count > 12)
        for layers in heads {
            let partition = try Partition(head: layers, of: graph)
            let (head, tail) = try model.halves(of: partition, in: graph)
            #expect((head == nil) == layers.isEmpty)
            #expect((tail == nil) == (layers.count == graph.layers.count))
            let oracle = CutOracle(model.proto.graph, head: Set(layers.map { graph.layers[$0].name }), layers: graph)
            if let head {
                try check(head, of: model, fixture, layers: oracle.head, oracle.headBoundary, layers.sorted())
            }
            if let tail {
                try check(tail, of: model, fixture, layers: oracle.tail, oracle.tailBoundary, layers.sorted())
            }
        }
    }

    private func check(
        _ half: ONNXHalf, of whole: ONNXModel, _ fixture: ONNXFixture, layers: Set<String>,
        _ boundary: (inputs: Set<String>, outputs: Set<String>), _ cut: [Int]
    ) throws {
        #expect(Set(half.inputs.map(\.name)) == boundary.inputs, "head \(cut)")
        #expect(Set(half.outputs.map(\.name)) == boundary.outputs, "head \(cut)")
        #expect(half.inputs.count == boundary.inputs.count && half.outputs.count == boundary.outputs.count)
        let bytes = try half.model.serialized()
        #expect(try half.model.serialized() == bytes)
        let read = try ONNXModel(bytes: bytes, name: "half")
        #expect(read.proto == half.model.proto, "head \(cut)")
        #expect(read.inputs.map(\.name) == half.inputs.map(\.name))
        for (value, tensor) in zip(read.inputs + read.outputs, half.inputs + half.outputs) {
            #expect(value.name == tensor.name && value.shape == tensor.shape && value.elementType == tensor.elementType)
        }
        #expect(try Set(read.layerGraph(tensors: fixture.tensors).layers.map(\.name)) == layers, "head \(cut)")
        let full = try Onnx_ModelProto(serializedBytes: fixture.bytes)
        let decoded = try Onnx_ModelProto(serializedBytes: bytes)
        let weights = Dictionary(uniqueKeysWithValues: full.graph.initializer.map { ($0.name, $0) })
        let needed = Set(decoded.graph.node.flatMap(\.input))
        for weight in decoded.graph.initializer {
            #expect(weight == weights[weight.name], "head \(cut)")
            #expect(needed.contains(weight.name), "a half holds only the weights that it needs: head \(cut)")
        }
    }

    @Test func oneSidedCutsAreTheWholeModel() throws {
        let model = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let graph = try model.layerGraph(tensors: ONNXFixture.residual.tensors)
        let onEdge = try model.halves(of: Partition(prefix: graph.layers.count, of: graph), in: graph)
        let inCloud = try model.halves(of: Partition(prefix: 0, of: graph), in: graph)
        #expect(onEdge.tail == nil && inCloud.head == nil)
        #expect(try onEdge.head?.model.serialized() == inCloud.tail?.model.serialized())
        #expect(onEdge.head?.model.proto.graph.node == model.proto.graph.node)
    }

    /// Before version 4 of the format, weights are listed among the inputs.
    @Test func oldModelsKeepTheirWeightsAmongTheInputs() throws {
        var builder = ONNXModelBuilder()
        builder.irVersion = 3
        builder.input("x", [2])
        builder.input("one", [2])
        builder.input("two", [2])
        builder.output("z", [2])
        builder.weight("one", [2], floats: [1, 1])
        builder.weight("two", [2], floats: [2, 2])
        builder.node("Add", ["x", "one"], ["y"], name: "first")
        builder.node("Mul", ["y", "two"], ["z"], name: "second")
        let model = try ONNXModel(bytes: builder.bytes(), name: "m")
        #expect(model.inputs.map(\.name) == ["x"])
        let pair = TensorShape([2])
        let graph = try model.layerGraph(tensors: ["y": (.float32, pair), "z": (.float32, pair)])
        let (head, tail) = try model.halves(of: Partition(prefix: 1, of: graph), in: graph)
        #expect(head?.model.proto.graph.input.map(\.name) == ["x", "one"])
        #expect(tail?.model.proto.graph.input.map(\.name) == ["y", "two"])
        #expect(tail?.model.inputs.map(\.name) == ["y"])
    }

    @Test func refusesTheGraphOfAnotherModel() throws {
        let model = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let other = try ONNXModel(bytes: ONNXFixture.branching.bytes, name: "other")
        let graph = try other.layerGraph(tensors: ONNXFixture.branching.tensors)
        #expect(throws: ONNXError(model: "m", problem: .foreignGraph)) {
            try model.halves(of: Partition(prefix: 3, of: graph), in: graph)
        }
    }
}

/// What each side of a cut reads and writes, from the nodes' names of inputs and outputs alone.
private struct CutOracle {
    var head: Set<String>
    var tail: Set<String>
    var headBoundary: (inputs: Set<String>, outputs: Set<String>)
    var tailBoundary: (inputs: Set<String>, outputs: Set<String>)

    init(_ graph: Onnx_GraphProto, head: Set<String>, layers: LayerGraph) {
        let activations = Set(layers.tensors.map(\.name))
        let outputs = Set(graph.output.map(\.name))
        let all = Set(layers.layers.map(\.name))
        func reads(_ names: Set<String>) -> Set<String> {
            Set(graph.node.filter { names.contains($0.name) }.flatMap(\.input)).intersection(activations)
        }
        func writes(_ names: Set<String>) -> Set<String> {
            Set(graph.node.filter { names.contains($0.name) }.flatMap(\.output))
        }
        self.head = head
        tail = all.subtracting(head)
        headBoundary = (
            reads(head).subtracting(writes(head)), writes(head).intersection(reads(tail).union(outputs))
        )
        tailBoundary = (reads(tail).subtracting(writes(tail)), writes(tail).intersection(outputs))
    }
}
