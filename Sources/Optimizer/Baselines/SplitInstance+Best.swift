public import Model

/// The fastest split found, with a bound on how much faster any other can be.
public struct BestSplit: Hashable, Sendable {
    public var split: QuantisedSplit
    public var cost: SplitCost
    /// No split of any cut, at any of the bits, within the limits or not, is faster.
    public var lowerBound: Nanoseconds
}

extension SplitInstance {
    /// The fastest split within the limits, by exact bit widths at each of the candidate cuts. These are every prefix, edge-only,
    /// cloud-only, and the minimum cut of the graph at each uniform width, so no baseline's cut is missing.
    ///
    /// A cut's latency with every width at its fastest bounds what its bits can reach, so cuts are tried in the order of that bound
    /// until it exceeds the best latency found. The minimum cut at those widths bounds every cut of the graph.
    ///
    /// - Parameter bits: that weights, activations and what is sent may have, ascending.
    /// - Returns: `nil` where no split keeps the limits.
    /// - Throws: `PlanningError`.
    /// - Complexity: an exact choice of bits for each cut that is not ruled out.
    public func best(bits: [Int]) throws(PlanningError) -> BestSplit? {
        let bound = try lowerBound(bits: bits)
        let candidates = try candidateCuts(bits: bits)
        let ranked = candidates.enumerated().map { (cut: $1, bound: fastest(of: $1, bits), order: $0) }
            .sorted { ($0.bound, $0.order) < ($1.bound, $1.order) }
        var best: BestSplit?
        for candidate in ranked {
            if let best, candidate.bound >= best.cost.latency { break }
            let outcome = try problem(at: candidate.cut, bits: bits, rule: .free).solve(.latency)
            guard let widths = outcome.solution?.widths else { continue }
            let split = split(at: candidate.cut, widths)
            let cost = cost(of: split)
            if cost.latency < best?.cost.latency ?? Nanoseconds(.max) {
                best = BestSplit(split: split, cost: cost, lowerBound: bound)
            }
        }
        return best
    }

    private func candidateCuts(bits: [Int]) throws(PlanningError) -> [Cut] {
        var cuts = everyPrefix
        for width in bits + [Self.floatBits] {
            let costs = cutCosts(bits: OperandBits(width), sentBits: width)
            cuts.append(try graph.minimumCut(costs).cut)
        }
        var seen = Set<Cut>()
        return cuts.filter { seen.insert($0).inserted }
    }

    /// Bits that make a layer fastest: the fewest, since times do not fall as bits grow.
    private func lowerBound(bits: [Int]) throws(PlanningError) -> Nanoseconds {
        let least = bits.first ?? 1
        return Nanoseconds(
            Int64(try graph.minimumCut(cutCosts(bits: OperandBits(least), sentBits: least)).value))
    }

    private func fastest(of cut: Cut, _ bits: [Int]) -> Nanoseconds {
        cost(of: uniform(cut, bits: bits.first ?? 1)).latency
    }
}
