public import Model

extension SplitCosts {
    /// The cuts worth building and timing, by the summed times of their layers: at each precision every cut that is best under
    /// some prices, whether a prefix or not; and the prefix cuts that come near that, since the sums are rough and a cut that
    /// they rank second may be first. Cloud-only and edge-only are left out.
    ///
    /// Each is in the form in which its tensors name it (`Partition(at:of:)`): its head is the smallest that writes what crosses. A
    /// cut that is best only with more in its head, layers that lead to outputs of the graph but to nothing that crosses, is here
    /// without them; a graph with one output has none such. Ascending by layers in the head, then by tensors.
    ///
    /// - Parameter pinned: for each layer the side that it has to be on; empty where no layer is pinned. With pins the smallest and
    ///   the largest head that keep them are candidates, too.
    /// - Throws: `PlanningError.costsTooLarge`, `.negativeCost`, `.pinsContradict`.
    public func candidateCuts(at precisions: [Precision], pinned: [Side?] = []) throws(PlanningError) -> [Cut] {
        try candidateCuts(at: precisions, pinned, prefixes: edge.graph.prefixCuts())
    }

    private func candidateCuts(
        at precisions: [Precision], _ pinned: [Side?], prefixes: [Cut]
    ) throws(PlanningError) -> [Cut] {
        let graph = edge.graph
        try graph.check(pinned: pinned)
        var cuts = pinned.isEmpty ? [] : graph.extremeHeads(pinned).map { Cut($0, of: graph) }
        for precision in precisions {
            let work = work(at: precision)
            // Prefixes that come near the best at some prices.
            cuts += prefixes.map(work.work).contenders(slack: Self.roughness).map { prefixes[$0] }
            for pins in pins(at: precision, pinned) {
                var work = work
                work.pinned = pins
                cuts += try graph.cutsBestUnderSomePrices(work).map {
                    Cut(graph.smallestHead(writing: $0.cut.crossing), of: graph)
                }
            }
        }
        var seen = Set<[TensorIndex]>()
        return cuts.filter { cut in
            !cut.partition.isCloudOnly && !cut.partition.isEdgeOnly && seen.insert(cut.crossing).inserted
        }.sorted {
            $0.headLayers != $1.headLayers
                ? $0.headLayers < $1.headLayers : $0.crossing.lexicographicallyPrecedes($1.crossing)
        }
    }

    /// The candidates, the prefix cuts, and all that was timed, as far as head and tail of each are known: what plans are made of. With
    /// pins, those that keep them, known or not: a device that has not timed them still has to run one of them.
    ///
    /// - Throws: as `candidateCuts(at:pinned:)`.
    public func knownCuts(at precisions: [Precision], pinned: [Side?] = []) throws(PlanningError) -> [Cut] {
        let graph = edge.graph
        let timed = (edge.timedCuts + cloud.timedCuts).compactMap { names in
            (try? Partition(at: names, of: graph)).map { Cut($0, of: graph) }
        }
        var seen = Set<[TensorIndex]>()
        let prefixes = graph.prefixCuts()
        return try (prefixes + candidateCuts(at: precisions, pinned, prefixes: prefixes) + timed).filter { cut in
            !cut.partition.isCloudOnly && !cut.partition.isEdgeOnly && seen.insert(cut.crossing).inserted
                && (pinned.isEmpty ? cost(of: cut) != nil : cut.partition.keeps(pinned))
        }
    }

    /// What to pin in turn, so that no cut is hidden behind one that is no plan. Cloud-only sends its input at 8 bits, whatever the
    /// precision: below that, where it seems cheaper than it is, cuts are sought that have some layer in their head, hence one
    /// that reads nothing but inputs of the graph.
    private func pins(at precision: Precision, _ pinned: [Side?]) -> [[Side?]] {
        let layers = edge.graph.layers
        guard precision < .eightBits else { return [pinned] }
        let free = pinned.isEmpty ? layers.map { _ in nil } : pinned
        return layers.indices.filter { one in
            layers[one].inputs.allSatisfy { edge.graph.producer[$0] == nil } && free[one] != .tail
        }.map { one in
            var pins = free
            pins[one] = .head
            return pins
        }
    }

    /// By packed bytes and layers in floats, since what tensors take deflated is measured only at the cuts chosen, and single layers
    /// are not timed in integers. So a cut that is best only deflated, or only with its head in integers, is here if it is a prefix
    /// that comes near, or was timed; the time that coding takes is far below the roughness of the sums.
    private func work(at precision: Precision) -> GraphWork {
        let graph = edge.graph
        return GraphWork(
            edge: edge.layerTimes(at: .unquantised), cloud: cloud.layerTimes(at: .unquantised),
            transmit: graph.tensors.map { tensor in
                let isQuantised = precision.isQuantised && tensor.elementType == .float32
                let sent = TransmittedTensor(
                    name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
                    precision: isQuantised ? precision : .unquantised, range: nil)
                return CutWork(edge: .zero, bytes: sent.packedBytes, cloud: .zero)
            })
    }

    /// How far, in hundredths, the sum of layers that run one by one may be from what their head or tail takes.
    private static let roughness = 25
}

extension Partition {
    /// Whether every pinned layer is on its side.
    fileprivate func keeps(_ pinned: [Side?]) -> Bool {
        zip(pinned, inHead).allSatisfy { side, isInHead in side.map { ($0 == .head) == isInHead } ?? true }
    }
}

extension LayerGraph {
    /// The smallest and the largest head that keep some pins, which do not contradict one another.
    fileprivate func extremeHeads(_ pinned: [Side?]) -> [Partition] {
        var smallest = pinned.map { $0 == .head }
        for layer in layers.indices.reversed() where smallest[layer] {
            for input in layers[layer].inputs { producer[input].map { smallest[$0] = true } }
        }
        var largest = pinned.map { $0 != .tail }
        for layer in layers.indices
        where layers[layer].inputs.contains(where: { producer[$0].map { !largest[$0] } ?? false }) {
            largest[layer] = false
        }
        return [smallest, largest].compactMap { try? Partition(inHead: $0, of: self) }
    }
}
