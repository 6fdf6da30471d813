import Model
import Optimizer
import Testing

@Suite struct FlowNetworkTests {
    private struct Instance {
        var nodeCount: Int
        var pairs: [(from: Int, to: Int)]
        /// Costs on the sink and on the source side.
        var sink: [Int]
        var source: [Int]
        var capacities: [Int]

        init(_ random: inout SeededGenerator, most: Int) {
            let nodeCount = Int.random(in: 2...9, using: &random)
            self.nodeCount = nodeCount
            pairs = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                let from = Int.random(in: 0..<nodeCount, using: &random)
                return (from, (from + Int.random(in: 1..<nodeCount, using: &random)) % nodeCount)
            }
            sink = (0..<nodeCount).map { _ in Int.random(in: 0...most, using: &random) }
            source = (0..<nodeCount).map { _ in Int.random(in: 0...most, using: &random) }
            capacities = pairs.map { _ in Int.random(in: 0...most, using: &random) }
        }

        /// The least cost over all subsets of nodes, and the nodes that all subsets of that cost share.
        func dumb() -> (value: Int, nodes: Int) {
            var (least, common) = (Int.max, 0)
            for subset in 0..<(1 << nodeCount) {
                func isIn(_ node: Int) -> Bool { subset >> node & 1 == 1 }
                var cost = (0..<nodeCount).reduce(0) { $0 + (isIn($1) ? source[$1] : sink[$1]) }
                for (pair, capacity) in zip(pairs, capacities) where isIn(pair.from) && !isIn(pair.to) {
                    cost += capacity
                }
                common = cost < least ? subset : cost == least ? common & subset : common
                least = min(least, cost)
            }
            return (least, common)
        }

        func costs<Capacity: FlowCapacity>(for network: FlowNetwork<Capacity>, unit: Capacity) -> FlowCosts<Capacity> {
            var costs = FlowCosts(for: network)
            for node in 0..<nodeCount {
                costs.excess[node] = Capacity(sink[node] - source[node]) * unit
                costs.sourceSide += Capacity(source[node]) * unit
            }
            for (pair, capacity) in capacities.enumerated() {
                costs.capacity[network.forward[pair]] = Capacity(capacity) * unit
            }
            return costs
        }
    }

    private func sourceSide<Capacity: FlowCapacity>(of network: FlowNetwork<Capacity>) -> Int {
        (0..<network.nodeCount).reduce(0) { network.isOnSourceSide($1) ? $0 | 1 << $1 : $0 }
    }

    @Test func anyNetworkIsSolvedInBothIntegers() {
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let instance = Instance(&random, most: [1, 3, 100][seed % 3])
            let dumb = instance.dumb()
            var narrow = FlowNetwork<Int>(nodeCount: instance.nodeCount, pairs: instance.pairs)
            // By the search alone, with sweeps, and with everything pushed.
            narrow.solve(instance.costs(for: narrow, unit: 1), strain: seed % 3 == 0 ? .max : -1, sweeps: seed % 3 / 2)
            #expect(narrow.bound == dumb.value && sourceSide(of: narrow) == dumb.nodes, "seed \(seed)")
            #expect(narrow.invariantsHold, "seed \(seed)")
            var wide = FlowNetwork<Int128>(nodeCount: instance.nodeCount, pairs: instance.pairs)
            wide.solve(instance.costs(for: wide, unit: 1 << 100), strain: -1, sweeps: seed % 2)
            #expect(wide.bound == Int128(dumb.value) << 100 && sourceSide(of: wide) == dumb.nodes, "seed \(seed)")
            #expect(wide.invariantsHold, "seed \(seed)")
        }
    }

    /// Long networks, in which excess has far to go; every other one with nodes pinned to the source side, whose excess all in one
    /// place would be more than an integer holds.
    @Test func pushingEqualsSearching() {
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let nodeCount = Int.random(in: 20...400, using: &random)
            let pairs = (0..<(2 * nodeCount)).map { pair in
                let from = pair % (nodeCount - 4)
                let to = from + Int.random(in: 1...4, using: &random)
                return Bool.random(using: &random) ? (from, to) : (to, from)
            }
            var network = FlowNetwork<Int>(nodeCount: nodeCount, pairs: pairs)
            var costs = FlowCosts(for: network)
            let drift = Int.random(in: -20...20, using: &random)
            for node in 0..<nodeCount { costs.excess[node] = Int.random(in: -100...100, using: &random) + drift }
            for arc in costs.capacity.indices {
                costs.capacity[arc] = Int.random(in: 0..<3, using: &random) < seed % 3 ? .max / 2 : 0
            }
            for arc in network.forward { costs.capacity[arc] = Int.random(in: 0...150, using: &random) }
            if seed % 2 == 0 {
                for _ in 0..<40 { costs.excess[Int.random(in: nodeCount / 2..<nodeCount, using: &random)] = .max / 4 }
            }
            network.solve(costs, strain: .max)
            let (bound, side) = (network.bound, (0..<nodeCount).map(network.isOnSourceSide))
            network.solve(costs, strain: -1, sweeps: 0)
            #expect(network.bound == bound && (0..<nodeCount).map(network.isOnSourceSide) == side, "seed \(seed)")
            #expect(network.invariantsHold, "seed \(seed)")
        }
    }

    @Test func changesAreRepaired() {
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let most = [1, 3, 100][seed % 3]
            var instance = Instance(&random, most: most)
            var network = FlowNetwork<Int>(nodeCount: instance.nodeCount, pairs: instance.pairs)
            network.solve(instance.costs(for: network, unit: 1))
            var side = sourceSide(of: network)
            #expect(network.takeMovedNodes().reduce(0) { $0 | 1 << $1 } == side, "seed \(seed)")
            for _ in 0..<15 {
                let target = Instance(&random, most: most)
                var changes: [FlowChange<Int>] = []
                for node in 0..<min(2, instance.nodeCount) {
                    changes.append(
                        .node(
                            node, sink: target.sink[node] - instance.sink[node],
                            source: target.source[node] - instance.source[node]))
                    instance.sink[node] = target.sink[node]
                    instance.source[node] = target.source[node]
                }
                for pair in 0..<min(3, instance.pairs.count, target.pairs.count) {
                    let rise = target.capacities[pair] - instance.capacities[pair]
                    changes.append(.arc(network.forward[pair], raisedBy: rise))
                    instance.capacities[pair] = target.capacities[pair]
                }
                network.update(changes)
                let dumb = instance.dumb()
                #expect(network.bound == dumb.value && sourceSide(of: network) == dumb.nodes, "seed \(seed)")
                #expect(network.invariantsHold, "seed \(seed)")
                #expect(network.takeMovedNodes().reduce(0) { $0 | 1 << $1 } == side ^ dumb.nodes, "seed \(seed)")
                side = dumb.nodes
            }
        }
    }
}
