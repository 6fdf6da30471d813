import Model

/// Scores plans over a window. Holds scratch memory that lives as long as the closure of `with`.
struct WindowScorer {
    private enum Statistic {
        /// Of latencies that are linear in the prices: the latency at the mean prices.
        case linear
        case sum
        case rank(Int)
    }

    private let prices: UnsafeMutableBufferPointer<Prices>
    private let latencies: UnsafeMutableBufferPointer<Double>
    private let mean: Prices
    private let statistic: Statistic
    private let overload: Overload
    /// A score over this is in seconds.
    let unit: Double

    static func with<Result>(
        _ window: ConditionsWindow, _ objective: Objective, _ overload: Overload, _ body: (WindowScorer) -> Result
    ) -> Result {
        let count = window.samples.count
        return withUnsafeTemporaryAllocation(of: Prices.self, capacity: count) { prices in
            for index in 0..<count { prices.initializeElement(at: index, to: Prices(window.samples[index])) }
            defer { prices.deinitialize() }
            return withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { latencies in
                latencies.initialize(repeating: 0)
                defer { latencies.deinitialize() }
                return body(WindowScorer(prices, latencies, objective, overload))
            }
        }
    }

    private init(
        _ prices: UnsafeMutableBufferPointer<Prices>, _ latencies: UnsafeMutableBufferPointer<Double>,
        _ objective: Objective, _ overload: Overload
    ) {
        self.prices = prices
        self.latencies = latencies
        self.overload = overload
        mean = Prices(meanOf: prices)
        switch objective {
        case .mean where overload.isFree:
            statistic = .linear
            unit = 1e9
        case .mean:
            statistic = .sum
            unit = 1e9 * Double(prices.count)
        case .quantile(let q):
            statistic = .rank(Objective.rank(q, of: prices.count))
            unit = 1e9
        }
    }

    func score(_ costs: PlanCosts) -> Double { score(costs, below: nil) ?? .infinity }

    /// - Returns: `nil` as soon as the score is known not to lie below `limit`.
    func score(_ costs: PlanCosts, below limit: Double?) -> Double? {
        switch statistic {
        case .linear: costs.latency(at: mean)
        case .sum: sum(costs, below: limit)
        case .rank(let rank): quantile(costs, rank, below: limit)
        }
    }

    /// The two best plans at the mean prices.
    func leaders(of plans: [Plan], among isAdmitted: ((Plan) -> Bool)?) -> Podium {
        var podium = Podium()
        for index in plans.indices {
            if let isAdmitted, !isAdmitted(plans[index]) { continue }
            let costs = PlanCosts(plans[index])
            let wait = overload.isFree ? 0 : overload.wait(longestService: costs.longestService(at: mean))
            podium.offer(index, costs.latency(at: mean) + wait)
        }
        return podium
    }

    @inline(__always)
    private func latency(_ costs: PlanCosts, _ sample: Int) -> Double {
        let latency = costs.latency(at: prices[sample])
        return overload.isFree
            ? latency : latency + overload.wait(longestService: costs.longestService(at: prices[sample]))
    }

    private func sum(_ costs: PlanCosts, below limit: Double?) -> Double? {
        let limit = limit ?? .nan
        var sum = 0.0
        for sample in prices.indices {
            sum += latency(costs, sample)
            if sum >= limit { return nil }
        }
        return sum
    }

    /// A plan is given up once so many samples reach the limit that the ranked one must.
    private func quantile(_ costs: PlanCosts, _ rank: Int, below limit: Double?) -> Double? {
        let limit = limit ?? .nan
        var allowed = prices.count - rank
        for sample in prices.indices {
            let value = latency(costs, sample)
            latencies[sample] = value
            if value >= limit {
                if allowed == 0 { return nil }
                allowed -= 1
            }
        }
        return latencies.select(rank - 1)
    }
}

extension UnsafeMutableBufferPointer<Double> {
    /// The element that would stand at `position` if the buffer were ascending; moves elements. Not-a-number is not allowed.
    ///
    /// Hoare, "Algorithm 65: Find", Communications of the ACM 4(7), 1961, with the middle element as the pivot.
    /// - Complexity: linear on average, also where many elements are equal.
    func select(_ position: Int) -> Double {
        var low = 0
        var high = count - 1
        while low < high {
            let pivot = self[low + (high - low) / 2]
            var left = low
            var right = high
            while left <= right {
                while self[left] < pivot { left += 1 }
                while self[right] > pivot { right -= 1 }
                if left <= right {
                    swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if position <= right {
                high = right
            } else if position >= left {
                low = left
            } else {
                break
            }
        }
        return self[position]
    }
}
