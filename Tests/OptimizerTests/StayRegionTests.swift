import Model
import Optimizer
import Testing

@Suite struct StayRegionTests {
    /// How far `plan` is from being best: its latency less the least of its rivals'; at zero the order of the plans decides.
    private func lag(_ plan: Plan, _ set: PlanSet, _ conditions: Conditions) -> Double {
        let rivals = set.plans.filter { $0.id != plan.id }.map { dumbLatency($0, conditions) }
        let own = dumbLatency(plan, conditions)
        let least = rivals.min() ?? .infinity
        return own == least ? 0 : own - least
    }

    /// Values of a condition all over its domain, and hard by the ends of `range`.
    private func probes(_ range: ConditionRange, _ now: Double, _ random: inout SeededGenerator) -> [Double] {
        let scale = range.condition == .uplink ? 1e6 : range.condition == .rtt ? 0.01 : 1.0
        var probes = (0..<12).map { _ in scale * Double.random(in: 0.01...60, using: &random) } + [now, 0]
        for end in [range.low.value, range.high.value] where end.isFinite {
            // The round trip is held in whole nanoseconds: step by more than one.
            let step = max(end * 1e-5, range.condition == .rtt ? 3e-9 : 1e-9 * scale)
            probes += [end + step, end - step].filter { $0 >= 0 }
        }
        return probes
    }

    private func randomObjective(_ random: inout SeededGenerator) -> Objective {
        switch Int.random(in: 0..<3, using: &random) {
        case 0: .mean
        case 1: .throughput
        default:
            Objective(
                .mean,
                rates: ExchangeRates(
                    joule: .random(in: 0...1, using: &random), sentByte: .random(in: 0...1e-6, using: &random),
                    lostShare: .random(in: 0...1, using: &random)))
        }
    }

