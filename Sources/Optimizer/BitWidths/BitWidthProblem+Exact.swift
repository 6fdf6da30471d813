import Model

extension BitWidthProblem {
    /// The bit widths of least `objective` within all limits, exactly: see `Guides/BitWidths.md`. Which of several
    /// optima is returned depends on the problem alone.
    ///
    /// - Parameter workLimit: how many Lagrangian minimisations and states of the search may be made; `nil` for any
    ///   number. Where they run out the lower bound tells how far from best the widths may be.
    /// - Complexity: exponential in the worst case; for what is measured in practice see the guide.
    public func solve(_ objective: BitWidthObjective = .latency, workLimit: Int? = nil) -> BitWidthOutcome {
        solve(objective, workLimit: workLimit, searchWidth: Self.searchWidth)
    }

    /// - Parameter searchWidth: how many states a node of the search may have at first. The value found does not depend
    ///   on it.
    package func solve(_ objective: BitWidthObjective, workLimit: Int?, searchWidth: Int) -> BitWidthOutcome {
        let classes = BitWidthClasses(self)
        let work = workLimit ?? .max
        let found = classes.search(objective, below: nil, width: searchWidth, work: work)
        if let solution = found.solution { return .solved(solution) }
        if found.isExhausted { return .undecided(lowerBound: found.bound) }
        return .infeasible(
            BitWidthInfeasibility(
                shortfalls: BitWidthObjective.allCases.compactMap { shortfall($0, classes, searchWidth, work) }))
    }

    /// The least is sought without the limit itself: distortions above it are counted in full then.
    private func shortfall(
        _ limited: BitWidthObjective, _ classes: BitWidthClasses, _ width: Int, _ work: Int
    ) -> BitWidthInfeasibility.Shortfall? {
        guard let limit = limit(on: limited) else { return nil }
        let others = BitWidthProblem(self, without: limited)
        let free = BitWidthClasses(others)
        let finding = free.search(limited, below: nil, width: width, work: work)
        let unit = limited == .distortion ? others.distortionUnit : 1
        return BitWidthInfeasibility.Shortfall(
            limited: limited, limit: limited == .distortion ? limits.distortion ?? 0 : Double(limit),
            least: Double(free.least(limited)) * unit, bindsAlone: classes.least(limited) > limit,
            leastWithinOthers: finding.isExhausted ? nil : finding.solution.map { Double($0.value) * unit })
    }

    /// States of a node, by trial: fewer make more nodes, more make longer searches.
    static let searchWidth = 200
}

extension BitWidthClasses {
    struct Finding {
        var solution: BitWidthSolution?
        var bound: Int
        var isExhausted: Bool
    }

    /// - Parameter ceiling: only lower values are sought, beside the problem's own limit on the objective.
    func search(_ objective: BitWidthObjective, below ceiling: Int?, width: Int, work: Int) -> Finding {
        let knapsack = knapsack(objective)
        let most = min(problem.limit(on: objective) ?? .max, knapsack.mostCost)
        var search = KnapsackSearch(knapsack, below: min(ceiling ?? .max, most + 1), width: width, work: work)
        let bound = search.run()
        var finding = Finding(bound: bound, isExhausted: search.isExhausted)
        guard let choice = search.choice else { return finding }
        let widths = widths(of: knapsack.origins(of: choice))
        guard let costs = problem.costs(of: widths) else {
            preconditionFailure("classes hold only bit widths of their problem")
        }
        finding.solution = BitWidthSolution(
            widths: widths, costs: costs, objective: objective, lowerBound: bound,
            certificate: LagrangianCertificate(
                firstPrice: search.root.multipliers.first, secondPrice: search.root.multipliers.second,
                bound: search.root.bound))
        return finding
    }

    /// The knapsack that minimises `objective` within the other limits. The maximum counts in memory.
    private func knapsack(_ objective: BitWidthObjective) -> ChoiceKnapsack {
        let (first, second) = objective.limited
        let classes = options.map { options in
            options.enumerated().map { origin, option in
                ChoiceKnapsack.Option(
                    cost: option.value(of: objective), first: option.value(of: first),
                    second: option.value(of: second), peak: option.peak, origin: origin)
            }
        }
        return ChoiceKnapsack(
            classes: classes, firstLimit: problem.limit(on: first), secondLimit: problem.limit(on: second),
            peakRole: objective == .memory ? .inCost : .inSecond)
    }

    /// The least value that any choice has, whatever the limits. Weights and activation are chosen apart, so least
    /// weights and the least maximum can be had together.
    fileprivate func least(_ objective: BitWidthObjective) -> Int {
        let sum = options.reduce(0) { $0 + ($1.lazy.map { $0.value(of: objective) }.min() ?? 0) }
        guard objective == .memory else { return sum }
        return sum + options.reduce(0) { max($0, $1.lazy.map(\.peak).min() ?? 0) }
    }
}
