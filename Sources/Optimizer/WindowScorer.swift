import Model

/// Scores plans over a window of more than one sample. Holds scratch memory that lives as long as the closure of `with`.
struct WindowScorer {
    private enum Statistic {
        case sum
        case rank(Int)
    }

    private let scratch: WindowScratch
    private let statistic: Statistic
    private let charge: Charge
    /// A score over this is in seconds.
    let unit: Double

    static func with<Result>(
        _ window: ConditionsWindow, _ contest: Contest, _ body: (WindowScorer) -> Result
    ) -> Result {
        WindowScratch.with(count: window.samples.count) { scratch in
            scratch.setPrices(of: window)
            return body(WindowScorer(scratch, contest))
        }
    }

    private init(_ scratch: WindowScratch, _ contest: Contest) {
        self.scratch = scratch
        charge = contest.charge
        switch contest.objective.statistic {
        case .mean:
            statistic = .sum
            unit = 1e9 * Double(scratch.count)
        case .quantile(let q):
            statistic = .rank(Objective.rank(q, of: scratch.count))
            unit = 1e9
        }
    }

    var meanPrices: Prices { Prices(meanOf: scratch.count) { scratch[$0] } }

    func score(_ costs: PlanCosts) -> Double { score(costs, below: nil) ?? .infinity }

    /// - Returns: `nil` as soon as the score is known not to lie below `limit`.
    func score(_ costs: PlanCosts, below limit: Double?) -> Double? {
        switch (statistic, charge) {
        case (.sum, .deadlineLoss(let loss)): sum(loss, costs, below: limit)
        case (.sum, _): sum(costs, below: limit)
        case (.rank(let rank), _): quantile(costs, rank, below: limit)
        }
    }

    private func sum(_ costs: PlanCosts, below limit: Double?) -> Double? {
        let limit = limit ?? .nan
        var sum = 0.0
        for sample in 0..<scratch.count {
            sum += charge(costs, scratch[sample])
            if sum >= limit { return nil }
        }
        return sum
    }

    /// A loss is finite where there is no answer; a plan that gives none in all of the window is infinitely bad.
    private func sum(_ loss: DeadlineLoss, _ costs: PlanCosts, below limit: Double?) -> Double? {
        let limit = limit ?? .nan
        var (sum, isAnswered) = (0.0, false)
        for sample in 0..<scratch.count {
            let prices = scratch[sample]
            let time = loss.time(costs, at: prices)
            sum += loss.lateness(time) + loss.rest(costs, at: prices)
            isAnswered = isAnswered || time < .infinity
            if sum >= limit { return nil }
        }
        return isAnswered ? sum : .infinity
    }

    /// A plan is given up once so many samples reach the limit that the ranked one must.
    private func quantile(_ costs: PlanCosts, _ rank: Int, below limit: Double?) -> Double? {
        let latencies = scratch.latencies
        guard charge.isLatency else {
            let isBelow = fill(rank, below: limit ?? .nan) { charge(costs, scratch[$0]) }
            return isBelow ? select(rank - 1, of: latencies, count: scratch.count, in: scratch.selection) : nil
        }
        // What is infinite is told from the rest only in the end: sums are ordered as the times that they stand for.
        let limit = limit.map { min($0, Prices.endlessTime) } ?? .nan
        guard fill(rank, below: limit, { costs.pricedSum(at: scratch[$0]) }) else { return nil }
        return Prices.time(select(rank - 1, of: latencies, count: scratch.count, in: scratch.selection))
    }

    /// Fills the row of latencies.
    ///
    /// - Returns: `false` as soon as the one of that rank is known not to lie below `limit`; not-a-number limits nothing.
    @inline(__always)
    private func fill(_ rank: Int, below limit: Double, _ latency: (Int) -> Double) -> Bool {
        let latencies = scratch.latencies
        var allowed = scratch.count &- rank
        var start = 0
        while start < scratch.count {
            let end = min(start &+ 16, scratch.count)
            for sample in start..<end { latencies[sample] = latency(sample) }
            allowed &-= end &- start &- (latencies + start).count(below: limit, of: end &- start)
            if allowed < 0 { return false }
            start = end
        }
        return true
    }

    /// Brings forward the samples in which the plan scored last takes at least `value`: a plan that loses to it mostly takes
    /// long in the same ones, and is given up the sooner. Of no use, and not done, where all samples count.
    func bringForward(from value: Double) {
        guard case .rank = statistic else { return }
        var front = 0
        for sample in 0..<scratch.count where scratch.latencies[sample] >= value {
            (scratch[front], scratch[sample]) = (scratch[sample], scratch[front])
            front += 1
        }
    }
}
