/// Finds the cheapest choice of a relaxation below a given cost, or proves that there is none.
///
/// Dynamic programming over the classes with lists of undominated states (Nemhauser and Ullmann, "Discrete dynamic
/// programming and capital allocation", Management Science 15(9), 1969), begun with the core, the classes most likely
/// to depart from the Lagrangian solution (Pisinger, "A minimal algorithm for the multiple-choice knapsack problem",
/// European Journal of Operational Research 83, 1995). A state says by how much the classes so far depart from that
/// solution in cost and in the two sums; the rest are as it has them. A state is dropped where
///
/// - the Lagrangian bound plus the reduced costs of its departures, and of those that it still needs, reaches the best
///   cost known: one departure more, since with none it is a choice already seen, and where it exceeds a limit, or a
///   cheaper choice is known, enough of them at the best rate that the rest offer,
/// - no choice of the rest can keep a limit, or
/// - another state is no greater in all three. What can no longer exceed a limit, whatever the rest choose, counts as
///   alike.
///
/// Each drops only states that cannot lead to a better choice, so what is left when all classes are done is the
/// optimum.
struct CoreSearch {
    let relaxation: ChoiceRelaxation
    /// The Lagrangian solution: an option for each class.
    let base: [Int]
    let basePoint: LagrangianPoint
    /// Whether the last run proved what it found to be the optimum.
    private(set) var isComplete = false
    private var stages: [Stage] = []
    private let firstRoom: Int
    private let secondRoom: Int
    /// What rounding may add to the bound of a state.
    private let slack: Double
    private var history: [[Step]] = []

    /// A class, with its options by ascending reduced cost; the first is the base.
    private struct Stage {
        var index: Int
        var moves: [Move]
        /// Of this class and those after it.
        var rest = Rest()
    }

    /// What several classes can still do.
    private struct Rest {
        /// What they add at least and at most.
        var leastFirst = 0
        var mostFirst = 0
        var leastSecond = 0
        var mostSecond = 0
        /// The least reduced cost of a move.
        var leastReduced = Double.infinity
        /// The least reduced cost for one unit less of each.
        var costRate = Double.infinity
        var firstRate = Double.infinity
        var secondRate = Double.infinity

        mutating func add(_ moves: [Move]) {
            leastFirst += moves.lazy.map(\.first).min() ?? 0
            mostFirst += moves.lazy.map(\.first).max() ?? 0
            leastSecond += moves.lazy.map(\.second).min() ?? 0
            mostSecond += moves.lazy.map(\.second).max() ?? 0
            for move in moves.dropFirst() {
                leastReduced = min(leastReduced, move.reduced)
                if move.cost < 0 { costRate = min(costRate, move.reduced / Double(-move.cost)) }
                if move.first < 0 { firstRate = min(firstRate, move.reduced / Double(-move.first)) }
                if move.second < 0 { secondRate = min(secondRate, move.reduced / Double(-move.second)) }
            }
        }

        /// The least reduced cost of one move or more that take away what is in excess; of all three at once it is at
        /// least the greatest.
        @inline(__always)
        func reduced(cost: Int, first: Int, second: Int) -> Double {
            var least = leastReduced
            if cost > 0 { least = max(least, costRate * Double(cost)) }
            if first > 0 { least = max(least, firstRate * Double(first)) }
            if second > 0 { least = max(least, secondRate * Double(second)) }
            return least
        }
    }

    private struct Move {
        var option: Int
        var reduced: Double
        var cost: Int
        var first: Int
        var second: Int
    }

    private struct State {
        var cost: Int
        var first: Int
        var second: Int
        var reduced: Double
        var step: Step
    }

    private struct Step {
        var parent: Int32
        var option: Int32
    }

    init(_ relaxation: ChoiceRelaxation, base: [Int], at point: LagrangianPoint) {
        self.relaxation = relaxation
        self.base = base
        basePoint = point
        firstRoom = relaxation.firstLimit - point.first
        secondRoom = relaxation.secondLimit - point.second
        slack = relaxation.slack(2 * relaxation.magnitude(at: point.multipliers))
    }

    /// - Parameters:
    ///   - limit: only cheaper choices are sought.
    ///   - width: the most states kept after a class; where there are more, the search is not complete.
    ///   - goesOn: whether it then goes on with the states of least bound, to find good choices, or ends.
    ///   - work: states that may be made; those made are taken off.
    ///   - accept: is told of each choice cheaper than all before, an option for each class.
    mutating func run(
        below limit: Int, width: Int, goesOn: Bool, work: inout Int, accept: ([Int], Int) -> Void
    ) {
        var best = limit
        if firstRoom >= 0, secondRoom >= 0, basePoint.cost < best {
            best = basePoint.cost
            accept(base, best)
        }
        plan(below: best)
        isComplete = true
        var states = [State(cost: 0, first: 0, second: 0, reduced: 0, step: Step(parent: 0, option: 0))]
        for number in stages.indices where !states.isEmpty {
            var next = expand(states, number, &best, &work, accept)
            if next.count > width || work <= 0 { isComplete = false }
            if work <= 0 || (!isComplete && !goesOn) { return }
            if next.count > width { cut(&next, to: width) }
            history.append(next.map(\.step))
            states = next
        }
    }

    /// The reduced cost up to which a choice may be cheaper than `best`.
    private func room(below best: Int) -> Double {
        Double(best - 1) - basePoint.bound + slack
    }
}

