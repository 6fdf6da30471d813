import Model
import Optimizer
import TestSupport
import Testing

@Suite struct ContendersTests {
    private func works(_ count: Int, _ random: inout SeededGenerator) -> [CutWork] {
        (0..<count).map { _ in
            CutWork(
                edge: Nanoseconds(Int64.random(in: 0...12, using: &random)),
                bytes: Int.random(in: 0...12, using: &random),
                cloud: Nanoseconds(Int64.random(in: 0...12, using: &random)))
        }
    }

    private func cost(_ work: CutWork, _ price: [Int]) -> Int {
        price[0] * Int(work.edge.count) + price[1] * work.bytes + price[2] * Int(work.cloud.count)
    }

    /// A dumb scan over prices never finds a best that is left out, and every contender is best in the finest of them, unless
    /// its prices lie between.
    @Test func whoeverIsBestAloneContends() {
        var found = 0
        var kept = 0
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let works = works(Int.random(in: 1...12, using: &random), &random)
            let contenders = works.contenders()
            #expect(contenders == contenders.sorted() && !contenders.isEmpty, "seed \(seed)")
            var alone = Set<Int>()
            for a in 0...20 {
                for b in 0...(20 - a) {
                    let costs = works.map { cost($0, [a, b, 20 - a - b]) }
                    let least = costs.min() ?? 0
                    let best = works.indices.filter { costs[$0] == least }
                    if Set(best.map { works[$0] }).count == 1 { alone.insert(best[0]) }
                    // Some contender is a best one at every price.
                    #expect(best.contains { works[contenders].contains(works[$0]) }, "seed \(seed)")
                }
            }
            #expect(alone.isSubset(of: contenders), "seed \(seed)")
            found += alone.count
            kept += contenders.count
        }
        #expect(Double(kept) < 1.1 * Double(found))
    }

    @Test func slackAdmitsWhatComesNear() {
        let near = CutWork(edge: Nanoseconds(52), bytes: 52, cloud: .zero)
        let works = [
            CutWork(edge: Nanoseconds(100), bytes: 0, cloud: .zero), CutWork(edge: .zero, bytes: 100, cloud: .zero),
            near,
        ]
        #expect(works.contenders() == [0, 1])
        #expect(works.contenders(slack: 3) == [0, 1])
        #expect(works.contenders(slack: 5) == [0, 1, 2])
        #expect((works + [near]).contenders(slack: 5) == [0, 1, 2])
    }

    @Test func plansThatCanBeFastestRemain() {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let all = random.nextPlanSet()
            let kept = planSet(all.plans.bestUnderSomeConditions())
            for _ in 0..<20 {
                let conditions = random.nextConditions()
                guard let best = all.best(under: conditions), best.value.isFinite else { continue }
                // Results are not compared: plans differ in them only here.
                let short = Conditions(
                    uplink: conditions.uplink, downlink: .mbps(1e12), rtt: conditions.rtt,
                    edgeSlowdown: conditions.edgeSlowdown, cloudSlowdown: conditions.cloudSlowdown)
                let (wanted, got) = (all.best(under: short)?.value ?? 0, kept.best(under: short)?.value ?? 0)
                #expect(isClose(wanted, got), "seed \(seed)")
            }
        }
    }
}

extension [CutWork] {
    fileprivate subscript(_ positions: [Int]) -> [CutWork] { positions.map { self[$0] } }
}
