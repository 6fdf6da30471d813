import Model

/// Ways to split that ours is compared with. Each is a published method or a fixed policy, on the same costs.
public enum Baseline: Hashable, Sendable {
    /// The whole network on the edge, weights and activations at some bits; its output is sent at them, too.
    case edgeOnly(bits: Int)
    /// The whole network in the cloud, the input sent raw (CLOUD16: the cloud runs in 16-bit floating point).
    case cloudOnly
    /// The same with the input compressed to some bytes, losslessly or as JPEG.
    case cloudOnlyCompressed(name: String, inputBytes: Int)
    /// Kang et al., "Neurosurgeon: Collaborative Intelligence Between the Cloud and Mobile Edge", ASPLOS 2017: the best
    /// prefix of the order of layers, in floating point.
    case neurosurgeon
    /// Hu, Bao, Wang, Liu, "Dynamic Adaptive DNN Surgery for Inference Acceleration on the Edge", INFOCOM 2019: the
    /// minimum cut of the graph, in floating point.
    case dads
    /// Zhang et al., "Towards Real-time Cooperative Deep Inference over the Cloud and Edge End Devices", IMWUT 2020:
    /// the minimum cut found within the promising part of the graph, in floating point.
    case qdmp
    /// QDMP on the optimised graph (QDMP_E; a layer table is of that graph), its edge part then quantised.
    case qdmpQuantised(bits: Int)
    /// Banitalebi-Dehkordi et al., "Auto-Split: A General Framework of Collaborative Edge-Cloud AI", KDD 2021, as
    /// published: every prefix whose cut is no larger than the input, budgets on a grid, weights by Lagrangian
    /// relaxation; of its solutions within the limits the fastest. All that crosses is counted.
    case autoSplit(bits: [Int])

    public var name: String {
        switch self {
        case .edgeOnly(let bits): "U\(bits)"
        case .cloudOnly: "CLOUD16"
        case .cloudOnlyCompressed(let name, _): "CLOUD16_\(name)"
        case .neurosurgeon: "Neurosurgeon"
        case .dads: "DADS"
        case .qdmp: "QDMP"
        case .qdmpQuantised(let bits): "QDMP_E+U\(bits)"
        case .autoSplit: "Auto-Split"
        }
    }

    /// Bits that the edge's weights and activations may have.
    var edgeBits: [Int] {
        switch self {
        case .edgeOnly(let bits), .qdmpQuantised(let bits): [bits]
        case .autoSplit(let bits): bits
        case .cloudOnly, .cloudOnlyCompressed, .neurosurgeon, .dads, .qdmp: [SplitInstance.floatBits]
        }
    }
}

/// What a way to split comes to. The limits of the instance play no part in how baselines choose, but for Auto-Split;
/// the others may break them.
public struct BaselineOutcome: Hashable, Sendable {
    public var baseline: Baseline
    public var split: QuantisedSplit
    public var cost: SplitCost
}

extension SplitInstance {
    /// Bits of 32-bit floating point.
    static let floatBits = 32

    /// - Throws: `PlanningError.costsTooLarge` where times are beyond what the minimum cut sums; `.negativeCost`; `.bitWidths`,
    ///   also where no distortion is known at the bits asked for.
    public func outcome(of baseline: Baseline) throws(PlanningError) -> BaselineOutcome {
        try check(baseline.edgeBits)
        return switch baseline {
        case .edgeOnly(let bits): outcome(baseline, uniform(graph.edgeOnlyCut, bits: bits))
        case .cloudOnly: outcome(baseline, uniform(graph.cloudOnlyCut, bits: Self.floatBits))
        case .cloudOnlyCompressed(_, let inputBytes): compressed(baseline, inputBytes)
        case .neurosurgeon: outcome(baseline, uniform(bestPrefix, bits: Self.floatBits))
        case .dads: outcome(baseline, uniform(try dadsCut(), bits: Self.floatBits))
        case .qdmp: outcome(baseline, uniform(try qdmpCut(), bits: Self.floatBits))
        case .qdmpQuantised(let bits): outcome(baseline, uniform(try qdmpCut(), bits: bits))
        case .autoSplit(let bits): outcome(baseline, try autoSplit(bits: bits))
        }
    }

    private func outcome(_ baseline: Baseline, _ split: QuantisedSplit) -> BaselineOutcome {
        BaselineOutcome(baseline: baseline, split: split, cost: cost(of: split))
    }

    private func compressed(_ baseline: Baseline, _ inputBytes: Int) -> BaselineOutcome {
        var outcome = outcome(baseline, uniform(graph.cloudOnlyCut, bits: Self.floatBits))
        outcome.cost.sentBits = inputBytes * 8
        outcome.cost.transmission = sendTime(bits: inputBytes * 8)
        return outcome
    }

    /// Of equal latencies the shortest prefix.
    ///
    /// - Complexity: O(layers · graph).
    private var bestPrefix: Cut {
        let prefixes = everyPrefix.map { cut in (cut, latency: cost(of: uniform(cut, bits: Self.floatBits)).latency) }
        return prefixes.min { $0.latency < $1.latency }?.0 ?? graph.cloudOnlyCut
    }

    private func dadsCut() throws(PlanningError) -> Cut {
        try graph.minimumCut(cutCosts(bits: .unquantised, sentBits: Self.floatBits)).cut
    }

    /// Cloud-only is among its positions and keeps every limit, so there is a solution.
    private func autoSplit(bits: [Int]) throws(PlanningError) -> QuantisedSplit {
        let cuts = everyPrefix
        var positions: [SplitPosition] = []
        for cut in cuts {
            let head = try problem(at: cut, bits: bits, rule: .asActivation)
            positions.append(SplitPosition(name: "\(cut.headLayers)", head: head))
        }
        let inputBits = graph.inputs.reduce(0) { $0 + wireBits(of: $1, at: Self.inputBits) }
        let solutions = positions.autoSplitSolutions(inputBytes: inputBits.dividedRoundingUp(by: 8))
        guard let fastest = solutions.first else { return uniform(graph.cloudOnlyCut, bits: Self.floatBits) }
        return split(at: cuts[fastest.position], fastest.allocation.widths)
    }

    private func qdmpCut() throws(PlanningError) -> Cut {
        try graph.minimumCutWithinBlocks(cutCosts(bits: .unquantised, sentBits: Self.floatBits))
    }
}
