import Model
import Optimizer
import Testing

@Suite struct WeighingTests {
    /// What a frame costs in seconds, term by term from the definitions.
    private func dumbCost(_ plan: Plan, _ set: PlanSet, _ c: Conditions, _ rates: ExchangeRates) -> Double {
        let stages = set.stages(of: plan, under: c)
        var joules = 0.0
        if let energy = set.energy {
            joules += energy.compute * (stages.edge + stages.encode)
            joules += energy.radio * (stages.transfer + stages.returning)
            joules += energy.idle * (stages.roundTrip + stages.cloudQueue + stages.cloud)
            if !plan.isEdgeOnly {
                joules += energy.sentByte * Double(plan.transmitBytes) + energy.receivedByte * Double(plan.resultBytes)
            }
            #expect(isClose(joules, stages.energy(energy, of: plan)) || !joules.isFinite)
        }
        let sent = plan.isEdgeOnly ? 0 : rates.sentByte * Double(plan.transmitBytes)
        let lost = rates.lostShare * max(0, set.loss(of: plan))
        return stages.total + (rates.joule > 0 ? rates.joule * joules : 0) + sent + lost
    }

    private func randomRates(_ random: inout SeededGenerator) -> ExchangeRates {
        func some(_ range: ClosedRange<Double>) -> Double {
            Bool.random(using: &random) ? Double.random(in: range, using: &random) : 0
        }
        return ExchangeRates(joule: some(0.001...1), sentByte: some(1e-9...1e-6), lostShare: some(0.01...5))
    }

    private func randomSet(_ random: inout SeededGenerator) -> PlanSet {
        let plans = random.nextPlanSet().plans.map { plan in
            var plan = plan
            let right = Double(Int.random(in: 80...100, using: &random)) / 100
            plan.accuracy =
                Int.random(in: 0..<5, using: &random) > 0
                ? Accuracy(samples: 100, topOne: right, agreement: right) : nil
            return plan
        }
        var set = planSet(plans)
        set.reference = Accuracy(samples: 100, topOne: 0.95, agreement: 1)
        set.energy = EnergyModel(
            compute: .random(in: 0...9, using: &random), idle: .random(in: 0...2, using: &random),
            radio: .random(in: 0...3, using: &random), sentByte: .random(in: 0...1e-5, using: &random),
            receivedByte: .random(in: 0...1e-5, using: &random))
        guard Bool.random(using: &random) else { return set }
        let ratios = set.plans.map { plan in
            let edge = Double.random(in: 0.5...2, using: &random)
            return (plan.id, SiteRatios(edge: edge, cloud: .random(in: 0.5...2, using: &random)))
        }
        return set.corrected(by: Dictionary(ratios) { first, _ in first })
    }

    @Test func aWeighedCostIsTheSumOfItsTerms() throws {
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = randomSet(&random)
            let rates = randomRates(&random)
            let samples = (0..<Int.random(in: 1...20, using: &random)).map { _ in random.nextConditions() }
            let window = try #require(ConditionsWindow(samples: samples))
            let statistic = [Objective.Statistic.mean, .quantile(0.9)].randomElement(using: &random) ?? .mean
            let objective = Objective(statistic, rates: rates)
            let values = set.plans.map { plan in
                let costs = samples.map { dumbCost(plan, set, $0, rates) }.sorted()
                return statistic == .mean
                    ? costs.reduce(0, +) / Double(costs.count)
                    : costs[Int((0.9 * Double(costs.count) - 1e-9).rounded(.up)) - 1]
            }
            for (plan, expected) in zip(set.plans, values) {
                let value = set.value(of: plan, for: window, objective: objective)
                #expect(isClose(value, expected), "seed \(seed), plan \(plan.id), \(objective)")
            }
            let ranking = try #require(set.best(for: window, objective: objective))
            #expect(isClose(ranking.value, values.min() ?? .nan), "seed \(seed), \(objective)")
            #expect(isClose(values[ranking.best], values.min() ?? .nan), "seed \(seed), \(objective)")
            if samples.count == 1 {
                #expect(set.best(under: samples[0], objective: objective) == ranking, "seed \(seed)")
            }
        }
    }

    @Test func theWaitBehindABacklogIsTimeAlone() throws {
        for seed in 0..<1000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = randomSet(&random)
            let rates = randomRates(&random)
            let conditions = random.nextConditions()
            let window = ConditionsWindow(certain: conditions)
            let workload = Workload(frameInterval: .milliseconds(10), horizon: .seconds(1))
            for plan in set.plans {
                func value(_ objective: Objective, _ workload: Workload) -> Double {
                    set.value(of: plan, for: window, objective: objective, workload: workload)
                }
                let weighed = Objective(.mean, rates: rates)
                let wait = value(.mean, workload) - value(.mean, .isolated)
                guard wait.isFinite else { continue }
                let expected = value(weighed, .isolated) + wait
                #expect(abs(value(weighed, workload) - expected) < 1e-9 * max(1, expected), "seed \(seed)")
            }
        }
    }

    @Test func theSlowestStageIsTheLongestOfThree() throws {
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = randomSet(&random)
            let samples = (0..<Int.random(in: 1...9, using: &random)).map { _ in random.nextConditions() }
            let window = try #require(ConditionsWindow(samples: samples))
            let values = set.plans.map { plan in
                let slowest = samples.map { sample in
                    let stages = set.stages(of: plan, under: sample)
                    return max(stages.edge + stages.encode, max(stages.transfer, stages.cloud))
                }
                return slowest.reduce(0, +) / Double(samples.count)
            }
            let ranking = try #require(set.best(for: window, objective: .throughput))
            #expect(isClose(ranking.value, values.min() ?? .nan), "seed \(seed)")
            #expect(isClose(values[ranking.best], ranking.value), "seed \(seed)")
        }
    }

    @Test func energyCanTurnTheDecision() throws {
        // The cloud answers sooner; the radio takes more than the processor.
        var set = planSet([
            plan("cloud", head: 0, bytes: 20_000, cloud: 1_000_000),
            plan("edge", bits: nil, head: 9, edge: 40_000_000),
        ])
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(10))
        let objective = try #require(Objective("mean,energy=1s/J"))
        #expect(throws: ObjectiveError.self) { try set.check(objective) }
        set.energy = EnergyModel(compute: 0.5, idle: 0.1, radio: 1.2, sentByte: 3e-6)
        try set.check(objective)
        #expect(set.best(under: now)?.best == 0)
        #expect(set.best(under: now, objective: objective)?.best == 1)
    }

    @Test func aCorrectionReplacesTheOneBefore() throws {
        let set = planSet([plan("a", edge: 10_000_000, cloud: 5_000_000), plan("b", head: 2, edge: 16_000_000)])
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .zero)
        let corrected = set.corrected(by: ["a": SiteRatios(edge: 2, cloud: 3)])
        #expect(set.best(under: now)?.best == 0 && corrected.best(under: now)?.best == 1)
        #expect(isClose(corrected.value(of: set.plans[0], for: ConditionsWindow(certain: now)), 0.035))
        #expect(corrected.stays(set.plans[0]).contains(now) == false)
        #expect(corrected != set && corrected.corrected(by: [:]) == set)
        #expect(corrected.corrected(by: [:]).best(under: now) == set.best(under: now))
    }
}
