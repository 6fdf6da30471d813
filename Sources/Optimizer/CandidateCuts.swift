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
    /// - Throws: `PlanningError.costsTooLarge`, `.negativeCost`.
    public func candidateCuts(at precisions: [Precision]) throws(PlanningError) -> [Cut] {
        try candidateCuts(at: precisions, prefixes: edge.graph.prefixCuts())
    }

    private func candidateCuts(at precisions: [Precision], prefixes: [Cut]) throws(PlanningError) -> [Cut] {
        let graph = edge.graph
        var cuts: [Cut] = []
        for precision in precisions {
            let work = work(at: precision)
            // Prefixes that come near the best at some prices.
            cuts += prefixes.map(work.work).contenders(slack: Self.roughness).map { prefixes[$0] }
            for pinned in pins(at: precision) {
                var work = work
                work.pinned = pinned
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

    /// The candidates, the prefix cuts, and all that was timed, as far as head and tail of each are known: what plans are made of.
    ///
    /// - Throws: as `candidateCuts(at:)`.
    public func knownCuts(at precisions: [Precision]) throws(PlanningError) -> [Cut] {
        let graph = edge.graph
        let timed = (edge.timedCuts + cloud.timedCuts).compactMap { names in
            (try? Partition(at: names, of: graph)).map { Cut($0, of: graph) }
        }
        var seen = Set<[TensorIndex]>()
        let prefixes = graph.prefixCuts()
        return try (prefixes + candidateCuts(at: precisions, prefixes: prefixes) + timed).filter { cut in
            !cut.partition.isCloudOnly && !cut.partition.isEdgeOnly && seen.insert(cut.crossing).inserted
                && cost(of: cut) != nil
        }
    }

    /// What to pin in turn, so that no cut is hidden behind one that is no plan. Cloud-only sends its input at 8 bits, whatever the
    /// precision: below that, where it seems cheaper than it is, cuts are sought that have some layer in their head, hence one
    /// that reads nothing but inputs of the graph.
    private func pins(at precision: Precision) -> [[Side?]] {
        let layers = edge.graph.layers
        guard precision < .eightBits else { return [[]] }
        let first = layers.indices.filter { layers[$0].inputs.allSatisfy { edge.graph.producer[$0] == nil } }
        return first.map { one in layers.indices.map { $0 == one ? .head : nil } }
    }

    /// Coding is left out: it is far below the roughness of the sums.
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
