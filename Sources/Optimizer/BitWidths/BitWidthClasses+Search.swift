/// The search for the best choice of one option in each class, from two sides by turns.
///
/// Directly: minimise the objective within the limits. Its bounds are weak where many choices cost the same and the
/// question is whether any of them keeps the limits, as where layers take their time whatever the bits. From the other
/// side: minimise what is limited among the choices that cost less than the best known. What keeps the limit is better;
/// where nothing does, the best known is the optimum. Either side ends the search; each turn has four times the work of
/// the one before.
extension BitWidthClasses {
    struct Finding {
        var solution: BitWidthSolution?
        /// No choice sought has a value below; the solution's where the search was done.
        var bound: Int
        var isExhausted: Bool
    }

    /// How a search is divided: a matter of speed, on which no value found depends.
    struct Effort {
        /// States that a node may have after a class at first; fewer make more nodes, more make longer searches.
        var width = 200
        /// Work of the first turn.
        var firstTurn = 100_000
        /// Lagrangian minimisations and states that may be made in all.
        var work = Int.max
    }

    /// - Parameter ceiling: only lower values are sought, beside the problem's own limit on the objective.
    func search(_ objective: BitWidthObjective, below ceiling: Int?, _ effort: Effort) -> Finding {
        let knapsack = knapsack(objective)
        let most = min(problem.limit(on: objective) ?? .max, knapsack.mostCost)
        var finding = Finding(bound: min(ceiling ?? .max, most + 1), isExhausted: true)
        var (left, turn, below) = (effort.work, effort.firstTurn, finding.bound)
        finding.bound = 0
        while finding.isExhausted, left > 0 {
            var direct = KnapsackSearch(knapsack, below: below, width: effort.width, work: min(turn, left))
            let bound = direct.run()
            left -= direct.workDone
            finding.bound = max(finding.bound, bound)
            finding.isExhausted = direct.isExhausted
            if let choice = direct.choice {
                finding.solution = solution(objective, knapsack.origins(of: choice))
                below = direct.best
            }
            if direct.isExhausted, left > 0 {
                turnAround(objective, &below, &finding, width: effort.width, work: &left, turn)
            }
            finding.solution?.certificate = LagrangianCertificate(direct.root)
            turn = turn > .max / 4 ? .max : turn * 4
        }
        if !finding.isExhausted { finding.bound = below }
        finding.solution?.lowerBound = min(finding.bound, below)
        return finding
    }

    /// One turn from the other side, where something is limited.
    private func turnAround(
        _ objective: BitWidthObjective, _ below: inout Int, _ finding: inout Finding, width: Int, work: inout Int,
        _ turn: Int
    ) {
        let (first, second) = objective.limited
        let limited = problem.limit(on: first) == nil ? second : first
        guard let limit = problem.limit(on: limited) else { return }
        let knapsack = knapsack(limited, limiting: objective, to: below - 1)
        var search = KnapsackSearch(
            knapsack, below: min(limit, knapsack.mostCost) + 1, width: width, work: min(turn, work))
        _ = search.run()
        work -= search.workDone
        if let choice = search.choice {
            let better = solution(objective, knapsack.origins(of: choice))
            below = better.value
            finding.solution = better
        } else {
            finding.isExhausted = search.isExhausted
        }
    }

    private func solution(_ objective: BitWidthObjective, _ choice: [Int]) -> BitWidthSolution {
        let widths = widths(of: choice)
        guard let costs = problem.costs(of: widths) else {
            preconditionFailure("classes hold only bit widths of their problem")
        }
        return BitWidthSolution(
            widths: widths, costs: costs, objective: objective, lowerBound: 0,
            certificate: LagrangianCertificate((Multipliers(), -.infinity)))
    }

    /// The knapsack that minimises `objective` within the other limits. The maximum counts in memory.
    ///
    /// - Parameters:
    ///   - other: has the limit `limit` here, whatever that of the problem.
    private func knapsack(
        _ objective: BitWidthObjective, limiting other: BitWidthObjective? = nil, to limit: Int = 0
    ) -> ChoiceKnapsack {
        let (first, second) = objective.limited
        let classes = options.map { options in
            options.enumerated().map { origin, option in
                ChoiceKnapsack.Option(
                    cost: option.value(of: objective), first: option.value(of: first),
                    second: option.value(of: second), peak: option.peak, origin: origin)
            }
        }
        return ChoiceKnapsack(
            classes: classes, firstLimit: first == other ? limit : problem.limit(on: first),
            secondLimit: second == other ? limit : problem.limit(on: second),
            peakRole: objective == .memory ? .inCost : .inSecond)
    }
}

extension LagrangianCertificate {
    fileprivate init(_ root: (multipliers: Multipliers, bound: Double)) {
        self.init(firstPrice: root.multipliers.first, secondPrice: root.multipliers.second, bound: root.bound)
    }
}
