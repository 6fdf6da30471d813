public import Model

/// A Markov-modulated process: at each step one of a few levels, each with a mean and a spread of some quantities, and
/// chances to go on to each level (Fischer, Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook",
/// Performance Evaluation 18(2), 1993, for the idea; here the modulated things are rates, round trips and load).
public struct MarkovLevels: Hashable, Sendable {
    /// Uniform within `spread` times the mean on both sides.
    public struct Spread: Hashable, Sendable {
        /// bit/s, seconds, a share or busy processes.
        public var mean: Double
        /// A share of the mean, 0…1.
        public var spread: Double

        public init(mean: Double, spread: Double) {
            self.mean = mean
            self.spread = spread
        }
    }

    public let quantities: [TraceQuantity]
    /// Of each level, of each quantity.
    public let levels: [[Spread]]
    /// Chances from level to level in a step; rows add up to one.
    public let transitions: [[Double]]

    /// - Returns: `nil` unless there is a level, means are not negative, spreads are shares, and each level has a row
    ///   of chances that add up to one within 1e-9.
    public init?(quantities: [TraceQuantity], levels: [[Spread]], transitions: [[Double]]) {
        guard !levels.isEmpty, transitions.count == levels.count,
            levels.allSatisfy({ level in
                level.count == quantities.count && level.allSatisfy { $0.mean >= 0 && 0...1 ~= $0.spread }
            }),
            transitions.allSatisfy({ row in
                row.count == levels.count && row.allSatisfy { $0 >= 0 } && abs(row.reduce(0, +) - 1) < 1e-9
            })
        else { return nil }
        self.quantities = quantities
        self.levels = levels
        self.transitions = transitions
    }

    /// Levels that last a mean time each, geometrically distributed, and are followed by any other alike.
    ///
    /// - Parameter stays: the mean time in each level, at least a step.
    public init?(quantities: [TraceQuantity], levels: [[Spread]], stays: [Nanoseconds], step: Nanoseconds) {
        guard stays.count == levels.count, step > .zero, stays.allSatisfy({ $0 >= step }) else { return nil }
        let rows = stays.indices.map { from in
            stays.indices.map { to in
                if stays.count == 1 { return 1.0 }
                let leaves = Double(step.count) / Double(stays[from].count)
                return from == to ? 1 - leaves : leaves / Double(stays.count - 1)
            }
        }
        self.init(quantities: quantities, levels: levels, transitions: rows)
    }

    /// The share of steps in each level in the long run, by elimination without subtractions (Grassmann, Taksar,
    /// Heyman, "Regenerative analysis and steady state distributions for Markov chains", Operations Research 33(5),
    /// 1985). Even shares where not every level is reached from every other.
    ///
    /// - Complexity: O(levels³).
    package var longRun: [Double] {
        var chances = transitions
        for last in stride(from: levels.count - 1, to: 0, by: -1) {
            let leaves = chances[last][..<last].reduce(0, +)
            guard leaves > 0 else { return levels.map { _ in 1 / Double(levels.count) } }
            for from in 0..<last {
                chances[from][last] /= leaves
                for to in 0..<last { chances[from][to] += chances[from][last] * chances[last][to] }
            }
        }
        var shares = [1.0]
        for level in 1..<max(levels.count, 1) {
            shares.append(shares.indices.reduce(0) { $0 + shares[$1] * chances[$1][level] })
        }
        let sum = shares.reduce(0, +)
        return shares.map { $0 / sum }
    }

    /// Index drawn by chances that add up to one.
    static func draw(_ chances: [Double], _ random: inout SeededGenerator) -> Int {
        var left = random.nextUnit()
        for (index, chance) in chances.enumerated() {
            left -= chance
            if left < 0 { return index }
        }
        return chances.lastIndex { $0 > 0 } ?? 0
    }

    /// Sets the quantities of a state as a level has them.
    func draw(level: Int, into state: inout Trace.State, _ random: inout SeededGenerator) {
        for (quantity, spread) in zip(quantities, levels[level]) {
            state[quantity] = spread.mean * (1 + spread.spread * (2 * random.nextUnit() - 1))
        }
    }
}
