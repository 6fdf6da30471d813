public import Model

extension LayerGraph {
    /// The cuts after each prefix of the topological order, with all crossing tensors, in that order.
    ///
    /// Each is brought to the normal form in which a cut can be named by its tensors: the head is the smallest closed set that
    /// writes what crosses. Layers of the prefix that feed nothing that crosses (only outputs of the graph) go to the tail,
    /// and what they read crosses, too. Prefixes of equal normal form are one cut: equal bytes, and the least work before them.
    /// Left out are heads without a layer (cloud-only) and tails without one (edge-only).
    ///
    /// - Complexity: O(layers · (layers + tensors)).
    public func prefixCuts() -> [Cut] {
        var seen = Set<[TensorIndex]>()
        var cuts: [Cut] = []
        for crossing in prefixCrossings() where seen.insert(crossing).inserted {
            let cut = Cut(smallestHead(writing: crossing), of: self)
            guard cut.headLayers > 0, cut.headLayers < layers.count else { continue }
            if cut.crossing == crossing || seen.insert(cut.crossing).inserted { cuts.append(cut) }
        }
        return cuts
    }

    /// What crosses after 1, 2, … layers, each ascending. A tensor crosses from its production to its last reader.
    private func prefixCrossings() -> [[TensorIndex]] {
        var alive = Set(inputs.filter { !consumers[$0].isEmpty })
        return layers.indices.dropLast().map { index in
            alive.formUnion(layers[index].outputs.filter { !consumers[$0].isEmpty })
            for input in layers[index].inputs where consumers[input].last == index { alive.remove(input) }
            return alive.sorted()
        }
    }

    func smallestHead(writing tensors: [TensorIndex]) -> Partition {
        var head = Set<LayerIndex>()
        var pending = tensors.compactMap { producer[$0] }
        while let layer = pending.popLast() {
            guard head.insert(layer).inserted else { continue }
            pending += layers[layer].inputs.compactMap { producer[$0] }
        }
        do {
            return try Partition(head: head, of: self)
        } catch {
            preconditionFailure("a head that holds the producers of all it reads is closed: \(error)")
        }
    }
}
