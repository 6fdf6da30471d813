/// Solves a `ChoiceKnapsack` by branch and bound.
///
/// A node admits an interval of the maximum, whose values can only be peaks of options, and of some classes only a
/// part. Its relaxation (`ChoiceRelaxation`) is bounded by its Lagrangian dual and, where that does not reach the best
/// cost known, solved by `CoreSearch` as long as the states are few. Then
///
/// - where the relaxed optimum keeps the limits with its true maximum, it is the optimum of the node;
/// - where it does not, a peak divides the interval so that neither part admits it again;
/// - where the states were too many, a class is divided: the one of which the dual's optimum mixes two options that lie
///   farthest apart (Dyer, Kayal, Walker, "A branch and bound algorithm for solving the multiple-choice knapsack
///   problem", Journal of Computational and Applied Mathematics 11, 1984). Neither part holds both, so the bound rises.
///
/// Nodes are taken in order of their bounds, so that the least bound of the open ones is that of the whole problem. The
/// states that a node may have grow with the number of nodes: in the end the search by states alone decides, however
/// the bounds lie.
struct KnapsackSearch {
    let knapsack: ChoiceKnapsack
    /// Distinct peaks that can be the maximum, ascending.
    let peaks: [Int]
    private(set) var nodes: [Node] = []
    private var nodesTaken = 0
    /// States that a node may have after a class, at first.
    private let width: Int
    /// Lagrangian minimisations and states that may still be made.
    private var work: Int
    private let workGiven: Int
    var workDone: Int { workGiven - work }
    /// The work ran out before the search was done.
    private(set) var isExhausted = false
    /// The least cost found, or the limit.
    private(set) var best: Int
    /// For each class the position of its option; `nil` until one is found.
    private(set) var choice: [Int]?
    /// What the first node's dual found: with its multipliers the bound can be computed again.
    private(set) var root: (multipliers: Multipliers, bound: Double) = (Multipliers(), -.infinity)

    struct Node {
        /// Positions in `peaks` of the interval's ends.
        var low: Int
        var high: Int
        var restrictions: [ChoiceRestriction] = []
        var bound: Double
    }

    /// - Parameters:
    ///   - limit: only choices of lower cost are sought.
    ///   - width: how many states a node may have after a class, at first; a matter of speed alone.
    ///   - work: Lagrangian minimisations and states that may be made.
    init(_ knapsack: ChoiceKnapsack, below limit: Int, width: Int, work: Int) {
        self.knapsack = knapsack
        self.width = width
        self.work = work
        workGiven = work
        best = limit
        let least = knapsack.classes.reduce(0) { max($0, $1.first?.peak ?? 0) }
        peaks = [least] + Set(knapsack.classes.lazy.flatMap { $0 }.map(\.peak)).filter { $0 > least }.sorted()
        add(Node(low: 0, high: peaks.count - 1, bound: -.infinity))
    }

    mutating func add(_ node: Node) { nodes.append(node) }

    /// - Returns: a lower bound on the cost of every choice below the limit: that of `choice` unless the work ran out.
    mutating func run() -> Int {
        while let node = takeNext() {
            if work > 0 { solve(node) } else { add(node) }
            if work <= 0, !nodes.isEmpty {
                isExhausted = true
                let least = min(nodes.lazy.map(\.bound).min() ?? .infinity, Double(best))
                return Int(max(least.rounded(.up), 0))
            }
        }
        return best
    }

    /// The open node of least bound; of equals the one added first. Those that cannot improve are dropped.
    private mutating func takeNext() -> Node? {
        nodes.removeAll { $0.bound > Double(best - 1) }
        guard let next = nodes.indices.min(by: { (nodes[$0].bound, $0) < (nodes[$1].bound, $1) }) else { return nil }
        return nodes.remove(at: next)
    }

    private mutating func solve(_ node: Node) {
        let interval = peaks[node.low]...peaks[node.high]
        guard let relaxation = ChoiceRelaxation(knapsack, peaks: interval, node.restrictions) else { return }
        let point = dualPoint(of: relaxation)
        if nodesTaken == 0 { root = (point.multipliers, point.bound) }
        nodesTaken += 1
        var node = node
        node.bound = max(node.bound, point.bound)
        guard node.bound <= Double(best - 1) else { return }
        let base = relaxation.minimum(at: point.multipliers)
        if let divisor = divisor(of: base.choice.map { relaxation.positions[$0] }, node) {
            divide(node, at: divisor)
        } else {
            search(relaxation, from: base, node)
        }
    }

    /// The best multipliers; keeps the best choice met on the way.
    private mutating func dualPoint(of relaxation: ChoiceRelaxation) -> LagrangianPoint {
        let knapsack = knapsack
        var found: (cost: Int, choice: [Int]?) = (best, nil)
        var dual = LagrangianDual(relaxation, target: Double(best - 1)) { point, options in
            guard point.cost < found.cost else { return }
            let positions = options.map { relaxation.positions[$0] }
            guard let cost = knapsack.admittedCost(of: positions), cost < found.cost else { return }
            found = (cost, positions)
        }
        dual.maximise()
        work -= dual.steps
        if let positions = found.choice { (best, choice) = (found.cost, positions) }
        return dual.best
    }

    private mutating func search(
        _ relaxation: ChoiceRelaxation, from base: (point: LagrangianPoint, choice: [Int]), _ node: Node
    ) {
        var core = CoreSearch(relaxation, base: base.choice, at: base.point)
        var relaxed = search(&core, relaxation, width: width + width * nodesTaken / 40, goesOn: false)
        if !core.isComplete, nodesTaken == 1 {
            // A good choice to begin with makes all later searches shorter.
            relaxed = search(&core, relaxation, width: max(1, width / 8), goesOn: true) ?? relaxed
        }
        if work <= 0, !core.isComplete {
            add(node)
        } else if !core.isComplete {
            branch(node, relaxation, base.choice, base.point.multipliers)
        } else if let relaxed, relaxed.cost < best, let divisor = divisor(of: relaxed.positions, node) {
            var node = node
            node.bound = max(node.bound, Double(relaxed.cost))
            divide(node, at: divisor)
        }
    }

    /// - Returns: the cheapest choice of the relaxation that was found, where it is cheaper than the best known.
    private mutating func search(
        _ core: inout CoreSearch, _ relaxation: ChoiceRelaxation, width: Int, goesOn: Bool
    ) -> (cost: Int, positions: [Int])? {
        var relaxed: (cost: Int, positions: [Int])?
        core.run(below: best, width: width, goesOn: goesOn, work: &work) { options, cost in
            let positions = options.map { relaxation.positions[$0] }
            relaxed = (cost, positions)
            guard let admitted = knapsack.admittedCost(of: positions), admitted < best else { return }
            (best, choice) = (admitted, positions)
        }
        return relaxed
    }
}
