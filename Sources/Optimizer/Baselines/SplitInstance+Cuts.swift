import Model

extension SplitInstance {
    /// What the minimum cut minimises where every layer of the head has the bits `bits`, without regard to the limits:
    /// the latency of a split in whole nanoseconds, exactly.
    ///
    /// An output of the graph is sent whenever the head makes it, so its time counts with the layer that makes it.
    public func cutCosts(bits: OperandBits, sentBits: Int) -> CutCosts {
        var edge = graph.layers.indices.map { Int(edgeTime($0, at: bits).count) }
        var transmit = graph.tensors.indices.map { Int(sendTime(bits: wireBits(of: $0, at: sentBits)).count) }
        for output in graph.outputs {
            guard let producer = graph.producer[output] else { continue }
            edge[producer] += transmit[output]
            transmit[output] = 0
        }
        return CutCosts(edge: edge, cloud: cloudTimes.map { Int($0.count) }, transmit: transmit)
    }

    /// Every prefix of the order of layers as a cut, from cloud-only to edge-only, also those that are not in normal
    /// form.
    public var everyPrefix: [Cut] {
        (0...graph.layers.count).map { Cut(Partition(prefix: $0, of: graph), of: graph) }
    }
}
