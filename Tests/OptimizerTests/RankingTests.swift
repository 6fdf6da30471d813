import Model
import Optimizer
import Testing

@Suite struct RankingTests {
    private let calm = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(1))

    /// The objective by its definition: all values, sorted.
    private func dumbValue(_ plan: Plan, _ window: ConditionsWindow, _ objective: Objective, _ workload: Workload)
        -> Double
    {
        let values = window.samples.map { sample in
            plan.value(for: ConditionsWindow(certain: sample), workload: workload)
        }.sorted()
        switch objective.statistic {
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .quantile(let q):
            return values[min(max(Int((q * Double(values.count) - 1e-9).rounded(.up)), 1), values.count) - 1]
        }
    }

    @Test func bestAndRunnerUpEqualTheDefinition() throws {
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let samples = (0..<Int.random(in: 1...30, using: &random)).map { _ in random.nextConditions() }
            // Repeated samples make equal latencies, which selection has to stand.
            let window = try #require(ConditionsWindow(samples: samples + samples.prefix(3)))
            let objective = [Objective.mean, .quantile(0.5), .quantile(0.95), .quantile(1)].randomElement(
                using: &random)
            let isLoaded = Bool.random(using: &random)
            let workload = isLoaded ? Workload(frameInterval: .milliseconds(10), horizon: .seconds(1)) : .isolated
            let values = set.plans.map { dumbValue($0, window, objective ?? .mean, workload) }
            let ranking = try #require(set.best(for: window, objective: objective ?? .mean, workload: workload))
            try expectPodium(ranking, values, "seed \(seed), \(String(describing: objective)), loaded \(isLoaded)")
            for (plan, expected) in zip(set.plans, values) {
                let value = plan.value(for: window, objective: objective ?? .mean, workload: workload)
                #expect(isClose(value, expected), "seed \(seed), plan \(plan.id)")
            }
        }
    }

    /// Best and runner-up hold the two least values; where values differ by more than rounding, also the right positions.
    private func expectPodium(_ ranking: Ranking, _ values: [Double], _ note: Comment) throws {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        #expect(isClose(ranking.value, values[order[0]]), note)
        #expect(isClose(values[ranking.best], values[order[0]]), note)
        let runnerUp = try #require(ranking.runnerUp, note)
        #expect(runnerUp != ranking.best, note)
        #expect(isClose(ranking.runnerUpValue ?? .nan, values[order[1]]), note)
        #expect(isClose(values[runnerUp], values[order[1]]), note)
    }

    @Test func aPlanIsValuedAsItIsRanked() throws {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let window = try #require(ConditionsWindow(samples: (0..<9).map { _ in random.nextConditions() }))
            for objective in [Objective.mean, .quantile(0.9)] {
                for workload in [Workload.isolated, Workload(frameInterval: .milliseconds(5), horizon: .seconds(1))] {
                    let ranking = try #require(set.best(for: window, objective: objective, workload: workload))
                    let value = set.plans[ranking.best].value(for: window, objective: objective, workload: workload)
                    #expect(value == ranking.value, "seed \(seed), \(objective)")
                }
            }
        }
    }

    @Test func oneSampleIsCertainty() throws {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let conditions = random.nextConditions()
            let certain = try #require(set.best(under: conditions))
            for objective in [Objective.mean, .quantile(0.95)] {
                #expect(set.best(for: ConditionsWindow(certain: conditions), objective: objective) == certain)
            }
            #expect(set.plans[certain.best].latency(under: conditions) == certain.value, "seed \(seed)")
        }
    }

    @Test func theWindowCountsNotItsMean() throws {
        // Half the time the link is slow: at the mean rate the cloud would win, over the window it does not.
        let set = planSet([plan("cloud", head: 0, bytes: 10_000), plan("edge", bits: nil, head: 9, edge: 40_000_000)])
        var slow = calm
        slow.uplink = .mbps(1)
        let window = try #require(ConditionsWindow(samples: [calm, slow]))
        var mean = calm
        mean.uplink = .mbps(4.5)
        #expect(set.best(under: mean)?.best == 0)
        #expect(set.best(for: window)?.best == 1)
    }

    @Test func tiesGoToTheFirst() throws {
        let set = planSet(["a", "b", "c"].map { plan($0, edge: 5) })
        let ranking = try #require(set.best(under: calm))
        #expect(ranking.best == 0)
        #expect(ranking.runnerUp == 1)
        #expect(ranking.value == ranking.runnerUpValue)
        let window = try #require(ConditionsWindow(samples: [calm, calm, calm]))
        for objective in [Objective.mean, .quantile(0.5)] {
            let ranking = try #require(set.best(for: window, objective: objective))
            #expect(ranking.best == 0)
            #expect(ranking.runnerUp == 1)
        }
    }

    @Test func tiesGoToTheFirstEvenIfItsMeanIsWorst() throws {
        // Medians of 1 ms each; one slow sample makes the first plan's mean worst, so that it is tried last.
        let set = planSet([
            plan("sends", head: 0, bytes: 1_000), plan("x", head: 1, edge: 1_000_000),
            plan("y", head: 2, edge: 1_000_000),
        ])
        let fast = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .zero)
        var slow = fast
        slow.uplink = .mbps(0.8)
        let window = try #require(ConditionsWindow(samples: [fast, slow, fast]))
        let ranking = try #require(set.best(for: window, objective: .quantile(0.5)))
        #expect(ranking == Ranking(best: 0, value: 0.001, runnerUp: 1, runnerUpValue: 0.001))
    }

    @Test func infinityLosesToAnyFinite() throws {
        let outage = Conditions(uplink: .zero, downlink: .mbps(1), rtt: .zero)
        let nonsense = Conditions(
            uplink: BitRate(bitsPerSecond: .nan), downlink: .mbps(1), rtt: .zero, edgeSlowdown: .nan,
            cloudSlowdown: .nan)
        let set = planSet([
            plan("a", head: 0, bytes: 1), plan("b", head: 1, bytes: 2),
            plan("edge", bits: nil, head: 2, edge: 3_600_000_000_000),
        ])
        for objective in [Objective.mean, .quantile(0.9)] {
            for samples in [[outage], [outage, outage], [calm, outage]] {
                let window = try #require(ConditionsWindow(samples: samples))
                #expect(set.best(for: window, objective: objective)?.best == 2)
            }
            for samples in [[nonsense], [nonsense, nonsense]] {
                let window = try #require(ConditionsWindow(samples: samples))
                let ranking = try #require(set.best(for: window, objective: objective))
                #expect(ranking == Ranking(best: 0, value: .infinity, runnerUp: 1, runnerUpValue: .infinity))
            }
        }
    }

    @Test func onlyTheAdmittedWin() throws {
        let set = planSet([plan("a", edge: 1), plan("b", edge: 2), plan("c", edge: 3)])
        let window = try #require(ConditionsWindow(samples: [calm, calm]))
        #expect(set.best(under: calm, among: { $0.id != "a" })?.best == 1)
        #expect(set.best(for: window, among: { $0.id != "a" })?.best == 1)
        #expect(set.best(under: calm, among: { _ in false }) == nil)
        #expect(set.best(for: window, among: { _ in false }) == nil)
        let alone = try #require(set.best(for: window, objective: .quantile(0.5), among: { $0.id == "c" }))
        #expect(alone.best == 2)
        #expect(alone.runnerUp == nil)
        #expect(alone.runnerUpValue == nil)
    }
}
