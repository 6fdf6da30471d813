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
    /// The plan of least latency under certain conditions. Of equals the first in the set is best; an infinite latency
    /// loses to any finite one.
    ///
    /// - Parameter isAdmitted: which plans may win; all where `nil`.
    /// - Returns: `nil` where no plan is admitted.
    /// - Complexity: linear in the number of plans, without allocation.
    public func best(
        under conditions: Conditions, workload: Workload = .isolated, among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Ranking? {
        podium(at: Prices(conditions), Overload(workload), among: isAdmitted).ranking(unit: 1e9)
    }

    /// The plan of least `objective` over a whole window: each sample's latency counts, with its overload. Of equals the
    /// first in the set is best; an infinite value loses to any finite one.
    ///
    /// - Returns: `nil` where no plan is admitted.
    /// - Complexity: for the mean without overload O(samples + plans), else O(samples · plans), less what is given up early;
    ///   without allocation for up to 256 samples, with one block of memory for more.
    public func best(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated,
        among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Ranking? {
        let overload = Overload(workload)
        if window.isLinear(objective, overload) {
            return podium(at: Prices(meanOf: window), overload, among: isAdmitted).ranking(unit: 1e9)
        }
        return WindowScorer.with(window, objective, overload) { scorer in
            var podium = Podium()
            // Those that lead at the mean prices go first: with a good podium the others are soon given up.
            let leaders = self.podium(at: scorer.meanPrices, overload, among: isAdmitted)
            leaders.forEach { index in
                let score = scorer.score(columns[index])
                podium.offer(index, score)
                if index == leaders.best { scorer.bringForward(from: score) }
            }
            plans.indices.forEachCoarseToFine { index in
                if leaders.isOnPodium(index) { return }
                if let isAdmitted, !isAdmitted(plans[index]) { return }
                guard let score = scorer.score(columns[index], below: podium.limit(for: index)) else { return }
                podium.offer(index, score)
            }
            return podium.ranking(unit: scorer.unit)
        }
    }

    /// The best two at some prices, by latency with its overload.
    private func podium(
        at prices: Prices, _ overload: Overload, among isAdmitted: ((Plan) -> Bool)?
    ) -> Podium {
        let scan = PlanScan(set: self)
        if overload.isFree { return scan.podium(among: isAdmitted) { $0.latency(at: prices) } }
        return scan.podium(among: isAdmitted) {
            $0.latency(at: prices) + overload.wait(longestService: $0.longestService(at: prices))
        }
    }
}

extension Plan {
    /// The `objective` of this plan over a window, in seconds: the value by which `PlanSet.best(for:)` ranks it.
    public func value(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated
    ) -> Double {
        let overload = Overload(workload)
        let costs = PlanCosts(self)
        if window.isLinear(objective, overload) {
            let prices = Prices(meanOf: window)
            let wait = overload.isFree ? 0 : overload.wait(longestService: costs.longestService(at: prices))
            return (costs.latency(at: prices) + wait) / 1e9
        }
        return WindowScorer.with(window, objective, overload) { $0.score(costs) / $0.unit }
    }
}

extension ConditionsWindow {
    /// Whether the objective over this window is the latency at its mean prices.
    fileprivate func isLinear(_ objective: Objective, _ overload: Overload) -> Bool {
        samples.count == 1 || (objective == .mean && overload.isFree)
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
