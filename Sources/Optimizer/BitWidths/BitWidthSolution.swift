/// What is known of the best bit widths of a problem.
public enum BitWidthOutcome: Hashable, Sendable {
    case solved(BitWidthSolution)
    /// No bit widths keep all limits.
    case infeasible(BitWidthInfeasibility)
    /// The work handed in ran out before any bit widths within the limits were found; none have a value below the
    /// bound.
    case undecided(lowerBound: Int)

    public var solution: BitWidthSolution? {
        if case .solved(let solution) = self { solution } else { nil }
    }

    /// No bit widths within the limits have a value below; `nil` where there are none at all.
    public var lowerBound: Int? {
        switch self {
        case .solved(let solution): solution.lowerBound
        case .infeasible: nil
        case .undecided(let lowerBound): lowerBound
        }
    }
}

/// Bit widths with a bound on how much better any others can be.
public struct BitWidthSolution: Hashable, Sendable {
    public var widths: BitWidths
    public var costs: BitWidthCosts
    public var objective: BitWidthObjective
    /// No bit widths within the limits have a value below, in the objective's whole unit.
    public var lowerBound: Int
    /// The part of the bound that can be computed again without a search: the Lagrangian bound at `multipliers`.
    public var certificate: LagrangianCertificate

    /// In the objective's whole unit.
    public var value: Int { costs.value(of: objective) }
    /// By how much the value exceeds the bound: zero unless the work ran out.
    public var gap: Int { value - lowerBound }
}

/// Prices of the limited sums, and the bound on the objective that they prove.
///
/// With prices λ, μ ≥ 0 every choice within the limits costs at least Σ min (cost + λ · first + μ · second) less λ and
/// μ times the limits, whatever the largest activation (weak duality).
public struct LagrangianCertificate: Hashable, Sendable {
    /// Of distortion; of latency where distortion is minimised. In whole units of the objective for one of what is
    /// limited.
    public var firstPrice: Double
    /// Of memory; of latency where memory is minimised.
    public var secondPrice: Double
    /// In the objective's whole unit, rounding errors taken off.
    public var bound: Double
}

/// Why a problem has no solution.
public struct BitWidthInfeasibility: Hashable, Sendable {
    /// A limit that no bit widths keep as long as the other limits hold. Values are nanoseconds, bits, or distortion.
    public struct Shortfall: Hashable, Sendable {
        public var limited: BitWidthObjective
        public var limit: Double
        /// The least that any bit widths have, whatever the other limits.
        public var least: Double
        /// The limit cannot be kept even by itself.
        public var bindsAlone: Bool
        /// The least within all other limits; `nil` where they cannot be kept together either, or the work ran out.
        public var leastWithinOthers: Double?
    }

    /// For each limit that the problem has, in the order of `BitWidthObjective`.
    public var shortfalls: [Shortfall]

    /// The limits that cannot be kept even alone; where there are none, the limits contradict one another.
    public var binding: [BitWidthObjective] { shortfalls.filter(\.bindsAlone).map(\.limited) }
}