    @Test func theRegionIsWhereThePlanIsBest() {
        var count = (inside: 0, outside: 0, superfluous: 0)
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var set = random.nextPlanSet()
            set.energy = EnergyModel(compute: 4, idle: 0.5, radio: 1, sentByte: 1e-6, receivedByte: 1e-6)
            let objective = randomObjective(&random)
            for position in set.plans.indices {
                let region = set.stays(set.plans[position], objective: objective)
                count.superfluous += set.plans.count - 1 - region.rivalCount
                for _ in 0..<6 {
                    let conditions = random.nextConditions()
                    guard let best = set.best(under: conditions, objective: objective), best.value.isFinite else {
                        continue
                    }
                    let isBest = best.best == position
                    #expect(region.contains(conditions) == isBest, "seed \(seed), plan \(position), \(objective)")
                    if isBest { count.inside += 1 } else { count.outside += 1 }
                }
            }
        }
        #expect(count.inside > 5_000 && count.outside > 5_000 && count.superfluous > 5_000)
    }

    @Test func theRangesAreCutsOfTheRegion() {
        var count = (inside: 0, outside: 0)
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var set = random.nextPlanSet()
            set.energy = EnergyModel(compute: 4, idle: 0.5, radio: 1, sentByte: 1e-6, receivedByte: 1e-6)
            let objective = randomObjective(&random)
            let now = random.nextConditions()
            guard let best = set.best(under: now, objective: objective), best.value.isFinite else { continue }
            let number = seed % 4 > 0 ? best.best : Int.random(in: set.plans.indices, using: &random)
            let region = set.stays(set.plans[number], objective: objective)
            for range in region.ranges(around: now) {
                for value in probes(range, present(range.condition, now), &random) where value > 0 {
                    // Hard by an end the rounding of a division decides.
                    let ends = [range.low.value, range.high.value]
                    if ends.contains(where: { abs($0 - value) <= 1e-8 * value + 2e-9 }) { continue }
                    let there = now.with(range.condition, at: value)
                    guard let best = set.best(under: there, objective: objective), best.value.isFinite else { continue }
                    // Nor do costs tell plans apart that are equal but for rounding.
                    if let other = best.runnerUpValue, other - best.value <= 1e-12 { continue }
                    #expect(
                        range.contains(value) == region.contains(there),
                        "seed \(seed), \(range), \(value), \(objective)")
                    if range.contains(value) { count.inside += 1 } else { count.outside += 1 }
                }
            }
        }
        #expect(count.inside > 10_000 && count.outside > 3_000)
    }

    @Test func insideItIsBestAndJustOutsideItIsNot() {
        var inside = 0
        var outside = 0
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = random.nextPlanSet()
            let conditions = random.nextConditions()
            guard let best = set.best(under: conditions) else { continue }
            // Mostly the plan that is best now, else any.
            let number = seed % 4 > 0 ? best.best : Int.random(in: set.plans.indices, using: &random)
            let plan = set.plans[number]
            for range in set.stays(plan).ranges(around: conditions) {
                let now = present(range.condition, conditions)
                for value in probes(range, now, &random) {
                    let lag = lag(plan, set, conditions.with(range.condition, at: value))
                    let isInRange = range.contains(value)
                    // In an outage the order may let a plan win that loses at any rate: a point by itself.
                    let isPoint = range.high.value == 0 && value > 0
                    if lag > 1e-11 && isInRange || lag < -1e-11 && !isInRange && !isPoint {
                        Issue.record("seed \(seed), plan \(plan.id), \(range) at \(value), lag \(lag)")
                    }
                    if isInRange { inside += 1 } else { outside += 1 }
                }
                for end in [range.low, range.high] where !range.isEmpty && end.value.isFinite && end.value > 0 {
                    let lag = lag(plan, set, conditions.with(range.condition, at: end.value))
                    // An end is where a rival is equal, up to a nanosecond of the round trip.
                    if abs(lag) > 2e-9 {
                        Issue.record("seed \(seed), plan \(plan.id), \(range), lag \(lag) at \(end)")
                    }
                }
            }
        }
        #expect(inside > 10_000 && outside > 10_000)
    }

    private func present(_ condition: Condition, _ conditions: Conditions) -> Double {
        switch condition {
        case .uplink: conditions.uplink.bitsPerSecond
        case .rtt: conditions.rtt.inSeconds
        case .edgeSlowdown: conditions.edgeSlowdown
        case .cloudSlowdown: conditions.cloudSlowdown
        }
    }

    @Test func theRangesOfAWorkedExample() {
        // Under 8 Mbit/s: split = 10 + 10 + 20 = 40 ms, edge-only = 60 ms.
        let split = plan("split", edge: 10_000_000, bytes: 10_000)
        let edge = plan("edge-only", bits: nil, head: 9, edge: 60_000_000)
        let set = planSet([split, edge])
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(20))
        let ranges = set.stays(split).ranges(around: now)
        // The split comes first, so it keeps ties: 10 + 80000/u + 20 <= 60.
        #expect(ranges[0].condition == .uplink)
        #expect(isClose(ranges[0].low.value, 80_000 / 0.030))
        #expect(ranges[0].low.isIncluded)
        #expect(ranges[0].high == Bound(.infinity, isIncluded: false))
        #expect(ranges[1].low == Bound(0, isIncluded: true))
        #expect(isClose(ranges[1].high.value, 0.040))
        #expect(ranges[1].high.isIncluded)
        // 10 e + 30 <= 60 e.
        #expect(isClose(ranges[2].low.value, 0.6))
        #expect(ranges[3].isUnlimited)
        // The later plan loses ties.
        let reverse = set.stays(edge).ranges(around: now)
        #expect(isClose(reverse[0].high.value, 80_000 / 0.030))
        #expect(!reverse[0].high.isIncluded)
        #expect(reverse[0].low == Bound(0, isIncluded: true), "without a link the edge remains")
        #expect(reverse[3].isEmpty)
    }

    @Test func tiesGoByTheOrderOfPlans() {
        let twins = planSet([plan("a", edge: 5, bytes: 5), plan("b", edge: 5, bytes: 5)])
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(20))
        #expect(twins.stays(twins.plans[0]).ranges(around: now).allSatisfy { $0.isUnlimited })
        #expect(twins.stays(twins.plans[1]).ranges(around: now).allSatisfy { $0.isEmpty })
    }

    @Test func anOutageIsPartOfTheRangeOnlyWhereThePlanWinsThen() {
        let first = plan("a", edge: 5_000_000, bytes: 1_000)
        let second = plan("b", edge: 1_000_000, bytes: 9_000)
        let set = planSet([first, second])
        let outage = Conditions(uplink: .zero, downlink: .mbps(8), rtt: .zero)
        #expect(set.best(under: outage)?.best == 0, "all are infinite: the first")
        let range = set.stays(first).ranges(around: outage)[0]
        #expect(range.contains(0) && range.contains(1e6) && !range.contains(1e9))
        let other = set.stays(second).ranges(around: outage)[0]
        #expect(!other.contains(0) && !other.contains(1e6) && other.contains(1e9))
        // Here the order of plans alone decides in the outage: a single point.
        let point = planSet([plan("a", head: 0, bytes: 9_000), plan("b", head: 1, bytes: 1_000)])
        let alone = point.stays(point.plans[0]).ranges(around: outage)[0]
        #expect(alone.contains(0) && !alone.contains(1_000))
    }

    @Test func onlyAdmittedRivalsCount() {
        let set = planSet([plan("a", edge: 9), plan("b", edge: 1)])
        let now = Conditions(uplink: .mbps(8), downlink: .mbps(8), rtt: .zero)
        #expect(set.stays(set.plans[0]).ranges(around: now)[1].isEmpty)
        #expect(set.stays(set.plans[0], among: { $0.id == "a" }).ranges(around: now)[1].isUnlimited)
    }
}
