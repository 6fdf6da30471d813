import Model

/// A place where a chain of layers may be split, with its head.
public struct SplitPosition: Hashable, Sendable {
    public var name: String
    /// Fixed latency includes the tail's, so that positions compare.
    public var head: BitWidthProblem

    public init(name: String, head: BitWidthProblem) {
        self.name = name
        self.head = head
    }
}

/// A solution of Auto-Split: where to split, and at which bit widths.
public struct AutoSplitSolution: Hashable, Sendable {
    /// Among the positions given.
    public var position: Int
    public var allocation: AutoSplitAllocation
}

extension [SplitPosition] {
    /// The positions that Auto-Split considers: those whose cut, at the fewest bits, is no larger than the raw input,
    /// and whose head, at the fewest bits, keeps the memory limit. Ascending.
    ///
    /// - Parameter inputBytes: of the raw input, as cloud-only sends it.
    public func autoSplitCandidates(inputBytes: Int) -> [Int] {
        indices.filter { index in
            let head = self[index].head
            let volume = head.transmissions.reduce(0) { $0 + ($1.options.first?.bytes ?? 0) }
            return volume <= inputBytes && head.leastMemory <= head.limits.memoryBits ?? .max
        }
    }

    /// The whole of Auto-Split as published: every solution of every candidate position, each within its limits.
    ///
    /// - Returns: fastest first; of equals that of the earlier position. The first is Auto-Split's default choice.
    public func autoSplitSolutions(inputBytes: Int) -> [AutoSplitSolution] {
        let solutions = autoSplitCandidates(inputBytes: inputBytes).flatMap { position in
            self[position].head.autoSplitAllocations().map { AutoSplitSolution(position: position, allocation: $0) }
        }
        return solutions.enumerated().sorted {
            ($0.element.allocation.costs.latency, $0.offset) < ($1.element.allocation.costs.latency, $1.offset)
        }.map(\.element)
    }
}

/// Where to split, and at which bit widths.
public struct SplitSolution: Hashable, Sendable {
    /// Among the positions given.
    public var position: Int
    public var solution: BitWidthSolution
    /// No position within its limits has a value below, in the objective's whole unit.
    public var lowerBound: Int

    /// By how much the value exceeds the bound of all positions: zero unless the work ran out.
    public var gap: Int { solution.value - lowerBound }
}

/// What is known of the best of all positions.
public enum SplitOutcome: Hashable, Sendable {
    case solved(SplitSolution)
    /// No position can be had within its limits.
    case infeasible
    /// The work handed in ran out before any position within its limits was found; none has a value below the bound.
    case undecided(lowerBound: Int)

    public var solution: SplitSolution? {
        if case .solved(let solution) = self { solution } else { nil }
    }
}

extension [SplitPosition] {
    /// The best of all positions: no position within its limits has a value below the solution's, unless the work ran
    /// out. Of equals the earlier position. Positions that cannot beat those before them mostly cost one Lagrangian
    /// bound.
    ///
    /// Latencies and bits compare between positions; units of distortion do not.
    ///
    /// - Parameter workLimit: as for `BitWidthProblem.solve`, for each position.
    public func best(
        _ objective: BitWidthObjective = .latency, workLimit: Int? = BitWidthProblem.defaultWorkLimit
    ) -> SplitOutcome {
        precondition(objective != .distortion, "each position counts distortion in a unit of its own")
        var best: SplitSolution?
        var openBound = Int.max
        for (position, candidate) in enumerated() {
            let finding = BitWidthClasses(candidate.head).search(
                objective, below: best?.solution.value, BitWidthClasses.Effort(work: workLimit ?? .max))
            if finding.isExhausted { openBound = Swift.min(openBound, finding.bound) }
            guard let solution = finding.solution else { continue }
            best = SplitSolution(position: position, solution: solution, lowerBound: 0)
        }
        guard var best else { return openBound == .max ? .infeasible : .undecided(lowerBound: openBound) }
        best.lowerBound = Swift.min(best.solution.value, openBound)
        return .solved(best)
    }
}

extension BitWidthProblem {
    /// Weights and largest activation at the fewest bits.
    fileprivate var leastMemory: Int {
        layers.reduce(0) { $0 + $1.weights * ($1.weightChoices.first?.bits ?? 0) }
            + layers.reduce(0) { max($0, $1.activations * ($1.activationChoices.first?.bits ?? 0)) }
    }
}
