extension KnapsackSearch {
    /// Position of a peak that divides the node so that neither part admits this choice, or at its cost; `nil` where
    /// the choice costs in truth what it costs in the node.
    ///
    /// Any peak up to the choice's own will do for the lower part, which then lacks an option of it. In the upper part
    /// the maximum counts at least as that peak: enough where that breaks the limit.
    func divisor(of positions: [Int], _ node: Node) -> Int? {
        let own = knapsack.peak(of: positions)
        var least = peaks[node.low]
        guard own > least else { return nil }
        if knapsack.peakRole == .inSecond {
            let spare = knapsack.secondLimit - knapsack.second(of: positions)
            if own <= spare { return nil }
            least = max(least, spare)
        }
        let candidates = (node.low + 1...node.high).filter { peaks[$0] > least && peaks[$0] <= own }
        return candidates[candidates.count / 2]
    }

    mutating func divide(_ node: Node, at divisor: Int) {
        var (lower, upper) = (node, node)
        lower.high = divisor - 1
        upper.low = divisor
        add(lower)
        add(upper)
    }

    /// Divides the node by a class, at a threshold between the base's option and the one that `distance` ranks highest.
    ///
    /// - Precondition: a class has two options that differ in a limited sum. That is so where a search has many states.
    mutating func branch(_ node: Node, _ relaxation: ChoiceRelaxation, _ base: [Int], _ prices: Multipliers) {
        var farthest: (distance: Double, index: Int, option: Int)?
        for index in 0..<relaxation.classCount {
            for option in relaxation.starts[index]..<relaxation.starts[index + 1] where option != base[index] {
                let distance = relaxation.distance(base[index], option, prices)
                if distance > farthest?.distance ?? -.infinity { farthest = (distance, index, option) }
            }
        }
        guard let farthest else { preconditionFailure("many states come of many options") }
        let (lower, upper) = ChoiceRestriction.between(
            relaxation.options[base[farthest.index]], relaxation.options[farthest.option], prices, of: farthest.index)
        for restriction in [lower, upper] {
            var part = node
            part.restrictions.append(restriction)
            add(part)
        }
    }
}

extension ChoiceRelaxation {
    /// How far an option lies from the base's in what is limited, as priced; less where it is unlikely that the dual's
    /// optimum mixes them: mixed are options of no reduced cost.
    fileprivate func distance(_ base: Int, _ option: Int, _ prices: Multipliers) -> Double {
        let (own, other) = (options[base], options[option])
        if own.first == other.first, own.second == other.second { return -.infinity }
        let first = prices.first * Double(other.first - own.first)
        let second = prices.second * Double(other.second - own.second)
        let reduced = Double(other.cost - own.cost) + first + second
        return max(abs(first), abs(second)) - 20 * reduced
    }
}

/// Leaves of a class only the options on one side of a threshold.
struct ChoiceRestriction {
    /// Of the class.
    var index: Int
    /// The sum of which options are told apart: the second, or the first.
    var isSecond: Bool
    var threshold: Int
    var isAbove: Bool

    func admits(_ option: ChoiceKnapsack.Option) -> Bool {
        ((isSecond ? option.second : option.first) > threshold) == isAbove
    }

    /// The two sides of a threshold half-way between two options, in the sum in which they lie farther apart as priced.
    fileprivate static func between(
        _ a: ChoiceKnapsack.Option, _ b: ChoiceKnapsack.Option, _ prices: Multipliers, of index: Int
    ) -> (lower: Self, upper: Self) {
        let first = prices.first * abs(Double(a.first - b.first))
        let second = prices.second * abs(Double(a.second - b.second))
        let isSecond = a.first == b.first || (a.second != b.second && second > first)
        let (low, high) = isSecond ? (a.second, b.second) : (a.first, b.first)
        let lower = Self(
            index: index, isSecond: isSecond, threshold: min(low, high) + abs(high - low) / 2, isAbove: false)
        var upper = lower
        upper.isAbove = true
        return (lower, upper)
    }
}
