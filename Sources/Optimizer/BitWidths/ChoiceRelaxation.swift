/// A `ChoiceKnapsack` whose maximum is only known to lie in an interval of peaks: options above it are left out, and
/// the maximum counts as the least peak of the interval. Of some classes only a part may be admitted. Every choice
/// whose maximum lies in the interval is a choice here, and costs no less than it does here, so that the optimum of the
/// relaxation bounds that of the interval from below.
struct ChoiceRelaxation {
    /// Options of class i are those from `starts[i]` up to `starts[i + 1]`; each is the position in its class plus the
    /// start of its class in `options`.
    let starts: [Int]
    let options: [ChoiceKnapsack.Option]
    /// Position of each option in its class of the knapsack.
    let positions: [Int]
    let firstLimit: Int
    /// Less the least peak, where the maximum counts there.
    let secondLimit: Int
    /// What the maximum costs at least, where it counts in the cost.
    let peakCost: Int
    private let costs: [Double]
    private let firsts: [Double]
    private let seconds: [Double]

    var classCount: Int { starts.count - 1 }

    /// - Returns: `nil` where a class has no option admitted.
    init?(_ knapsack: ChoiceKnapsack, peaks: ClosedRange<Int>, _ restrictions: [ChoiceRestriction] = []) {
        var starts = [0]
        var options: [ChoiceKnapsack.Option] = []
        var positions: [Int] = []
        starts.reserveCapacity(knapsack.classes.count + 1)
        for (index, candidates) in knapsack.classes.enumerated() {
            let own = restrictions.filter { $0.index == index }
            let admitted = candidates.prefix { $0.peak <= peaks.upperBound }
            for (position, option) in admitted.enumerated() where own.allSatisfy({ $0.admits(option) }) {
                if own.isEmpty, admitted.dominates(position, below: peaks.lowerBound) { continue }
                options.append(option)
                positions.append(position)
            }
            guard options.count > starts.last ?? 0 else { return nil }
            starts.append(options.count)
        }
        self.starts = starts
        self.options = options
        self.positions = positions
        firstLimit = knapsack.firstLimit
        switch knapsack.peakRole {
        case .inCost: (secondLimit, peakCost) = (knapsack.secondLimit, peaks.lowerBound)
        case .inSecond: (secondLimit, peakCost) = (knapsack.secondLimit - peaks.lowerBound, 0)
        }
        costs = options.map { Double($0.cost) }
        firsts = options.map { Double($0.first) }
        seconds = options.map { Double($0.second) }
    }
}

extension ArraySlice<ChoiceKnapsack.Option> {
    /// Whether an option of no greater peak, all peaks below `least` being alike, is no greater in the rest; of equals
    /// the first remains.
    fileprivate func dominates(_ position: Int, below least: Int) -> Bool {
        let option = self[position]
        // Options come in order of peak, and none dominates another by its own peak.
        guard option.peak <= least else { return false }
        for (other, rival) in enumerated() {
            if rival.peak > least { return false }
            let isNoGreater =
                rival.cost <= option.cost && rival.first <= option.first && rival.second <= option.second
            if isNoGreater, other != position, other < position || !isSame(rival, option) { return true }
        }
        return false
    }

    private func isSame(_ a: Element, _ b: Element) -> Bool {
        a.cost == b.cost && a.first == b.first && a.second == b.second
    }
}

/// Prices of the two limited sums, in units of cost: Lagrangian multipliers.
struct Multipliers: Hashable, Sendable {
    var first = 0.0
    var second = 0.0
}

/// What minimises the Lagrangian at certain multipliers.
struct LagrangianPoint {
    var multipliers: Multipliers
    /// The Lagrangian bound: Σ min (cost + λ · first + μ · second) - λ · firstLimit - μ · secondLimit + peakCost,
    /// lowered by what rounding may have added, so that it is a lower bound in exact arithmetic, too.
    var bound: Double
    var cost: Int
    var first: Int
    var second: Int
}

extension ChoiceRelaxation {
    /// Minimises the Lagrangian, class by class, and leaves the options chosen in `choice`; of equals the first is
    /// chosen.
    ///
    /// The sum of n terms in floating point errs by at most a share n · 2^-53 of the sum of their magnitudes, and each
    /// term by three roundings (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd edition, section 4.2).
    ///
    /// - Complexity: linear in the number of options.
    func minimise(at multipliers: Multipliers, into choice: inout [Int]) -> LagrangianPoint {
        let (lambda, mu) = (multipliers.first, multipliers.second)
        var sum = 0.0
        var point = LagrangianPoint(multipliers: multipliers, bound: 0, cost: peakCost, first: 0, second: 0)
        starts.withUnsafeBufferPointer { starts in
            costs.withUnsafeBufferPointer { costs in
                firsts.withUnsafeBufferPointer { firsts in
                    seconds.withUnsafeBufferPointer { seconds in
                        for index in 0..<choice.count {
                            var least = Double.infinity
                            var best = starts[index]
                            for option in starts[index]..<starts[index + 1] {
                                let value = costs[option] + lambda * firsts[option] + mu * seconds[option]
                                if value < least { (least, best) = (value, option) }
                            }
                            sum += least
                            choice[index] = best
                        }
                    }
                }
            }
        }
        for option in choice {
            point.cost += options[option].cost
            point.first += options[option].first
            point.second += options[option].second
        }
        let limits = lambda * Double(firstLimit) + mu * Double(secondLimit)
        let magnitude = sum + abs(limits) + Double(peakCost)
        point.bound = sum - limits + Double(peakCost) - slack(magnitude)
        return point
    }

    /// The same, with the choice.
    func minimum(at multipliers: Multipliers) -> (point: LagrangianPoint, choice: [Int]) {
        var choice = [Int](repeating: 0, count: classCount)
        let point = minimise(at: multipliers, into: &choice)
        return (point, choice)
    }

    /// What rounding may add to a sum of all classes and the limits, of these magnitudes.
    func slack(_ magnitude: Double) -> Double { magnitude * Double(classCount + 8) * 0x1p-52 }

    /// The greatest sum of terms of the Lagrangian that any choice has.
    func magnitude(at multipliers: Multipliers) -> Double {
        var sum = abs(Double(peakCost)) + multipliers.first * abs(Double(firstLimit))
        sum += multipliers.second * abs(Double(secondLimit))
        for index in 0..<classCount {
            sum += (starts[index]..<starts[index + 1]).reduce(0) { most, option in
                max(most, costs[option] + multipliers.first * firsts[option] + multipliers.second * seconds[option])
            }
        }
        return sum
    }
}
