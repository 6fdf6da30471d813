import Controller
import Model
import Testing

/// Random costs of a few plans, one row a frame: drifting, so that now one and now another is best.
private func randomCosts(_ plans: Int, _ frames: Int, using random: inout SeededGenerator) -> [[Double]] {
    var levels = (0..<plans).map { _ in random.nextUnit() }
    return (0..<frames).map { _ in
        for plan in 0..<plans where random.nextUnit() < 0.1 { levels[plan] = random.nextUnit() }
        return levels.map { random.nextUnit() < 0.02 ? .infinity : $0 * (0.8 + 0.4 * random.nextUnit()) }
    }
}

/// The least cost of serving all frames so far and ending in each plan, by its definition: over all courses, plan by plan.
private func dumbWork(_ costs: [[Double]], price: Double) -> [Double] {
    var work = [Double](repeating: 0, count: costs[0].count)
    for row in costs {
        work = work.indices.map { end in
            work.indices.map { work[$0] + row[$0] + ($0 == end ? 0 : price) }.min() ?? 0
        }
        // Where nothing answers there is nothing to tell plans apart.
        if work.allSatisfy({ $0 == .infinity }) { work = work.map { _ in 0 } }
    }
    return work
}

struct WorkFunctionTests {
    @Test func equalsItsDefinition() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let plans = Int.random(in: 1...6, using: &random)
            let price = random.nextUnit()
            let costs = randomCosts(plans, 40, using: &random)
            var function = WorkFunction()
            function.reset(plans)
            for row in costs { function.add(row, times: 1, price: price) }
            let dumb = dumbWork(costs, price: price)
            let least = dumb.min() ?? 0
            for plan in 0..<plans {
                #expect(abs(function.work[plan] - (dumb[plan] - least)) < 1e-9, "seed \(seed)")
            }
        }
    }

    /// What the rule pays is at most 2n − 1 times the best course in hindsight, and a constant: one price for each plan.
    @Test func keepsItsCompetitiveBound() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let plans = Int.random(in: 2...5, using: &random)
            let price = 0.1 + 3 * random.nextUnit()
            let costs = randomCosts(plans, 400, using: &random).map { $0.map { min($0, 5) } }
            var function = WorkFunction()
            function.reset(plans)
            var (present, paid) = (0, 0.0)
            for row in costs {
                function.add(row, times: 1, price: price)
                let best = (0..<plans).min { (function.work[$0], row[$0]) < (function.work[$1], row[$1]) } ?? 0
                if function.advantage(of: best, over: present) >= price * (1 - 1e-9) {
                    present = best
                    paid += price
                }
                paid += row[present]
            }
            let optimum = dumbWork(costs, price: price).min() ?? 0
            #expect(paid <= Double(2 * plans - 1) * optimum + Double(plans) * price, "seed \(seed)")
        }
    }
}

struct PlanDriftTests {
    /// Moves between plans whose true ratios are planted, seen through machines that wander and readings that are noisy.
    @Test func findsPlantedRatios() {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let truth = ["a": 1.0, "b": 0.7 + random.nextUnit(), "c": 0.7 + random.nextUnit()]
            var drift = PlanDrift()
            var former = "a"
            for step in 1...60 {
                let next = ["a", "b", "c"].filter { $0 != former }.randomElement(using: &random) ?? "a"
                let noise = 0.9 + 0.2 * random.nextUnit()
                let observed = (truth[next] ?? 1) / (truth[former] ?? 1) * noise
                drift.learn(
                    next, edge: observed, cloud: nil, after: former, at: .zero + .seconds(Int64(step) * 300))
                former = next
            }
            // What is common to all cannot be told, and changes no decision.
            for plan in ["b", "c"] {
                let ratio = drift.ratios(of: plan).edge / drift.ratios(of: "a").edge
                #expect(abs(ratio / (truth[plan] ?? 1) - 1) < 0.2, "seed \(seed), \(plan): \(ratio)")
            }
            #expect(drift.ratios(of: "b").cloud == 1)
        }
    }

    @Test func forgetsHowSureItWas() {
        var drift = PlanDrift()
        drift.learn("b", edge: 1.2, cloud: 1, after: "a", at: .zero)
        let early = drift.variance(of: "b", at: .zero)
        let late = drift.variance(of: "b", at: .zero + .seconds(7_200))
        #expect(early < late)
        #expect(late == drift.variance(of: "never", at: .zero))
    }
}
