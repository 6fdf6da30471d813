public import Model

/// A cut and the bits of its head.
public struct QuantisedSplit: Hashable, Sendable {
    public var cut: Cut
    /// Of each layer of the graph; those of the tail do not count.
    public var bits: [OperandBits]
    /// On the wire, of each tensor sent, in order; for an input of the graph it does not count.
    public var sentBits: [Int]

    public init(cut: Cut, bits: [OperandBits], sentBits: [Int]) {
        self.cut = cut
        self.bits = bits
        self.sentBits = sentBits
    }
}

/// What a split costs.
public struct SplitCost: Hashable, Sendable {
    public var edge: Nanoseconds
    public var transmission: Nanoseconds
    public var cloud: Nanoseconds
    /// Weights of the head and its largest activation.
    public var memoryBits: Int
    public var distortion: Double
    /// On the wire.
    public var sentBits: Int

    public var latency: Nanoseconds { edge + transmission + cloud }
    /// `memoryBits` in whole bytes.
    public var edgeBytes: Int { memoryBits / 8 + (memoryBits % 8 == 0 ? 0 : 1) }
}

/// Which tensors of a cut are counted as sent.
public enum CountedTensors: Hashable, Sendable {
    /// All that cross, without which the tail cannot run.
    case all
    /// Only what the head's last layer writes, as in Auto-Split's published figures. Where more crosses this is no
    /// valid split.
    case lastLayerOnly
}

extension SplitInstance {
    /// A cut whose head runs, and whose tensors are sent, at one width.
    public func uniform(_ cut: Cut, bits: Int, sentBits: Int? = nil) -> QuantisedSplit {
        QuantisedSplit(
            cut: cut, bits: [OperandBits](repeating: OperandBits(bits), count: graph.layers.count),
            sentBits: [Int](repeating: sentBits ?? bits, count: sent(at: cut).count))
    }

    /// - Precondition: the split is of this graph, with bits for every layer and every tensor sent.
    /// - Complexity: linear in the graph.
    public func cost(of split: QuantisedSplit, counting counted: CountedTensors = .all) -> SplitCost {
        let inHead = split.cut.partition.inHead
        var cost = SplitCost(
            edge: .zero, transmission: .zero, cloud: .zero, memoryBits: 0, distortion: 0, sentBits: 0)
        var largest = 0
        for (layer, bits) in split.bits.enumerated() {
            guard inHead[layer] else {
                cost.cloud += cloudTimes[layer]
                continue
            }
            cost.edge += edgeTime(layer, at: bits)
            cost.memoryBits += graph.layers[layer].parameters * bits.weights
            largest = max(largest, activations(of: layer) * bits.activations)
            cost.distortion += distortions.ofWeights(layer, at: bits.weights)
            cost.distortion += distortions.ofActivation(layer, at: bits.activations)
        }
        cost.memoryBits += largest
        let sent = sent(at: split.cut)
        precondition(split.sentBits.count == sent.count, "every tensor that is sent has its bits")
        let lastLayer = inHead.lastIndex(of: true)
        for (tensor, bits) in zip(sent, split.sentBits)
        where counted == .all || graph.producer[tensor] == lastLayer {
            let onWire = wireBits(of: tensor, at: bits)
            cost.sentBits += onWire
            cost.transmission += sendTime(bits: onWire)
            if let producer = graph.producer[tensor], bits != split.bits[producer].activations {
                cost.distortion += distortions.ofActivation(producer, at: bits)
            }
        }
        return cost
    }

    /// Whether a cost keeps every limit.
    public func admits(_ cost: SplitCost) -> Bool {
        cost.memoryBits <= limits.memoryBits ?? cost.memoryBits
            && cost.distortion <= limits.distortion ?? cost.distortion
    }
}
