public import Model

extension LayerGraph {
    /// The cut of least cost, looked for only in those blocks of the graph that can hold it.
    ///
    /// A **gate** is a layer that every layer before it leads to and every layer after it starts from: at it the graph
    /// is one layer wide. A head that holds a layer after a gate holds the gate and all before it, so every cut runs
    /// within one block, the layers after a gate up to the next. All before the block is then on the edge, all behind
    /// it in the cloud; where these two alone cost as much as the best cut known, starting with the cuts right behind
    /// the gates, the block cannot hold a better one and is left out. In the blocks that remain the minimum cut is
    /// found by maximum flow. Of equal costs the smallest head.
    ///
    /// - Precondition: no layer is pinned.
    /// - Throws: `PlanningError`, as `minimumCut`.
    /// - Complexity: linear in the graph, and a minimum cut of each block that remains.
    public func minimumCutWithinBlocks(_ costs: CutCosts) throws(PlanningError) -> Cut {
        precondition(costs.pinned.isEmpty, "blocks are left out by costs alone")
        _ = try costs.validatedSum(for: self)
        let blocks = blocks
        var best = edgeOnlyCut
        var bestCost = costs.cost(of: best)
        func consider(_ cut: Cut) {
            let cost = costs.cost(of: cut)
            guard (cost, cut.headLayers) < (bestCost, best.headLayers) else { return }
            (best, bestCost) = (cut, cost)
        }
        for block in blocks { consider(Cut(Partition(prefix: block.lowerBound, of: self), of: self)) }
        var before = 0
        var behind = costs.cloud.reduce(0, +)
        for block in blocks {
            behind -= costs.cloud[block].reduce(0, +)
            if before + behind <= bestCost {
                let inner = try minimumCut(of: block, costs)
                consider(Cut(partition(before: block, inner), of: self))
            }
            before += costs.edge[block].reduce(0, +)
        }
        return best
    }

    /// The layers between gates, in order: each block begins behind a gate (or with the graph) and ends with one (or
    /// with the graph).
    var blocks: [Range<LayerIndex>] {
        var blocks: [Range<LayerIndex>] = []
        var start = 0
        for gate in gates where gate < layers.count - 1 {
            blocks.append(start..<gate + 1)
            start = gate + 1
        }
        return blocks + [start..<layers.count]
    }

    /// A layer is a gate iff behind it no tensor is read but its own outputs, every layer before it is read by some
    /// layer, and every layer behind it reads something. For then what is before it leads on and on, and can only
    /// arrive at it.
    private var gates: [LayerIndex] {
        let lastReader = consumers.map { $0.last ?? -1 }
        let firstIdle = layers.firstIndex { $0.outputs.allSatisfy { consumers[$0].isEmpty } } ?? layers.count
        let lastSource = layers.lastIndex { $0.inputs.isEmpty } ?? -1
        var furthest = inputs.map { lastReader[$0] }.max() ?? -1
        var gates: [LayerIndex] = []
        for (index, layer) in layers.enumerated() {
            if furthest <= index, index <= firstIdle, index >= lastSource { gates.append(index) }
            furthest = max(furthest, layer.outputs.map { lastReader[$0] }.max() ?? -1)
        }
        return gates
    }

    /// Which layers of a block are in the head of its own minimum cut. The gate at its end is kept in the cloud: with
    /// the gate in the head, the cut is one of the next block.
    private func minimumCut(of block: Range<LayerIndex>, _ costs: CutCosts) throws(PlanningError) -> [Bool] {
        let section = section(block)
        let isLast = block.upperBound == layers.count
        var pins = [Side?](repeating: nil, count: block.count)
        if !isLast { pins[block.count - 1] = .tail }
        let inner = CutCosts(
            edge: Array(costs.edge[block]), cloud: Array(costs.cloud[block]),
            transmit: section.tensors.map { costs.transmit[$0] }, pinned: pins)
        return try section.graph.minimumCut(inner).cut.partition.inHead
    }

    /// Some layers in a row as a graph of their own, with the tensors that they read or write.
    private func section(_ block: Range<LayerIndex>) -> (graph: LayerGraph, tensors: [TensorIndex]) {
        let used = Set(layers[block].flatMap { $0.inputs + $0.outputs }).sorted()
        let position = Dictionary(uniqueKeysWithValues: used.enumerated().map { ($1, $0) })
        func moved(_ tensors: [TensorIndex]) -> [TensorIndex] { tensors.compactMap { position[$0] } }
        let inner = layers[block].map { layer in
            var layer = layer
            (layer.inputs, layer.outputs) = (moved(layer.inputs), moved(layer.outputs))
            return layer
        }
        let entering = used.filter { producer[$0].map { !block.contains($0) } ?? true }
        do {
            let graph = try LayerGraph(
                layers: inner, tensors: used.map { tensors[$0] }, inputs: moved(entering),
                outputs: moved(outputs.filter { position[$0] != nil }))
            return (graph, used)
        } catch {
            preconditionFailure("layers in a row of a graph, with all that they touch, are a graph: \(error)")
        }
    }

    private func partition(before block: Range<LayerIndex>, _ inner: [Bool]) -> Partition {
        let inHead = layers.indices.map { layer in
            layer < block.lowerBound || (block.contains(layer) && inner[layer - block.lowerBound])
        }
        do {
            return try Partition(inHead: inHead, of: self)
        } catch {
            preconditionFailure("a closed set of a block, with all before the block, is closed: \(error)")
        }
    }
}
