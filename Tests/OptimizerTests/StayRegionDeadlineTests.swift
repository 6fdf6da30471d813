import Model
import Optimizer
import Testing

@Suite struct StayRegionDeadlineTests {
    private struct Case {
        var set: PlanSet
        var objective: Objective
        var now: Conditions
    }

    private func randomCase(_ random: inout SeededGenerator) -> Case {
        var set = random.nextPlanSet()
        set.energy = EnergyModel(compute: 4, idle: 0.5, radio: 1, sentByte: 1e-6, receivedByte: 1e-6)
        let deadline = Nanoseconds.milliseconds(.random(in: 1...60, using: &random))
        let rates = ExchangeRates(
            joule: .random(in: 0.01...0.5, using: &random), sentByte: .random(in: 0...1e-6, using: &random))
        let now = random.nextConditions()
        return Case(set: set, objective: Objective(.mean, of: .deadlineMiss(deadline), rates: rates), now: now)
    }

    /// Whether the plan is best there; `nil` where rounding decides, or nothing answers.
    private func isBest(_ position: Int, _ one: Case, _ there: Conditions) -> Bool? {
        guard let best = one.set.best(under: there, objective: one.objective), best.value.isFinite,
            best.runnerUpValue.map({ $0 - best.value > 1e-11 }) ?? true
        else { return nil }
        return best.best == position
    }

    private func present(_ condition: Condition, _ conditions: Conditions) -> Double {
        switch condition {
        case .uplink: conditions.uplink.bitsPerSecond
        case .rtt: conditions.rtt.inSeconds
        case .edgeSlowdown: conditions.edgeSlowdown
        case .cloudSlowdown: conditions.cloudSlowdown
        }
    }

    @Test func theRegionIsWhereThePlanIsBest() {
        var count = (inside: 0, outside: 0)
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let one = randomCase(&random)
            for position in one.set.plans.indices {
                let region = one.set.stays(one.set.plans[position], objective: one.objective)
                for _ in 0..<5 {
                    let there = random.nextConditions()
                    guard let best = one.set.best(under: there, objective: one.objective), best.value.isFinite else {
                        continue
                    }
                    #expect(region.contains(there) == (best.best == position), "seed \(seed), plan \(position)")
                    if best.best == position { count.inside += 1 } else { count.outside += 1 }
                }
            }
        }
        #expect(count.inside > 5_000 && count.outside > 5_000)
    }

    /// All of a range is won, nothing hard by it, and the present value lies in it if it is won.
    @Test func aRangeIsAWholeIntervalOfTheRegion() {
        var count = (inside: 0, ends: 0, apart: 0)
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let one = randomCase(&random)
            guard let best = one.set.best(under: one.now, objective: one.objective), best.value.isFinite else {
                continue
            }
            let position = seed % 4 > 0 ? best.best : Int.random(in: one.set.plans.indices, using: &random)
            for range in one.set.stays(one.set.plans[position], objective: one.objective).ranges(around: one.now) {
                func isWon(at value: Double) -> Bool? {
                    isBest(position, one, one.now.with(range.condition, at: value))
                }
                let now = present(range.condition, one.now)
                let scale = range.condition == .uplink ? 1e6 : range.condition == .rtt ? 0.01 : 1.0
                for value in (0..<12).map({ _ in scale * Double.random(in: 0.01...60, using: &random) }) {
                    let ends = [range.low.value, range.high.value]
                    if ends.contains(where: { abs($0 - value) <= 1e-8 * value + 2e-9 }) { continue }
                    guard let isWon = isWon(at: value) else { continue }
                    if range.contains(value) {
                        #expect(isWon, "seed \(seed), \(range) at \(value), \(one.objective)")
                        count.inside += 1
                    } else if isWon {
                        count.apart += 1
                    }
                }
                for (end, step) in [(range.low.value, -1.0), (range.high.value, 1.0)]
                where !range.isEmpty && end > 0 && end.isFinite {
                    let beyond = end + step * max(end * 1e-6, range.condition == .rtt ? 3e-9 : 0)
                    guard beyond > 0, let isWon = isWon(at: beyond) else { continue }
                    #expect(!isWon, "seed \(seed), \(range) beyond \(end), \(one.objective)")
                    count.ends += 1
                }
                if position == best.best, isBest(position, one, one.now) == true {
                    #expect(range.contains(now), "seed \(seed), \(range) around \(now), \(one.objective)")
                }
            }
        }
        #expect(count.inside > 10_000 && count.ends > 2_000 && count.apart > 20, "\(count)")
    }

    @Test func byTimeAloneTheRangesAreThoseOfTheMean() {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let one = randomCase(&random)
            for plan in one.set.plans {
                let strict = one.set.stays(plan, objective: .deadline(.milliseconds(10)))
                #expect(strict.ranges(around: one.now) == one.set.stays(plan).ranges(around: one.now), "seed \(seed)")
            }
        }
    }
}
