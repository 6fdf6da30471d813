import Model
import Optimizer
import TestSupport

/// Costs of 0...most, few of them different where `most` is small, so that cuts are often equally good.
func randomCutCosts(of graph: LayerGraph, most: Int, _ random: inout SeededGenerator) -> CutCosts {
    func costs(_ count: Int) -> [Int] { (0..<count).map { _ in Int.random(in: 0...most, using: &random) } }
    return CutCosts(
        edge: costs(graph.layers.count), cloud: costs(graph.layers.count), transmit: costs(graph.tensors.count))
}

/// Pins of about one layer in four that some cut keeps to.
func randomPins(of graph: LayerGraph, _ random: inout SeededGenerator) -> [Side?] {
    let prefix = Int.random(in: 0...graph.layers.count, using: &random)
    return graph.layers.indices.map { layer in
        Int.random(in: 0..<4, using: &random) > 0 ? nil : layer < prefix ? .head : .tail
    }
}

/// The least cost over all closed sets that the pins allow, and the layers that every set of that cost has in the head.
func dumbMinimumCut(of graph: LayerGraph, _ costs: CutCosts) throws -> (value: Int, inHead: [Bool]) {
    var best: (value: Int, inHead: [Bool])?
    for head in downwardClosedSets(of: graph) {
        let cut = Cut(try Partition(head: head, of: graph), of: graph)
        guard costs.allows(cut) else { continue }
        var cost = 0
        for layer in graph.layers.indices { cost += head.contains(layer) ? costs.edge[layer] : costs.cloud[layer] }
        for tensor in graph.tensors.indices {
            let isOnEdge = graph.producer[tensor].map(head.contains) ?? true
            let isReadInCloud = graph.consumers[tensor].contains { !head.contains($0) }
            if isOnEdge && isReadInCloud { cost += costs.transmit[tensor] }
        }
        let inHead = cut.partition.inHead
        guard let present = best, cost >= present.value else {
            best = (cost, inHead)
            continue
        }
        if cost == present.value { best = (cost, zip(present.inHead, inHead).map { $0 && $1 }) }
    }
    return best ?? (0, [])
}
