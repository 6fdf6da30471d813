extension BitWidthSolution {
    /// Checks this solution against the problem alone: costs and limits from their definition, and the certificate by
    /// weak duality, which needs no search.
    ///
    /// - Returns: what does not hold; `nil` where everything does.
    /// - Complexity: linear in the number of options.
    public func contradiction(in problem: BitWidthProblem) -> String? {
        guard let costs = problem.costs(of: widths) else { return "the bit widths are not of this problem" }
        if costs != self.costs { return "the bit widths cost \(costs), not \(self.costs)" }
        if !problem.admits(costs) { return "the costs \(costs) exceed the limits \(problem.limits)" }
        if lowerBound > value { return "the lower bound \(lowerBound) is above the value \(value)" }
        if certificate.bound > Double(lowerBound) {
            return "the lower bound \(lowerBound) is below what the certificate proves, \(certificate.bound)"
        }
        guard let proved = certificate.provedBound(in: problem, objective) else {
            return "the certificate puts a negative price, or one on what is not limited"
        }
        if certificate.bound > proved { return "the prices prove \(proved) only, not \(certificate.bound)" }
        return nil
    }
}

extension LagrangianCertificate {
    /// The Lagrangian bound at these prices, straight from the definition.
    fileprivate func provedBound(in problem: BitWidthProblem, _ objective: BitWidthObjective) -> Double? {
        let (first, second) = objective.limited
        let (firstLimit, secondLimit) = (problem.limit(on: first), problem.limit(on: second))
        guard firstPrice >= 0, secondPrice >= 0, firstPrice == 0 || firstLimit != nil,
            secondPrice == 0 || secondLimit != nil
        else { return nil }
        var bound = -firstPrice * Double(firstLimit ?? 0) - secondPrice * Double(secondLimit ?? 0)
        var peak = 0
        for options in BitWidthClasses(problem).options {
            let prices = options.map { option in
                Double(option.value(of: objective)) + firstPrice * Double(option.value(of: first))
                    + secondPrice * Double(option.value(of: second))
            }
            bound += prices.min() ?? 0
            peak = max(peak, options.map(\.peak).min() ?? 0)
        }
        let peakPrice = objective == .memory ? 1 : secondPrice
        return bound + peakPrice * Double(peak)
    }
}
