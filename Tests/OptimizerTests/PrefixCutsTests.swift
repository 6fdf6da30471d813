import Model
import Optimizer
import TestSupport
import Testing

@Suite struct PrefixCutsTests {
    /// The normal form of every prefix, by trying all closed sets for the smallest that writes what crosses.
    private func dumbHeads(_ graph: LayerGraph) throws -> [[Bool]] {
        let closed = downwardClosedSets(of: graph)
        var heads: [[Bool]] = []
        for count in 1..<max(graph.layers.count, 2) {
            let crossing = graph.crossing(Partition(prefix: count, of: graph))
            let producers = Set(crossing.compactMap { graph.producer[$0] })
            guard let head = closed.filter({ $0.isSuperset(of: producers) }).min(by: { $0.count < $1.count }),
                !head.isEmpty, head.count < graph.layers.count
            else { continue }
            let inHead = try Partition(head: head, of: graph).inHead
            if !heads.contains(inHead) { heads.append(inHead) }
        }
        return heads
    }

    @Test func cutsEqualTheNormalFormsOfAllPrefixes() throws {
        for seed in 0..<1000 {
            let graph = try randomGraph(layerCount: 1 + seed % 9, seed: UInt64(seed))
            let heads = graph.prefixCuts().map(\.partition.inHead)
            #expect(try heads == dumbHeads(graph), "seed \(seed)")
        }
    }

    @Test func aCutIsFoundAgainByItsNames() throws {
        for seed in 0..<500 {
            let graph = try randomGraph(layerCount: 5 + seed % 40, seed: UInt64(seed))
            let cuts = graph.prefixCuts()
            #expect(Set(cuts.map(\.crossing)).count == cuts.count, "seed \(seed): each set of tensors once")
            for cut in cuts {
                let found = try Partition(at: cut.names(in: graph), of: graph)
                #expect(found == cut.partition, "seed \(seed), \(cut.names(in: graph))")
            }
        }
    }

    @Test func aResidualBlockIsCutWithItsShortcut() throws {
        let graph = try residualGraph()
        #expect(graph.prefixCuts().map { $0.names(in: graph) } == [["a"], ["a", "b"], ["c"], ["d"]])
        #expect(graph.prefixCuts().map(\.headLayers) == [1, 2, 3, 4])
        #expect(graph.edgeOnlyCut.crossing.isEmpty)
        #expect(graph.edgeOnlyCut.headLayers == 5)
        #expect(graph.cloudOnlyCut.names(in: graph) == ["input"])
        #expect(graph.cloudOnlyCut.headLayers == 0)
    }

    @Test func layersThatFeedOnlyOutputsGoToTheTail() throws {
        let graph = try twoOutputGraph()
        #expect(graph.prefixCuts().map { $0.names(in: graph) } == [["a"], ["a", "b"]])
        #expect(graph.prefixCuts().map(\.headLayers) == [1, 2])
    }
}
