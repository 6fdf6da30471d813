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
        let prices = Prices(conditions)
        let overload = Overload(workload)
        var podium = Podium()
        for index in plans.indices {
            if let isAdmitted, !isAdmitted(plans[index]) { continue }
            let costs = PlanCosts(plans[index])
            let wait = overload.isFree ? 0 : overload.wait(longestService: costs.longestService(at: prices))
            podium.offer(index, costs.latency(at: prices) + wait)
        }
        return podium.ranking(unit: 1e9)
    }

    /// The plan of least `objective` over a whole window: each sample's latency counts, with its overload. Of equals the
    /// first in the set is best; an infinite value loses to any finite one.
    ///
    /// - Returns: `nil` where no plan is admitted.
    /// - Complexity: for the mean without overload O(samples + plans), else O(samples · plans), less what is given up early;
    ///   memory O(samples), taken once.
    public func best(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated,
        among isAdmitted: ((Plan) -> Bool)? = nil
    ) -> Ranking? {
        if window.samples.count == 1 { return best(under: window.newest, workload: workload, among: isAdmitted) }
        return WindowScorer.with(window, objective, Overload(workload)) { scorer in
            var podium = Podium()
            // Those that lead at the mean prices go first: with a good podium the others are soon given up.
            let leaders = scorer.leaders(of: plans, among: isAdmitted)
            leaders.forEach { podium.offer($0, scorer.score(PlanCosts(plans[$0]))) }
            for index in plans.indices where !leaders.isOnPodium(index) {
                if let isAdmitted, !isAdmitted(plans[index]) { continue }
                guard let score = scorer.score(PlanCosts(plans[index]), below: podium.limit(for: index)) else {
                    continue
                }
                podium.offer(index, score)
            }
            return podium.ranking(unit: scorer.unit)
        }
    }
}

extension Plan {
    /// The `objective` of this plan over a window, in seconds: the value by which `PlanSet.best(for:)` ranks it.
    public func value(
        for window: ConditionsWindow, objective: Objective = .mean, workload: Workload = .isolated
    ) -> Double {
        WindowScorer.with(window, objective, Overload(workload)) { scorer in
            scorer.score(PlanCosts(self)) / scorer.unit
        }
    }
}

/// The best two of the scores offered, in any order; of equals the lower index is better.
struct Podium {
    private var best = -1
    private var value = Double.infinity
    private var runnerUp = -1
    private var runnerUpValue = Double.infinity

    func isOnPodium(_ index: Int) -> Bool { index == best || index == runnerUp }

    func forEach(_ body: (Int) -> Void) {
        if best >= 0 { body(best) }
        if runnerUp >= 0 { body(runnerUp) }
    }

    /// The least score that cannot change the podium any more, if there is one.
    func limit(for index: Int) -> Double? {
        if runnerUp < 0 { return nil }
        if index > runnerUp { return runnerUpValue }
        return runnerUpValue < .infinity ? runnerUpValue.nextUp : nil
    }

    @inline(__always)
    mutating func offer(_ index: Int, _ score: Double) {
        if score > runnerUpValue { return }
        if best < 0 {
            (best, value) = (index, score)
        } else if score < value || (score == value && index < best) {
            (runnerUp, runnerUpValue) = (best, value)
            (best, value) = (index, score)
        } else if runnerUp < 0 || score < runnerUpValue || (score == runnerUpValue && index < runnerUp) {
            (runnerUp, runnerUpValue) = (index, score)
        }
    }

    func ranking(unit: Double) -> Ranking? {
        guard best >= 0 else { return nil }
        return Ranking(
            best: best, value: value / unit, runnerUp: runnerUp < 0 ? nil : runnerUp,
            runnerUpValue: runnerUp < 0 ? nil : runnerUpValue / unit)
    }
}
