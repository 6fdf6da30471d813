import Model

extension BitWidthProblem {
    /// The bit widths of least `objective` within all limits, exactly: see `Guides/BitWidths.md`. Which of several optima is
    /// returned depends on the problem alone.
    ///
    /// - Parameter workLimit: how many Lagrangian minimisations and states of the search may be made; `nil` for any number. Where
    ///   they run out the lower bound tells how far from best the widths may be.
    /// - Complexity: exponential in the worst case; in practice a few thousand states (`Guides/BitWidths.md`).
    public func solve(_ objective: BitWidthObjective = .latency, workLimit: Int? = nil) -> BitWidthOutcome {
        let classes = BitWidthClasses(self)
        let knapsack = classes.knapsack(objective, within: self)
        var search = PeakSearch(knapsack, below: ceiling(of: knapsack, objective), work: workLimit ?? .max)
        let bound = search.run()
        guard let choice = search.choice else {
            return search.isExhausted ? .undecided(lowerBound: bound) : .infeasible(infeasibility(classes, workLimit))
        }
        let widths = classes.widths(of: knapsack.origins(of: choice))
        guard let costs = costs(of: widths) else {
            preconditionFailure("classes hold only bit widths of their problem")
        }
        return .solved(
            BitWidthSolution(
                widths: widths, costs: costs, objective: objective, lowerBound: bound,
                certificate: LagrangianCertificate(
                    firstPrice: search.rootMultipliers.first, secondPrice: search.rootMultipliers.second,
                    bound: search.rootBound)))
    }

    /// Above every value within the limits.
    private func ceiling(of knapsack: ChoiceKnapsack, _ objective: BitWidthObjective) -> Int {
        let most = knapsack.mostCost
        return min(limit(on: objective) ?? most, most) + 1
    }

    private func infeasibility(_ classes: BitWidthClasses, _ workLimit: Int?) -> BitWidthInfeasibility {
        BitWidthInfeasibility(
            shortfalls: BitWidthObjective.allCases.compactMap { limited in
                guard let limit = limit(on: limited) else { return nil }
                return BitWidthInfeasibility.Shortfall(
                    limited: limited, limit: limit, least: classes.least(limited),
                    leastWithinOthers: leastWithinOthers(classes, limited, workLimit))
            })
    }

    private func leastWithinOthers(
        _ classes: BitWidthClasses, _ limited: BitWidthObjective, _ workLimit: Int?
    ) -> Int? {
        let knapsack = classes.knapsack(limited, within: self)
        var search = PeakSearch(knapsack, below: knapsack.mostCost + 1, work: workLimit ?? .max)
        _ = search.run()
        return search.isExhausted ? nil : search.choice.map(knapsack.cost)
    }
}

extension BitWidthClasses {
    /// The knapsack that minimises `objective` within the other limits. Memory is the sum in which the maximum counts.
    func knapsack(_ objective: BitWidthObjective, within problem: BitWidthProblem) -> ChoiceKnapsack {
        let (first, second): (BitWidthObjective, BitWidthObjective) =
            switch objective {
            case .latency: (.distortion, .memory)
            case .memory: (.distortion, .latency)
            case .distortion: (.latency, .memory)
            }
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

    /// The least value that any choice has, whatever the limits.
    func least(_ objective: BitWidthObjective) -> Int {
        let sum = options.reduce(0) { $0 + ($1.lazy.map { $0.value(of: objective) }.min() ?? 0) }
        guard objective == .memory else { return sum }
        return sum + options.reduce(0) { max($0, $1.lazy.map(\.peak).min() ?? 0) }
    }
}
