import Model
import Optimizer
import TestSupport
import Testing

@Suite struct EdgeMemoryTests {
    /// Step by step, which tensors the definition holds.
    private func dumbBytes(_ head: Set<LayerIndex>, _ graph: LayerGraph) throws -> Int {
        let partition = try Partition(head: head, of: graph)
        let schedule = head.sorted()
        func isHeld(_ tensor: TensorIndex, at step: LayerIndex) -> Bool {
            let producer = graph.producer[tensor]
            if let producer, !head.contains(producer) || producer > step { return false }
            let isNeededLater = graph.consumers[tensor].contains { head.contains($0) && $0 >= step }
            let isKept = graph.outputs.contains(tensor) || graph.crossing(partition).contains(tensor)
            return isNeededLater || isKept || producer == step
        }
        let peak = ([-1] + schedule).map { step in
            graph.tensors.indices.filter { isHeld($0, at: step) }.reduce(0) { $0 + graph.tensors[$1].byteCount }
        }.max()
        return (peak ?? 0) + schedule.reduce(0) { $0 + graph.layers[$1].parameterBytes }
    }

    @Test func itEqualsASimulationOnEveryClosedSet() throws {
        for seed in 0..<300 {
            let graph = try randomGraph(layerCount: 1 + seed % 8, seed: UInt64(seed))
            for head in downwardClosedSets(of: graph) {
                let bytes = graph.edgeBytes(of: try Partition(head: head, of: graph))
                #expect(try bytes == dumbBytes(head, graph), "seed \(seed), head \(head.sorted())")
            }
        }
    }

    @Test func aShortcutIsHeldUntilItIsRead() throws {
        let graph = try residualGraph()
        // Tensors of 32 bytes, weights of 100: at most a, b and c are alive together.
        #expect(graph.edgeBytes(of: graph.cloudOnlyCut.partition) == 32)
        #expect(graph.edgeBytes(of: Partition(prefix: 1, of: graph)) == 100 + 64)
        #expect(graph.edgeBytes(of: Partition(prefix: 2, of: graph)) == 200 + 64)
        #expect(graph.edgeBytes(of: Partition(prefix: 3, of: graph)) == 300 + 96)
        #expect(graph.edgeBytes(of: graph.edgeOnlyCut.partition) == 500 + 96)
    }

    @Test func theMaximumRuleCountsTheLargestTensorOfAnyHead() throws {
        for seed in 0..<300 {
            let graph = try randomGraph(layerCount: 1 + seed % 8, seed: UInt64(seed))
            for head in downwardClosedSets(of: graph) {
                let partition = try Partition(head: head, of: graph)
                var largest = 0
                for tensor in graph.tensors.indices {
                    guard let producer = graph.producer[tensor], head.contains(producer) else { continue }
                    largest = max(largest, graph.tensors[tensor].byteCount)
                }
                let weights = head.reduce(0) { $0 + graph.layers[$1].parameterBytes }
                let bytes = graph.edgeBytesByMaximum(of: partition)
                #expect(bytes == weights + largest, "seed \(seed), head \(head.sorted())")
                #expect(bytes <= graph.edgeBytes(of: partition), "seed \(seed), head \(head.sorted())")
            }
        }
    }

    @Test func theMaximumRuleOverlooksAShortcut() throws {
        let graph = try residualGraph()
        #expect(graph.edgeBytesByMaximum(of: graph.cloudOnlyCut.partition) == 0)
        #expect(graph.edgeBytesByMaximum(of: Partition(prefix: 3, of: graph)) == 300 + 32)
        #expect(graph.edgeBytesByMaximum(of: Partition(prefix: 3, of: graph), weightBytes: 75) == 75 + 32)
    }

    @Test func sumsTooLargeSaturate() throws {
        let huge = Tensor(name: "t", elementType: .float64, shape: TensorShape([1 << 57]))
        let tensors = (0..<16).map { Tensor(name: "t\($0)", elementType: huge.elementType, shape: huge.shape) }
        let graph = try LayerGraph(
            layers: [Layer(name: "all", kind: "Concat", inputs: Array(0..<15), outputs: [15], parameterBytes: .max)],
            tensors: tensors, inputs: Array(0..<15), outputs: [15])
        #expect(graph.edgeBytes(of: graph.edgeOnlyCut.partition) == .max)
        #expect(graph.edgeBytesByMaximum(of: graph.edgeOnlyCut.partition) == .max)
    }
}
