public import Model

/// The fastest split found, with a bound on how much faster any other can be.
public struct BestSplit: Hashable, Sendable {
    public var split: QuantisedSplit
    public var cost: SplitCost
    /// No split of any cut, at any of the bits, within the limits is faster.
    public var lowerBound: Nanoseconds
    /// No split of a candidate cut within the limits is faster: the split's own latency, unless a search's work ran out.
    public var candidatesBound: Nanoseconds

    /// By how much the split may be slower than the best of the candidate cuts: zero unless the work ran out.
    public var gap: Nanoseconds { cost.latency - candidatesBound }
}

extension SplitInstance {
    /// The fastest split within the limits, by exact bit widths at each of the candidate cuts. These are every prefix,
    /// edge-only, cloud-only, the minimum cut of the graph at each uniform width, so no baseline's cut is missing, and
    /// the minimum cuts at prices of distortion (`SplitDual`), which also bound every cut of the graph.
    ///
    /// A cut's latency with every width at its fastest bounds what its bits can reach, so cuts are tried in the order
    /// of that bound until it exceeds the best latency found.
    ///
    /// - Parameters:
    ///   - bits: that weights, activations and what is sent may have, ascending.
    ///   - workLimit: as for `BitWidthProblem.solve`, for each cut.
    /// - Returns: `nil` where no split keeps the limits. Cloud-only keeps any, so there always is one.
    /// - Throws: `PlanningError`.
    /// - Complexity: an exact choice of bits for each cut that is not ruled out.
    public func best(
        bits: [Int], workLimit: Int? = BitWidthProblem.defaultWorkLimit
    ) throws(PlanningError) -> BestSplit? {
        try check(bits)
        let dual = try SplitDual(self, bits: bits)
        let candidates = try candidateCuts(bits: bits, besides: dual.cuts)
        let ranked = candidates.enumerated().map { (cut: $1, bound: fastest(of: $1, bits), order: $0) }
            .sorted { ($0.bound, $0.order) < ($1.bound, $1.order) }
        var best: BestSplit?
        var candidatesBound = Nanoseconds(.max)
        for candidate in ranked {
            if let best, candidate.bound >= best.cost.latency { break }
            let outcome = try problem(at: candidate.cut, bits: bits, rule: .free)
                .solve(.latency, workLimit: workLimit)
            if let bound = outcome.lowerBound { candidatesBound = min(candidatesBound, Nanoseconds(Int64(bound))) }
            guard let widths = outcome.solution?.widths else { continue }
            let split = split(at: candidate.cut, widths)
            let cost = cost(of: split)
            if cost.latency < best?.cost.latency ?? Nanoseconds(.max) {
                best = BestSplit(split: split, cost: cost, lowerBound: dual.bound, candidatesBound: .zero)
            }
        }
        guard var best else { return nil }
        best.candidatesBound = min(candidatesBound, best.cost.latency)
        return best
    }

    private func candidateCuts(bits: [Int], besides others: [Cut]) throws(PlanningError) -> [Cut] {
        var cuts = everyPrefix + others
        for width in bits + [Self.floatBits] {
            let costs = cutCosts(bits: OperandBits(width), sentBits: width)
            cuts.append(try graph.minimumCut(costs).cut)
        }
        var seen = Set<Cut>()
        return cuts.filter { seen.insert($0).inserted }
    }

    /// The fewest bits are the fastest, since times do not fall as bits grow.
    private func fastest(of cut: Cut, _ bits: [Int]) -> Nanoseconds {
        cost(of: uniform(cut, bits: bits.first ?? 1)).latency
    }
}
