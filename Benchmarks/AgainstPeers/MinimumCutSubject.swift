import Model
import Optimizer

/// Minimum cuts from scratch, as against Boykov and Kolmogorov's own program, and after a few costs have changed.
struct MinimumCutSubject: Subject {
    enum Kind {
        /// Networks of real structure, over links of several rates.
        case networks
        /// Networks of 100 to 10,000 layers.
        case growth
    }

    /// Costs of one graph that differ by their seed, so that no branch is foretold from the call before.
    private struct Case {
        var name: String
        var solver: CutSolver
        var variants: [CutCosts]
        var changes: [[CutCostChange]]
    }

    private static let variantCount = 8
    private static let updateCount = 200

    private var cases: [Case]
    let instances: [FlowInstance]

    init(_ kind: Kind) throws {
        var cases: [Case] = []
        func add(_ name: String, _ graph: LayerGraph, _ costs: (UInt64) -> CutCosts) throws {
            let variants = (0..<Self.variantCount).map { costs(UInt64($0)) }
            let solver = try CutSolver(of: graph, variants[0])
            cases.append(
                Case(name: name, solver: solver, variants: variants, changes: Self.changes(of: graph, variants[0])))
        }
        for (name, graph) in try Self.graphs(kind) {
            for rate in kind == .networks ? [1.0, 10, 100] : [10] {
                try add("\(name), \(Int(rate)) Mbit/s", graph) { graph.costs(megabitsPerSecond: rate, seed: $0) }
            }
            try add("\(name), random costs", graph) { graph.randomCosts(seed: $0) }
        }
        self.cases = cases
        instances = try cases.flatMap { one in
            try one.variants.enumerated().map { number, costs in
                let graph = one.solver.graph
                return try FlowInstance(
                    name: one.name, variant: number, of: graph, costs, value: graph.minimumCut(costs).value)
            }
        }
    }

    private static func graphs(_ kind: Kind) throws -> [(String, LayerGraph)] {
        switch kind {
        case .networks:
            try [
                ("ResNet-50", Networks.resNet50()), ("GoogLeNet", Networks.googLeNet()),
                ("DenseNet-121", Networks.denseNet121()),
            ]
        case .growth:
            try [100, 200, 500, 1_000, 2_000, 5_000, 10_000].flatMap { layers in
                try [
                    ("residual \(layers)", Networks.residual(blocks: [Int](repeating: 4, count: layers / 29))),
                    ("dense \(layers)", Networks.dense(blocks: [Int](repeating: 16, count: (layers + 50) / 101))),
                ]
            }
        }
    }

    /// Updates of two layers and a tensor, each cost a fifth more or less than at first.
    private static func changes(of graph: LayerGraph, _ costs: CutCosts) -> [[CutCostChange]] {
        var random = SeededGenerator(seed: 1)
        func near(_ cost: Int) -> Int { Int(Double(cost) * (0.8 + 0.4 * random.nextUnit())) }
        return (0..<updateCount).map { _ in
            let layers = (0..<2).map { _ in Int.random(in: graph.layers.indices, using: &random) }
            let tensor = Int.random(in: graph.tensors.indices, using: &random)
            return layers.map { .layer($0, edge: near(costs.edge[$0]), cloud: near(costs.cloud[$0])) }
                + [.transmit(tensor, near(costs.transmit[tensor]))]
        }
    }

    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for index in cases.indices { times[cases[index].name] = try Self.round(of: &cases[index]) }
        return times
    }

    private static func round(of one: inout Case) throws -> [String: Double] {
        let graph = one.solver.graph
        var (build, solve) = (0.0, 0.0)
        for costs in one.variants {
            build += try nanoseconds { _ = try CutSolver(of: graph, costs).value } / Double(variantCount)
        }
        for costs in one.variants {
            solve += try nanoseconds { try one.solver.solve(costs) } / Double(variantCount)
        }
        try one.solver.solve(one.variants[0])
        var moves = 0
        let warm = try nanoseconds {
            for change in one.changes { moves += try one.solver.update(change).count }
        }
        guard try one.solver.minimumCut.value == graph.minimumCut(one.solver.costs).value else { throw WrongCut() }
        return ["build": build, "solve": solve, "warm": warm / Double(updateCount), "moves": Double(moves)]
    }

    private struct WrongCut: Error {}
}

/// A flow network in the textbook form, as any solver takes it: a node for each layer and one for each tensor read by several.
struct FlowInstance: Encodable {
    var name: String
    var variant: Int
    var value: Int
    var nodeCount: Int
    /// Capacity from the source and capacity to the sink, for each node.
    var source: [Int]
    var sink: [Int]
    /// Arcs with the capacities there and back; -1 is unlimited.
    var from: [Int] = []
    var to: [Int] = []
    var there: [Int] = []
    var back: [Int] = []

    init(name: String, variant: Int, of graph: LayerGraph, _ costs: CutCosts, value: Int) {
        self.name = name
        self.variant = variant
        self.value = value
        nodeCount = graph.layers.count
        source = costs.cloud
        sink = costs.edge
        for tensor in graph.tensors.indices {
            let readers = graph.consumers[tensor]
            switch (graph.producer[tensor], readers.count) {
            case (_, 0): break
            case (nil, 1): source[readers[0]] += costs.transmit[tensor]
            case (let producer?, 1): add(producer, readers[0], costs.transmit[tensor], -1)
            case (let producer, _):
                let node = nodeCount
                nodeCount += 1
                source.append(producer == nil ? costs.transmit[tensor] : 0)
                sink.append(0)
                if let producer { add(producer, node, costs.transmit[tensor], 0) }
                for reader in readers {
                    add(node, reader, -1, 0)
                    if let producer { add(reader, producer, -1, 0) }
                }
            }
        }
    }

    private mutating func add(_ from: Int, _ to: Int, _ there: Int, _ back: Int) {
        self.from.append(from)
        self.to.append(to)
        self.there.append(there)
        self.back.append(back)
    }
}
