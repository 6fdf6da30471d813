import Model
import Optimizer
import TestSupport
import Testing

@Suite struct MinimumCutTests {
    @Test func theCutEqualsTheLeastOfAllClosedSets() throws {
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: seed % 11, seed: UInt64(seed))
            var costs = randomCutCosts(of: graph, most: [1, 3, 20, 1000][seed % 4], &random)
            if seed % 3 == 0 { costs.pinned = randomPins(of: graph, &random) }
            let dumb = try dumbMinimumCut(of: graph, costs)
            let minimum = try graph.minimumCut(costs)
            #expect(minimum.value == dumb.value, "seed \(seed)")
            #expect(minimum.cut.partition.inHead == dumb.inHead, "seed \(seed)")
            #expect(minimum.isOptimal(under: costs, of: graph), "seed \(seed)")
        }
    }

    @Test func largerGraphsToo() throws {
        for seed in 0..<12 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: 14, seed: UInt64(seed))
            let costs = randomCutCosts(of: graph, most: 50, &random)
            let dumb = try dumbMinimumCut(of: graph, costs)
            let minimum = try graph.minimumCut(costs)
            #expect(minimum.value == dumb.value && minimum.cut.partition.inHead == dumb.inHead, "seed \(seed)")
        }
        for seed in 0..<50 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: 400, seed: UInt64(seed))
            let costs = randomCutCosts(of: graph, most: 1_000_000_000, &random)
            #expect(try graph.minimumCut(costs).isOptimal(under: costs, of: graph), "seed \(seed)")
        }
    }

    @Test func aSharedTensorIsPaidOnce() throws {
        let graph = try residualGraph()
        // Cutting after `first` sends a alone, though two layers read it: 5. Everything else costs more.
        let costs = CutCosts(
            edge: [0, 9, 9, 9, 9], cloud: [9, 0, 0, 0, 0], transmit: [9, 5, 1, 1, 1, 0])
        let minimum = try graph.minimumCut(costs)
        #expect(minimum.cut.names(in: graph) == ["a"])
        #expect(minimum.value == 5)
        #expect(minimum.isOptimal(under: costs, of: graph))
    }

    @Test func ofEqualCutsTheSmallestHead() throws {
        let graph = try residualGraph()
        let nothing = CutCosts(edge: [0, 0, 0, 0, 0], cloud: [0, 0, 0, 0, 0], transmit: [0, 0, 0, 0, 0, 0])
        #expect(try graph.minimumCut(nothing).cut.partition.isCloudOnly)
        var costs = nothing
        costs.transmit[0] = 1
        // Sending a, or c, or d, or nothing is free.
        #expect(try graph.minimumCut(costs).cut.names(in: graph) == ["a"])
        costs.pinned = [nil, nil, .head, nil, nil]
        #expect(try graph.minimumCut(costs).cut.names(in: graph) == ["c"])
        costs.pinned = [.tail, nil, nil, nil, nil]
        #expect(try graph.minimumCut(costs).value == 1)
    }

    @Test func aFalseProofIsSeen() throws {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: 8, seed: UInt64(seed))
            let costs = randomCutCosts(of: graph, most: 20, &random)
            let truth = try graph.minimumCut(costs)
            // No flow proves a cut that costs more, or a value that is not the cut's.
            for head in downwardClosedSets(of: graph) {
                let cut = Cut(try Partition(head: head, of: graph), of: graph)
                let cost = costs.cost(of: cut)
                let claim = MinimumCut(cut: cut, value: cost, flow: truth.flow)
                #expect(claim.isOptimal(under: costs, of: graph) == (cost == truth.value), "seed \(seed)")
                let wrong = MinimumCut(cut: cut, value: truth.value - 1, flow: truth.flow)
                #expect(!wrong.isOptimal(under: costs, of: graph))
            }
            // A flow above a capacity is none, whatever its value.
            let tensor = graph.tensors.indices.first { !graph.consumers[$0].isEmpty } ?? 0
            var flow = truth.flow
            flow.amounts[tensor][0] = costs.transmit[tensor] + 1
            #expect(flow.bound(under: costs, of: graph) == nil)
            flow.amounts[0] = [-1] + flow.amounts[0].dropFirst()
            #expect(flow.bound(under: costs, of: graph) == nil)
            #expect(CutFlow(amounts: []).bound(under: costs, of: graph) == nil)
        }
    }

    @Test func everyFlowIsALowerBound() throws {
        for seed in 0..<1000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let graph = try randomGraph(layerCount: 7, seed: UInt64(seed))
            var costs = randomCutCosts(of: graph, most: 20, &random)
            if seed % 2 == 0 { costs.pinned = randomPins(of: graph, &random) }
            let flow = CutFlow(
                amounts: graph.tensors.indices.map { tensor in
                    graph.consumers[tensor].map { _ in
                        Int.random(in: (graph.producer[tensor] == nil ? 0 : -9)...7, using: &random)
                    }
                })
            guard let bound = flow.bound(under: costs, of: graph) else { continue }
            #expect(try bound <= dumbMinimumCut(of: graph, costs).value, "seed \(seed)")
        }
    }
}
