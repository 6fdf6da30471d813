import Model
import Optimizer
import Testing

@Suite struct CutCostsTests {
    private let none = CutCosts(edge: [0, 0, 0, 0, 0], cloud: [0, 0, 0, 0, 0], transmit: [0, 0, 0, 0, 0, 0])

    private func refused(_ error: PlanningError, _ change: (inout CutCosts) -> Void) throws {
        let graph = try residualGraph()
        var costs = none
        change(&costs)
        #expect(throws: error) { try graph.minimumCut(costs) }
        var solver = try CutSolver(of: graph, none)
        #expect(throws: error) { try solver.solve(costs) }
        #expect(solver.costs == none)
    }

    @Test func theCostIsNamed() throws {
        try refused(.negativeCost(.edge(of: "second"), -1)) { $0.edge[1] = -1 }
        try refused(.negativeCost(.cloud(of: "first"), .min)) { $0.cloud[0] = .min }
        try refused(.negativeCost(.transmission(of: "a"), -7)) { $0.transmit[1] = -7 }
        let most = CutCosts.greatestSum
        try refused(.costsTooLarge(.transmission(of: "e"), most: most)) { $0.transmit[5] = .max }
        try refused(.costsTooLarge(.cloud(of: "third"), most: most)) {
            $0.edge[0] = most
            $0.cloud[3] = 1
        }
        #expect(
            PlanningError.negativeCost(.edge(of: "second"), -1).description
                == "the edge cost of layer 'second' is -1; costs are zero or more")
    }

    @Test func costsOfAnotherGraphAreRefused() throws {
        try refused(.costsOfAnotherGraph("edge costs of layers", count: 4, expected: 5)) { $0.edge.removeLast() }
        try refused(.costsOfAnotherGraph("cloud costs of layers", count: 6, expected: 5)) { $0.cloud.append(1) }
        try refused(.costsOfAnotherGraph("transmission costs of tensors", count: 0, expected: 6)) { $0.transmit = [] }
        try refused(.costsOfAnotherGraph("pins of layers", count: 1, expected: 5)) { $0.pinned = [.head] }
    }

    @Test func pinsThatContradictAreNamed() throws {
        try refused(.pinsContradict(head: "fourth", tail: "second")) {
            $0.pinned = [nil, .tail, nil, nil, .head]
        }
        try refused(.pinsContradict(head: "sum", tail: "first")) { $0.pinned = [.tail, nil, .head, nil, .tail] }
    }

    @Test func theGreatestCostsAreSolved() throws {
        let graph = try residualGraph()
        var costs = none
        costs.edge[2] = CutCosts.greatestSum / 2
        costs.cloud[2] = CutCosts.greatestSum / 2
        for pins in [[], [.head, nil, nil, nil, .head], [.tail, .tail, .tail, .tail, .tail]] as [[Side?]] {
            costs.pinned = pins
            let minimum = try graph.minimumCut(costs)
            #expect(minimum.value == CutCosts.greatestSum / 2)
            #expect(minimum.isOptimal(under: costs, of: graph))
        }
    }
}
