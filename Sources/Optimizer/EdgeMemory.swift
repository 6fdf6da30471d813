public import Model

extension LayerGraph {
    /// Bytes that a head needs on the edge: its weights, and the most that its activations take at one time. A sum too large for
    /// `Int` counts as `Int.max`.
    ///
    /// - Parameter weightBytes: of the head's weights as they are held; `nil` as the model has them.
    /// - Complexity: linear in the graph.
    public func edgeBytes(of partition: Partition, weightBytes: Int? = nil) -> Int {
        (weightBytes ?? self.weightBytes(of: partition)).saturatingSum(peakBytes(of: partition))
    }

    /// Bytes of a head's weights, as the model has them.
    public func weightBytes(of partition: Partition) -> Int {
        zip(layers, partition.inHead).reduce(0) { $1.1 ? $0.saturatingSum($1.0.parameterBytes) : $0 }
    }

    /// Bytes that a head needs on the edge by the rule of Banitalebi-Dehkordi et al., "Auto-Split" (KDD 2021): its
    /// weights, and the largest single tensor that one of its layers writes. An input of the graph and a shortcut that is alive
    /// beside other tensors aren't counted, so no schedule needs less: never above `edgeBytes(of:weightBytes:)`. A sum too large for
    /// `Int` counts as `Int.max`.
    ///
    /// - Parameter weightBytes: of the head's weights as they are held; `nil` as the model has them.
    /// - Complexity: linear in the graph.
    public func edgeBytesByMaximum(of partition: Partition, weightBytes: Int? = nil) -> Int {
        let written = zip(layers, partition.inHead).lazy.filter(\.1).flatMap(\.0.outputs)
        return (weightBytes ?? self.weightBytes(of: partition)).saturatingSum(
            written.map { tensors[$0].byteCount }.max() ?? 0)
    }

    /// The most bytes that a head's activations take at one time.
    ///
    /// The head's layers run in the graph's order. A tensor is held from its production (an input of the graph from the start)
    /// to its last reader in the head; what crosses, and outputs of the graph, to the end. While a layer runs, what it reads
    /// and what it writes are both held.
    func peakBytes(of partition: Partition) -> Int {
        let kept = Set(crossing(partition)).union(outputsOfHead(partition))
        var readersLeft = consumers.map { readers in readers.count { partition.inHead[$0] } }
        var live = 0
        for input in inputs where readersLeft[input] > 0 || kept.contains(input) {
            live = live.saturatingSum(tensors[input].byteCount)
        }
        var peak = live
        for (index, layer) in layers.enumerated() where partition.inHead[index] {
            for output in layer.outputs { live = live.saturatingSum(tensors[output].byteCount) }
            peak = max(peak, live)
            for input in Set(layer.inputs) {
                readersLeft[input] -= 1
                if readersLeft[input] == 0, !kept.contains(input) { live -= tensors[input].byteCount }
            }
            for output in layer.outputs where readersLeft[output] == 0 && !kept.contains(output) {
                live -= tensors[output].byteCount
            }
        }
        return peak
    }
}

extension Int {
    /// The sum of two counts, held at `Int.max`.
    package func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
