import Model

extension BitWidthProblem {
    /// Work that proves nearly every head met in practice, and ends the search of the others after a second or two: see
    /// `Guides/BitWidths.md`.
    public static let defaultWorkLimit = 20_000_000

    /// The bit widths of least `objective` within all limits, exactly: see `Guides/BitWidths.md`. Which of several
    /// optima is returned depends on the problem alone.
    ///
    /// - Parameter workLimit: how many Lagrangian minimisations and states of the search may be made; `nil` for any
    ///   number, which can take very long. Where they run out the gap tells how far from best the widths may be. A count
    ///   and not a time, so that the answer is the same on every machine.
    /// - Complexity: exponential in the worst case; for what is measured in practice see the guide.
    public func solve(
        _ objective: BitWidthObjective = .latency, workLimit: Int? = defaultWorkLimit
    ) -> BitWidthOutcome {
        solve(objective, BitWidthClasses.Effort(work: workLimit ?? .max))
    }

    /// The same with the search divided otherwise, on which no value may depend.
    package func solve(_ objective: BitWidthObjective, searchWidth: Int, firstTurn: Int) -> BitWidthOutcome {
        solve(objective, BitWidthClasses.Effort(width: searchWidth, firstTurn: firstTurn))
    }

    private func solve(_ objective: BitWidthObjective, _ effort: BitWidthClasses.Effort) -> BitWidthOutcome {
        let classes = BitWidthClasses(self)
        let found = classes.search(objective, below: nil, effort)
        if let solution = found.solution { return .solved(solution) }
        if found.isExhausted { return .undecided(lowerBound: found.bound) }
        return .infeasible(
            BitWidthInfeasibility(
                shortfalls: BitWidthObjective.allCases.compactMap { shortfall($0, classes, effort) }))
    }

    /// The least is sought without the limit itself: distortions above it are counted in full then.
    private func shortfall(
        _ limited: BitWidthObjective, _ classes: BitWidthClasses, _ effort: BitWidthClasses.Effort
    ) -> BitWidthInfeasibility.Shortfall? {
        guard let limit = limit(on: limited) else { return nil }
        let others = BitWidthProblem(self, without: limited)
        let free = BitWidthClasses(others)
        let finding = free.search(limited, below: nil, effort)
        let unit = limited == .distortion ? others.distortionUnit : 1
        return BitWidthInfeasibility.Shortfall(
            limited: limited, limit: limited == .distortion ? limits.distortion ?? 0 : Double(limit),
            least: Double(free.least(limited)) * unit, bindsAlone: classes.least(limited) > limit,
            leastWithinOthers: finding.isExhausted ? nil : finding.solution.map { Double($0.value) * unit })
    }
}

extension BitWidthClasses {
    /// The least value that any choice has, whatever the limits. Weights and activation are chosen apart, so least
    /// weights and the least maximum can be had together.
    fileprivate func least(_ objective: BitWidthObjective) -> Int {
        let sum = options.reduce(0) { $0 + ($1.lazy.map { $0.value(of: objective) }.min() ?? 0) }
        guard objective == .memory else { return sum }
        return sum + options.reduce(0) { max($0, $1.lazy.map(\.peak).min() ?? 0) }
    }
}
