import Model
import Optimizer
import Testing

@Suite struct DeadlineLossTests {
    /// What a frame loses in one sample, in seconds, term by term from the definition; `nil` for the time of one that never comes back.
    private func dumbLoss(
        _ plan: Plan, _ set: PlanSet, _ c: Conditions, _ deadline: Double, _ rates: ExchangeRates, _ workload: Workload
    ) -> (time: Double?, loss: Double) {
        let stages = set.stages(of: plan, under: c)
        var time = stages.total
        if let interval = workload.frameInterval {
            let slowest = max(stages.edge + stages.encode, max(stages.transfer, stages.cloud))
            let frames = workload.horizon.inSeconds / interval.inSeconds
            time += max(0, slowest - interval.inSeconds) * (frames - 1) / 2
        }
        var loss = min(time, 100 * deadline) / 1000
        if time > deadline { loss += deadline }
        if let energy = set.energy {
            let radio = min(stages.transfer, deadline) + min(stages.returning, deadline)
            let waiting = min(stages.roundTrip + stages.cloudQueue, deadline) + min(stages.cloud, deadline)
            var joules = energy.compute * min(stages.edge + stages.encode, deadline)
            joules += energy.radio * radio + energy.idle * waiting
            if !plan.isEdgeOnly {
                joules += energy.sentByte * Double(plan.transmitBytes) + energy.receivedByte * Double(plan.resultBytes)
            }
            loss += rates.joule * joules
        }
        if !plan.isEdgeOnly { loss += rates.sentByte * Double(plan.transmitBytes) }
        return (time.isFinite ? time : nil, loss + rates.lostShare * max(0, set.loss(of: plan)))
    }

    private func dumbValue(_ losses: [(time: Double?, loss: Double)]) -> Double {
        guard losses.contains(where: { $0.time != nil }) else { return .infinity }
        return losses.reduce(0) { $0 + $1.loss } / Double(losses.count)
    }

    /// Whether a sample lies so near to the deadline that rounding decides.
    private func isNear(_ losses: [(time: Double?, loss: Double)], _ deadline: Double) -> Bool {
        losses.contains { abs(($0.time ?? 0) - deadline) < 1e-9 * deadline }
    }

    private func randomRates(_ random: inout SeededGenerator) -> ExchangeRates {
        if Bool.random(using: &random) { return .timeAlone }
        return ExchangeRates(
            joule: .random(in: 0...1, using: &random), sentByte: .random(in: 0...1e-6, using: &random),
            lostShare: .random(in: 0...0.1, using: &random))
    }

    private func randomSet(_ random: inout SeededGenerator) -> PlanSet {
        var set = random.nextPlanSet()
        set.energy = EnergyModel(compute: 4, idle: 0.5, radio: 1, sentByte: 1e-6, receivedByte: 1e-6)
        return set
    }

    private func randomWindow(
        _ most: Int, _ random: inout SeededGenerator, changing: (inout Conditions) -> Void = { _ in }
    ) throws -> ConditionsWindow {
        let samples = (0..<Int.random(in: 1...most, using: &random)).map { _ in
            var conditions = random.nextConditions()
            changing(&conditions)
            return conditions
        }
        return try #require(ConditionsWindow(samples: samples))
    }

