public import Model

/// The two best plans of a set.
public struct Ranking: Hashable, Sendable {
    /// Position in `PlanSet.plans`.
    public var best: Int
    /// The objective of the best plan, in seconds.
    public var value: Double
    /// Position in `PlanSet.plans`; `nil` where no other plan was admitted.
    public var runnerUp: Int?
    /// The objective of the runner-up, in seconds.
    public var runnerUpValue: Double?

    public init(best: Int, value: Double, runnerUp: Int?, runnerUpValue: Double?) {
        self.best = best
        self.value = value
        self.runnerUp = runnerUp
        self.runnerUpValue = runnerUpValue
    }
}

extension PlanSet {
    /// The plan of least `objective` under certain conditions. Of equals the first in the set is best; an infinite value
    /// loses to any finite one.
    ///
    /// - Parameter isAdmitted: which plans may win; all where `nil`.
    /// - Returns: `nil` where no plan is admitted.
    /// - Complexity: linear in the number of plans, without allocation where the objective has no exchange rates.
    public func best(
        under conditions: Conditions, objective: Objective = .mean, workload: Workload = .isolated,
        among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Ranking? {
        Contest(self, objective, workload).ranking(at: Prices(conditions), among: isAdmitted)
    }

    /// The plan of least `objective` over a whole window: each sample's value counts, with its overload. Of equals the
    /// first in the set is best; an infinite value loses to any finite one.
    ///
    /// - Returns: `nil` where no plan is admitted.
    /// - Complexity: for the mean latency without overload O(samples + plans), else O(samples · plans), less what is given up
    ///   early; without allocation for up to 256 samples and no exchange rates.
    public func best(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated,
        among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Ranking? {
        let contest = Contest(self, objective, workload)
        if contest.isLinear(over: window) {
            return contest.ranking(at: Prices(meanOf: window), among: isAdmitted)
        }
        return WindowScorer.with(window, contest) { scorer in
            var podium = Podium()
            // Those that lead at the mean prices go first: with a good podium the others are soon given up.
            let leaders = contest.podium(at: scorer.meanPrices, among: isAdmitted)
            leaders.forEach { index in
                let score = scorer.score(contest.columns[index])
                podium.offer(index, score)
                if index == leaders.best { scorer.bringForward(from: score) }
            }
            plans.indices.forEachCoarseToFine { index in
                if leaders.isOnPodium(index) { return }
                if let isAdmitted, !isAdmitted(plans[index]) { return }
                guard let score = scorer.score(contest.columns[index], below: podium.limit(for: index)) else { return }
                podium.offer(index, score)
            }
            return podium.ranking(unit: scorer.unit)
        }
    }

    /// The `objective` of one of the set's plans over a window, in seconds: the value by which `best(for:)` ranks it.
    ///
    /// - Precondition: the set has a plan of that id.
    public func value(
        of plan: Plan, for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated
    ) -> Double {
        let contest = Contest(self, objective, workload)
        let costs = contest.columns[position(of: plan)]
        if contest.isLinear(over: window) { return contest.charge(costs, Prices(meanOf: window)) / 1e9 }
        return WindowScorer.with(window, contest) { $0.score(costs) / $0.unit }
    }
}

extension PlanSet {
    /// The `objective` of every plan over a window, in seconds, in the order of the set: the values that `best(for:)` ranks by.
    ///
    /// - Parameter values: takes them; its memory is used again.
    /// - Complexity: O(samples · plans); O(samples + plans) for the mean latency without overload.
    public func values(
        for window: ConditionsWindow, objective: Objective, workload: Workload = .isolated, into values: inout [Double]
    ) {
        let contest = Contest(self, objective, workload)
        values.removeAll(keepingCapacity: true)
        if contest.isLinear(over: window) {
            let prices = Prices(meanOf: window)
            for plan in plans.indices { values.append(contest.charge(contest.columns[plan], prices) / 1e9) }
        } else {
            WindowScorer.with(window, contest) { scorer in
                for plan in plans.indices { values.append(scorer.score(contest.columns[plan]) / scorer.unit) }
            }
        }
    }
}

extension Range<Int> {
    /// The first element, the one in the middle, those at the quarters, and so on. Of plans ordered by their costs the best is
    /// approached in few steps so, where in their order each could be a little better than the one before.
    @inline(__always)
    fileprivate func forEachCoarseToFine(_ body: (Int) -> Void) {
        guard !isEmpty else { return }
        body(lowerBound)
        var step = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
        while step > 0 {
            for offset in stride(from: step, to: count, by: 2 * step) { body(lowerBound + offset) }
            step /= 2
        }
    }
}
