/// Solves a `ChoiceKnapsack` by branch and bound over intervals of the maximum.
///
/// Only peaks of options can be the maximum. A node is an interval of them. Its relaxation (`ChoiceRelaxation`) is bounded by
/// its Lagrangian dual and, where that does not reach the best cost known, solved by `CoreSearch`. Where the relaxed optimum
/// keeps the limits with its true maximum, it is the optimum of the node. Otherwise a peak divides the interval so that
/// neither part admits that choice again: the lower part lacks an option of it, in the upper the maximum counts for more.
/// Nodes are taken in order of their bounds.
struct PeakSearch {
    private let knapsack: ChoiceKnapsack
    /// Distinct, ascending.
    private let peaks: [Int]
    private var nodes: [Node] = []
    /// Work left.
    private var work: Int
    /// The work ran out before the search was done.
    private(set) var isExhausted = false
    /// The least cost found, or the limit.
    private(set) var best: Int
    /// For each class the position of its option; `nil` until one is found.
    private(set) var choice: [Int]?
    /// Those of the first node: with them the bound of the whole problem can be computed again.
    private(set) var rootMultipliers = Multipliers()
    private(set) var rootBound = -Double.infinity

    private struct Node {
        /// Positions in `peaks`.
        var low: Int
        var high: Int
        var bound: Double
    }

    /// Widths tried in turn: a narrow search finds a good choice soon, with which the wide one drops more.
    private static let widths = [200, 5_000, Int.max]

    /// - Parameters:
    ///   - limit: only choices of lower cost are sought.
    ///   - work: states that may be made.
    init(_ knapsack: ChoiceKnapsack, below limit: Int, work: Int) {
        self.knapsack = knapsack
        self.work = work
        best = limit
        let least = knapsack.classes.reduce(0) { max($0, $1.first?.peak ?? 0) }
        peaks = [least] + Set(knapsack.classes.lazy.flatMap { $0 }.map(\.peak)).filter { $0 > least }.sorted()
    }
}

extension PeakSearch {
    /// - Returns: a lower bound on the cost of every choice below the limit: the cost of `choice` unless the work ran out.
    mutating func run() -> Int {
        nodes = [Node(low: 0, high: peaks.count - 1, bound: -Double.infinity)]
        var isRoot = true
        while let node = takeNext() {
            if work <= 0 || !solve(node, isRoot: isRoot) {
                isExhausted = true
                return bound(with: node)
            }
            isRoot = false
        }
        return best
    }

    private func bound(with node: Node) -> Int {
        let least = min(node.bound, nodes.lazy.map(\.bound).min() ?? .infinity, Double(best))
        return Int(max(least.rounded(.up), 0))
    }

    /// The open node of least bound; of equals the one added first. Those that cannot improve are dropped.
    private mutating func takeNext() -> Node? {
        nodes.removeAll { $0.bound > Double(best - 1) }
        guard let next = nodes.indices.min(by: { (nodes[$0].bound, $0) < (nodes[$1].bound, $1) }) else { return nil }
        return nodes.remove(at: next)
    }

    /// - Returns: `false` where the work ran out.
    private mutating func solve(_ node: Node, isRoot: Bool) -> Bool {
        let interval = peaks[node.low]...peaks[node.high]
        guard let relaxation = ChoiceRelaxation(knapsack, peaks: interval) else { return true }
        var found: (best: Int, choice: [Int]?) = (best, choice)
        let knapsack = knapsack
        var dual = LagrangianDual(relaxation, target: Double(best - 1)) { point, options in
            guard point.cost < found.best else { return }
            let positions = options.map { relaxation.positions[$0] }
            guard let cost = knapsack.admittedCost(of: positions), cost < found.best else { return }
            found = (cost, positions)
        }
        dual.maximise()
        (best, choice) = found
        work -= dual.steps
        if isRoot { (rootMultipliers, rootBound) = (dual.best.multipliers, dual.best.bound) }
        let bound = max(node.bound, dual.best.bound)
        guard bound <= Double(best - 1) else { return true }
        return search(relaxation, at: dual.best, Node(low: node.low, high: node.high, bound: bound))
    }

    private mutating func search(_ relaxation: ChoiceRelaxation, at point: LagrangianPoint, _ node: Node) -> Bool {
        var base = [Int](repeating: 0, count: relaxation.classCount)
        let basePoint = relaxation.minimise(at: point.multipliers, into: &base)
        if let divisor = divisor(of: base.map { relaxation.positions[$0] }, node) {
            divide(node, at: divisor, bound: node.bound)
            return true
        }
        var relaxed: (cost: Int, positions: [Int])?
        for width in Self.widths {
            var search = CoreSearch(relaxation, base: base, at: basePoint, width: width, work: work)
            let limit = min(best, relaxed?.cost ?? best)
            _ = search.run(below: limit) { options, cost in
                let positions = options.map { relaxation.positions[$0] }
                relaxed = (cost, positions)
                guard let admitted = knapsack.admittedCost(of: positions), admitted < best else { return }
                (best, choice) = (admitted, positions)
            }
            work = search.work
            if search.isComplete { break }
            if work <= 0 {
                nodes.append(node)
                return false
            }
        }
        if let relaxed, relaxed.cost < best, let divisor = divisor(of: relaxed.positions, node) {
            divide(node, at: divisor, bound: max(node.bound, Double(relaxed.cost)))
        }
        return true
    }

    /// A peak that divides the node so that neither part admits this choice, as low as its own; `nil` where the choice costs
    /// in truth what it costs in the node.
    private func divisor(of positions: [Int], _ node: Node) -> Int? {
        let own = knapsack.peak(of: positions)
        guard own > peaks[node.low] else { return nil }
        var least = peaks[node.low]
        if knapsack.peakRole == .inSecond {
            let spare = knapsack.secondLimit - knapsack.second(of: positions)
            if own <= spare { return nil }
            least = max(least, spare)
        }
        let candidates = (node.low + 1...node.high).filter { peaks[$0] > least && peaks[$0] <= own }
        return candidates[candidates.count / 2]
    }

    private mutating func divide(_ node: Node, at divisor: Int, bound: Double) {
        nodes.append(Node(low: node.low, high: divisor - 1, bound: bound))
        nodes.append(Node(low: divisor, high: node.high, bound: bound))
    }
}

extension ChoiceKnapsack {
    func peak(of choice: [Int]) -> Int { zip(classes, choice).reduce(0) { max($0, $1.0[$1.1].peak) } }

    func second(of choice: [Int]) -> Int { zip(classes, choice).reduce(0) { $0 + $1.0[$1.1].second } }

    /// The cost of a choice that keeps both limits; else `nil`.
    func admittedCost(of choice: [Int]) -> Int? {
        let first = zip(classes, choice).reduce(0) { $0 + $1.0[$1.1].first }
        let second = second(of: choice) + (peakRole == .inSecond ? peak(of: choice) : 0)
        return first <= firstLimit && second <= secondLimit ? cost(of: choice) : nil
    }
}