    @Test func bestAndValuesEqualTheDefinition() throws {
        var infinite = 0
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = randomSet(&random)
            let window = try randomWindow(seed % 50 == 0 ? 300 : 30, &random) { conditions in
                if seed % 9 == 0 { conditions.downlink = .zero }
            }
            let deadline = Nanoseconds.milliseconds(.random(in: 1...60, using: &random))
            let workload = [.isolated, Workload(frameInterval: .milliseconds(10), horizon: .seconds(1))][seed % 2]
            let rates = randomRates(&random)
            let objective = Objective(.mean, of: .deadlineMiss(deadline), rates: rates)
            let losses = set.plans.map { plan in
                window.samples.map { dumbLoss(plan, set, $0, deadline.inSeconds, rates, workload) }
            }
            if losses.contains(where: { isNear($0, deadline.inSeconds) }) { continue }
            let expected = losses.map(dumbValue)
            infinite += expected.contains(.infinity) ? 1 : 0
            var values: [Double] = []
            set.values(for: window, objective: objective, workload: workload, into: &values)
            for (index, plan) in set.plans.enumerated() {
                #expect(isClose(values[index], expected[index]), "seed \(seed), plan \(index), \(objective)")
                let value = set.value(of: plan, for: window, objective: objective, workload: workload)
                #expect(value == values[index], "seed \(seed), plan \(index)")
            }
            let ranking = try #require(set.best(for: window, objective: objective, workload: workload))
            let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
            #expect(ranking.value == values[order[0]] && ranking.value == values[ranking.best], "seed \(seed)")
            #expect(ranking.runnerUpValue == values[order[1]], "seed \(seed), \(objective)")
            if window.samples.count > 1 {
                #expect(ranking.best == order[0] && ranking.runnerUp == order[1], "seed \(seed), \(objective)")
            }
        }
        #expect(infinite > 50)
    }

    /// Without rates, while n · τ < 1000 D: first the share that is late, then the mean time.
    @Test func theShareComesFirstAndThenTheMean() throws {
        var count = (byShare: 0, byMean: 0)
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let window = try randomWindow(32, &random) { conditions in
                conditions.uplink = max(conditions.uplink, .mbps(0.3))
                conditions.downlink = max(conditions.downlink, .mbps(1))
            }
            let deadline = Double(Int.random(in: 10...100, using: &random))
            let times = set.plans.map { plan in window.samples.map { dumbLatency(plan, $0) * 1e3 } }
            guard times.joined().allSatisfy({ $0 * Double(window.samples.count) < 1000 * deadline && $0 != deadline })
            else { continue }
            let keys = times.map { time in (time.filter { $0 > deadline }.count, time.reduce(0, +)) }
            let least = try #require(keys.min { $0 < $1 })
            let objective = Objective.deadline(.milliseconds(Int64(deadline)))
            let best = try #require(set.best(for: window, objective: objective)).best
            #expect(keys[best].0 == least.0, "seed \(seed): \(keys[best]) against \(least)")
            #expect(keys[best].1 <= least.1 * (1 + 1e-9), "seed \(seed): \(keys[best]) against \(least)")
            let fastest = try #require(set.best(for: window)).best
            if keys[fastest].0 > least.0 { count.byShare += 1 } else { count.byMean += 1 }
        }
        #expect(count.byShare > 100 && count.byMean > 500)
    }

    @Test func underOneConditionTheFastestIsBest() throws {
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let conditions = random.nextConditions()
            let fastest = try #require(set.best(under: conditions))
            // Also where all are later than counts.
            let objective = Objective.deadline([.microseconds(10), .milliseconds(20)][seed % 2])
            let best = try #require(set.best(under: conditions, objective: objective))
            #expect(best.best == fastest.best && best.runnerUp == fastest.runnerUp, "seed \(seed)")
            let window = ConditionsWindow(certain: conditions)
            #expect(set.best(for: window, objective: objective) == best, "seed \(seed)")
            #expect(set.value(of: set.plans[best.best], for: window, objective: objective) == best.value)
        }
    }

    @Test func whatIsDominatedNeverWins() throws {
        for seed in 0..<1500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = randomSet(&random)
            var front = set
            front = PlanSet(model: set.model, plans: set.plans.undominated(fidelity: .accepted))
            front.energy = set.energy
            let window = try randomWindow(20, &random)
            var rates = randomRates(&random)
            rates.lostShare = 0
            let deadline = Nanoseconds.milliseconds(.random(in: 1...60, using: &random))
            let objective = Objective(.mean, of: .deadlineMiss(deadline), rates: rates)
            let all = try #require(set.best(for: window, objective: objective))
            let kept = try #require(front.best(for: window, objective: objective))
            #expect(all.value == kept.value, "seed \(seed), \(objective)")
        }
    }

    @Test func aWorkedExample() throws {
        // The split takes 30 ms, and 210 ms in one sample of four; the edge alone 70 ms.
        let set = planSet([
            plan("split", edge: 10_000_000, bytes: 10_000), plan("edge", bits: nil, head: 9, edge: 70_000_000),
        ])
        let fast = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(10))
        var slow = fast
        slow.uplink = BitRate(bitsPerSecond: 80_000 / 0.19)
        let window = try #require(ConditionsWindow(samples: [fast, slow, fast, fast]))
        #expect(set.best(for: window)?.best == 1, "(3 · 30 + 210) / 4 = 75 ms")
        let patient = try #require(set.best(for: window, objective: .deadline(.milliseconds(300))))
        #expect(patient.best == 1 && isClose(patient.value, 0.000_070), "nothing is late: the mean")
        let strict = try #require(set.best(for: window, objective: .deadline(.milliseconds(50))))
        #expect(strict.best == 0 && isClose(strict.value, 0.012_5 + 0.000_075), "a quarter of 50 ms")
        slow.uplink = .zero
        let outage = try #require(ConditionsWindow(samples: [fast, slow, fast, fast]))
        let seldom = try #require(set.best(for: outage, objective: .deadline(.milliseconds(50))))
        #expect(seldom.best == 0, "a seldom outage is a late frame, no end")
        #expect(isClose(seldom.value, 0.012_5 + (3 * 0.03 + 5) / 4_000), "it counts a hundred deadlines")
        let gone = try #require(ConditionsWindow(samples: [slow, slow]))
        #expect(set.value(of: set.plans[0], for: gone, objective: .deadline(.milliseconds(50))) == .infinity)
    }

    @Test func whatElseCountsMakesNoFrameLate() throws {
        var set = planSet([
            plan("cloud", head: 0, bytes: 20_000, cloud: 1_000_000),
            plan("edge", bits: nil, head: 9, edge: 40_000_000),
        ])
        set.energy = EnergyModel(compute: 0.5, idle: 0.1, radio: 1.2, sentByte: 3e-6)
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(10))
        let objective = try #require(Objective("deadline=45ms,energy=1s/J"))
        let best = try #require(set.best(under: now, objective: objective))
        // 0.5 W for 40 ms are 20 mJ: as bad as waiting 20 ms, but in time.
        #expect(best.best == 1 && isClose(best.value, 0.020 + 0.000_040))
    }
}
