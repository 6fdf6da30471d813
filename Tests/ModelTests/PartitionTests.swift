import Model
import TestSupport
import Testing

@Suite struct PartitionTests {
    /// What crosses, layer by layer and tensor by tensor, straight from the definition.
    private func dumbCrossing(_ head: Set<LayerIndex>, _ graph: LayerGraph) -> [String] {
        var names: [String] = []
        for (index, tensor) in graph.tensors.enumerated() {
            var isMadeAtEdge = graph.inputs.contains(index)
            var isReadInCloud = false
            for (number, layer) in graph.layers.enumerated() {
                if layer.outputs.contains(index) { isMadeAtEdge = head.contains(number) }
                if layer.inputs.contains(index) && !head.contains(number) { isReadInCloud = true }
            }
            if isMadeAtEdge && isReadInCloud { names.append(tensor.name) }
        }
        return names
    }

    @Test func crossingEqualsTheDefinitionOnEveryClosedSet() throws {
        for seed in 0..<300 {
            let graph = try randomGraph(layerCount: 1 + seed % 9, seed: UInt64(seed))
            for head in downwardClosedSets(of: graph) {
                let partition = try Partition(head: head, of: graph)
                let names = graph.crossing(partition).map { graph.tensors[$0].name }
                #expect(names == dumbCrossing(head, graph), "seed \(seed), head \(head.sorted())")
            }
        }
    }

    @Test func aCutNamedByItsTensorsCrossesExactlyThose() throws {
        for seed in 0..<300 {
            let graph = try randomGraph(layerCount: 1 + seed % 9, seed: UInt64(seed))
            for head in downwardClosedSets(of: graph) {
                let names = graph.crossing(try Partition(head: head, of: graph)).map { graph.tensors[$0].name }
                guard let named = try? Partition(at: names, of: graph) else { continue }
                let again = graph.crossing(named).map { graph.tensors[$0].name }
                #expect(again == names, "seed \(seed), head \(head.sorted())")
            }
        }
    }

    @Test func aLackingTensorIsNamed() throws {
        let graph = try residual()
        #expect(throws: PartitionError.lacks(["a"])) { try Partition(at: ["b"], of: graph) }
        #expect(throws: PartitionError.doesNotCross("c")) { try Partition(at: ["d", "c"], of: graph) }
        #expect(throws: PartitionError.unknownTensor("nope")) { try Partition(at: ["nope"], of: graph) }
        #expect(try Partition(at: ["a", "b"], of: graph).inHead == [true, true, false, false])
    }

    @Test func aHeadMustBeClosed() throws {
        let graph = try residual()
        #expect(throws: PartitionError.notClosed(layer: "second", needs: "first")) {
            try Partition(head: [1], of: graph)
        }
    }

    @Test func endsOfTheRange() throws {
        let graph = try residual()
        #expect(try Partition(at: ["input"], of: graph).isCloudOnly)
        #expect(try Partition(at: ["d"], of: graph).isEdgeOnly)
        #expect(Partition(prefix: 0, of: graph).isCloudOnly)
        #expect(Partition(prefix: 4, of: graph).isEdgeOnly)
        #expect(graph.crossing(Partition(prefix: 4, of: graph)).isEmpty)
        #expect(graph.outputsOfHead(Partition(prefix: 4, of: graph)) == graph.outputs)
    }

    /// input -> first -> a -> second -> b; sum(a, b) -> c; last(c) -> d
    private func residual() throws -> LayerGraph {
        let names = ["input", "a", "b", "c", "d"]
        return try LayerGraph(
            layers: [
                Layer(name: "first", kind: "Conv", inputs: [0], outputs: [1]),
                Layer(name: "second", kind: "Conv", inputs: [1], outputs: [2]),
                Layer(name: "sum", kind: "Add", inputs: [1, 2], outputs: [3]),
                Layer(name: "last", kind: "Relu", inputs: [3], outputs: [4]),
            ],
            tensors: names.map { Tensor(name: $0, elementType: .float32, shape: TensorShape([1, 4])) },
            inputs: [0], outputs: [4])
    }
}