extension CoreSearch {
    /// Leaves out moves whose reduced cost is beyond the room (reduced-cost fixing) and classes without any; orders the
    /// rest by their least reduced cost.
    private mutating func plan(below best: Int) {
        let room = room(below: best)
        stages = []
        history = []
        for index in 0..<relaxation.classCount {
            let moves = self.moves(of: index, within: room)
            if moves.count > 1 { stages.append(Stage(index: index, moves: moves)) }
        }
        stages.sort { ($0.moves[1].reduced, $0.index) < ($1.moves[1].reduced, $1.index) }
        var rest = Rest()
        for number in stages.indices.reversed() {
            rest.add(stages[number].moves)
            stages[number].rest = rest
        }
    }

    private func moves(of index: Int, within room: Double) -> [Move] {
        let origin = relaxation.options[base[index]]
        let prices = basePoint.multipliers
        var moves = [Move(option: base[index], reduced: 0, cost: 0, first: 0, second: 0)]
        for option in relaxation.starts[index]..<relaxation.starts[index + 1] where option != base[index] {
            let candidate = relaxation.options[option]
            let cost = candidate.cost - origin.cost
            let first = candidate.first - origin.first
            let second = candidate.second - origin.second
            let reduced = max(0, Double(cost) + prices.first * Double(first) + prices.second * Double(second))
            if reduced <= room {
                moves.append(Move(option: option, reduced: reduced, cost: cost, first: first, second: second))
            }
        }
        moves[1...].sort { ($0.reduced, $0.option) < ($1.reduced, $1.option) }
        return moves
    }

    /// The states after one more class, ascending in cost, undominated.
    private func expand(
        _ states: [State], _ number: Int, _ best: inout Int, _ work: inout Int, _ accept: ([Int], Int) -> Void
    ) -> [State] {
        let stage = stages[number]
        let rest = number + 1 < stages.count ? stages[number + 1].rest : Rest()
        let firstFloor = firstRoom - rest.mostFirst
        let secondFloor = secondRoom - rest.mostSecond
        var merged: [State] = []
        for move in stage.moves {
            var room = room(below: best)
            if move.reduced > room { break }
            var shifted: [State] = []
            shifted.reserveCapacity(states.count)
            for (parent, state) in states.enumerated() {
                let reduced = state.reduced + move.reduced
                let first = state.first + move.first
                let second = state.second + move.second
                guard reduced <= room, first + rest.leastFirst <= firstRoom, second + rest.leastSecond <= secondRoom
                else { continue }
                work -= 1
                let cost = state.cost + move.cost
                let step = Step(parent: Int32(parent), option: Int32(move.option))
                if first <= firstRoom, second <= secondRoom, basePoint.cost + cost < best {
                    best = basePoint.cost + cost
                    room = self.room(below: best)
                    accept(choice(endingWith: step, at: number), best)
                }
                let needed = rest.reduced(
                    cost: basePoint.cost + cost - best + 1, first: first - firstRoom, second: second - secondRoom)
                if reduced + needed > room { continue }
                shifted.append(
                    State(
                        cost: cost, first: max(first, firstFloor), second: max(second, secondFloor), reduced: reduced,
                        step: step))
            }
            merged = merged.isEmpty ? shifted : Self.merge(merged, shifted)
        }
        return undominated(merged, within: room(below: best))
    }

    private static func merge(_ a: [State], _ b: [State]) -> [State] {
        [State](unsafeUninitializedCapacity: a.count + b.count) { buffer, count in
            var (i, j) = (0, 0)
            while i < a.count || j < b.count {
                let takesA = j == b.count || (i < a.count && a[i].cost <= b[j].cost)
                (buffer.baseAddress! + count).initialize(to: takesA ? a[i] : b[j])
                if takesA { i += 1 } else { j += 1 }
                count += 1
            }
        }
    }

    /// Sweeps the states in order of cost over a staircase of the sums: ascending in the first, descending in the
    /// second (Kung, Luccio, Preparata, "On finding the maxima of a set of vectors", Journal of the ACM 22(4), 1975).
    private func undominated(_ states: [State], within room: Double) -> [State] {
        var stairs: [(first: Int, second: Int)] = []
        var kept: [State] = []
        kept.reserveCapacity(states.count)
        for state in states where state.reduced <= room {
            var (low, high) = (0, stairs.count)
            while low < high {
                let middle = (low + high) / 2
                if stairs[middle].first <= state.first { low = middle + 1 } else { high = middle }
            }
            if low > 0, stairs[low - 1].second <= state.second { continue }
            var end = low
            while end < stairs.count, stairs[end].second >= state.second { end += 1 }
            let start = low > 0 && stairs[low - 1].first == state.first ? low - 1 : low
            stairs.replaceSubrange(
                start..<max(start, end), with: CollectionOfOne((first: state.first, second: state.second)))
            kept.append(state)
        }
        return kept
    }

    /// Keeps the `width` states of least bound, in their order.
    private func cut(_ states: inout [State], to width: Int) {
        let last = states.map(\.reduced).sorted()[width - 1]
        var ties = width - states.count { $0.reduced < last }
        states.removeAll { state in
            if state.reduced < last { return false }
            ties -= state.reduced == last ? 1 : 0
            return state.reduced > last || ties < 0
        }
    }

    private func choice(endingWith step: Step, at number: Int) -> [Int] {
        var choice = base
        var step = step
        var number = number
        while true {
            choice[stages[number].index] = Int(step.option)
            guard number > 0 else { return choice }
            number -= 1
            step = history[number][Int(step.parent)]
        }
    }
}
