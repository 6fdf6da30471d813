import Model
import Optimizer
import TestSupport
import Testing

@Suite struct CutSolverTests {
    /// A change of one cost: often to nothing, to little, or to much.
    private func randomChange(of graph: LayerGraph, most: Int, _ random: inout SeededGenerator) -> CutCostChange {
        func cost() -> Int {
            Int.random(in: 0..<4, using: &random) == 0 ? 0 : Int.random(in: 0...most, using: &random)
        }
        if Bool.random(using: &random), !graph.layers.isEmpty {
            return .layer(Int.random(in: graph.layers.indices, using: &random), edge: cost(), cloud: cost())
        }
        return .transmit(Int.random(in: graph.tensors.indices, using: &random), cost())
    }

    /// Runs a sequence of changes, each step against a solve from scratch.
    private func check(seed: UInt64, layerCount: Int, most: Int, steps: Int) throws {
        var random = SeededGenerator(seed: seed)
        let graph = try randomGraph(layerCount: layerCount, seed: seed)
        var costs = randomCutCosts(of: graph, most: most, &random)
        if seed % 3 == 0 { costs.pinned = randomPins(of: graph, &random) }
        var solver = try CutSolver(of: graph, costs)
        for step in 0..<steps {
            let before = graph.layers.indices.map(solver.isInHead)
            let count = Int.random(in: 0..<8, using: &random) == 0 ? layerCount : Int.random(in: 1...3, using: &random)
            let moved = try solver.update((0..<count).map { _ in randomChange(of: graph, most: most, &random) })
            let warm = solver.minimumCut
            let cold = try graph.minimumCut(solver.costs)
            #expect(warm.value == cold.value, "seed \(seed), step \(step)")
            #expect(warm.cut == cold.cut, "seed \(seed), step \(step)")
            #expect(warm.isOptimal(under: solver.costs, of: graph), "seed \(seed), step \(step)")
            let after = graph.layers.indices.map(solver.isInHead)
            #expect(moved == graph.layers.indices.filter { before[$0] != after[$0] }, "seed \(seed), step \(step)")
        }
    }

    @Test func anUpdateEqualsASolveFromScratch() throws {
        for seed in 0..<2000 {
            try check(seed: UInt64(seed), layerCount: 1 + seed % 13, most: [1, 4, 30, 1000][seed % 4], steps: 20)
        }
    }

    @Test func largerGraphsToo() throws {
        for seed in 0..<60 {
            try check(seed: UInt64(seed), layerCount: 60 + seed, most: [3, 1_000_000][seed % 2], steps: 30)
        }
    }

    @Test func changesComeOut() throws {
        let graph = try residualGraph()
        var solver = try CutSolver(
            of: graph, CutCosts(edge: [1, 1, 1, 1, 1], cloud: [2, 2, 2, 2, 2], transmit: [5, 5, 5, 5, 5, 5]))
        #expect(solver.cut.partition.isEdgeOnly)
        #expect(try solver.update([.layer(4, edge: 9, cloud: 2)]) == [4])
        #expect(try solver.update([.transmit(4, 9)]) == [3])
        #expect(try solver.update([.transmit(0, 0), .layer(0, edge: 20, cloud: 0)]) == [0, 1, 2])
        #expect(solver.cut.partition.isCloudOnly)
        #expect(solver.value == 8)
    }

    @Test func afterAnErrorNothingHasChanged() throws {
        let graph = try residualGraph()
        let costs = CutCosts(edge: [3, 3, 3, 3, 3], cloud: [2, 2, 2, 2, 2], transmit: [5, 5, 5, 5, 5, 5])
        var solver = try CutSolver(of: graph, costs)
        #expect(throws: PlanningError.negativeCost(.transmission(of: "b"), -1)) {
            try solver.update([.layer(1, edge: 7, cloud: 7), .layer(1, edge: 8, cloud: 8), .transmit(2, -1)])
        }
        let most = CutCosts.greatestSum
        #expect(throws: PlanningError.costsTooLarge(.cloud(of: "first"), most: most)) {
            try solver.update([.layer(0, edge: most / 2, cloud: most / 2 + 1)])
        }
        #expect(solver.costs == costs)
        #expect(try solver.minimumCut == graph.minimumCut(costs))
        // The sum left counts what earlier changes of the same update gave back.
        try solver.update([.layer(0, edge: most - 60, cloud: 0)])
        try solver.update([.layer(0, edge: 3, cloud: 2), .layer(1, edge: most - 60, cloud: 0)])
        #expect(solver.minimumCut.isOptimal(under: solver.costs, of: graph))
    }

    @Test func aSolverIsAValue() throws {
        let graph = try residualGraph()
        let costs = CutCosts(edge: [1, 1, 1, 1, 1], cloud: [0, 0, 0, 0, 0], transmit: [9, 9, 9, 9, 9, 9])
        let solver = try CutSolver(of: graph, costs)
        var other = solver
        try other.update([.transmit(0, 0)])
        #expect(other.value == 0)
        #expect(solver.value == 5)
        #expect(solver.costs == costs)
    }
}
