import Model
import Optimizer
import Testing

/// The ranking's clever paths (rows, blocks, early give-up, selection by counting) against all values, sorted: equal to the bit.
@Suite struct PlanScanTests {
    /// Nanoseconds, by the formula's own order of operations.
    private func latency(_ plan: Plan, _ c: Conditions, _ workload: Workload) -> Double {
        func price(_ value: Double) -> Double { value >= 0 && value < 1e305 ? value : 1e305 }
        let isRemote = !plan.isEdgeOnly
        let edge = Double(plan.edgeWork.count) + (isRemote ? Double(plan.encodeWork.count) : 0)
        let local = edge * price(c.edgeSlowdown) + Double(plan.transmitBytes) * price(8e9 / c.uplink.bitsPerSecond)
        let remote = isRemote ? price(Double(c.rtt.count)) + price(Double(c.cloudQueue.count)) : 0
        let cloud = Double(plan.cloudWork.count) * price(c.cloudSlowdown)
        let sum = local + (remote + cloud) + Double(plan.resultBytes) * price(8e9 / c.downlink.bitsPerSecond)
        let time = sum < 1e290 ? sum : .infinity
        guard let interval = workload.frameInterval else { return time }
        let services = [
            edge * price(c.edgeSlowdown), Double(plan.transmitBytes) * price(8e9 / c.uplink.bitsPerSecond), cloud,
        ]
        let excess = (services.max() ?? 0) - Double(interval.count)
        let position = max(0, (Double(workload.horizon.count) / Double(interval.count) - 1) / 2)
        return time + (excess > 0 && position > 0 ? excess * position : 0)
    }

    private func quantile(_ plan: Plan, _ window: ConditionsWindow, _ q: Double, _ workload: Workload) -> Double {
        let values = window.samples.map { latency(plan, $0, workload) }.sorted()
        return values[min(max(Int((q * Double(values.count) - 1e-9).rounded(.up)), 1), values.count) - 1] / 1e9
    }

    private func podium(_ values: [Double], _ isAdmitted: (Int) -> Bool) -> Ranking? {
        let order = values.indices.filter(isAdmitted).sorted { (values[$0], $0) < (values[$1], $1) }
        guard let best = order.first else { return nil }
        let second = order.dropFirst().first
        return Ranking(best: best, value: values[best], runnerUp: second, runnerUpValue: second.map { values[$0] })
    }

    /// Up to `count` plans; costs repeat, so that ties occur.
    private func largeSet(_ count: Int, _ random: inout SeededGenerator) -> PlanSet {
        let most = [3, 50, 1_000_000].randomElement(using: &random) ?? 3
        return planSet(
            (0..<count).map { index in
                let (id, edge) = ("p\(index)", Int64(Int.random(in: 0...most, using: &random)) * 1000)
                if Int.random(in: 0..<9, using: &random) == 0 {
                    return plan(id, bits: nil, head: index / 3, edge: edge)
                }
                return plan(
                    id, head: index / 3, edge: edge, encode: Int64.random(in: 0...3, using: &random),
                    bytes: Int.random(in: 0...most, using: &random),
                    cloud: Int64(Int.random(in: 0...most, using: &random)),
                    result: Int.random(in: 0...2, using: &random))
            })
    }

    private func workload(_ random: inout SeededGenerator) -> Workload {
        [
            .isolated, .isolated, Workload(frameInterval: .microseconds(500), horizon: .seconds(1)),
            Workload(frameInterval: .seconds(1), horizon: .zero),
        ].randomElement(using: &random) ?? .isolated
    }

    @Test func underOneConditionItIsExact() {
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = largeSet(Int.random(in: 1...200, using: &random), &random)
            let conditions = random.nextConditions()
            let workload = workload(&random)
            let values = set.plans.map { latency($0, conditions, workload) / 1e9 }
            let ranking = set.best(under: conditions, workload: workload)
            #expect(ranking == podium(values) { _ in true }, "seed \(seed)")
            let share = Int.random(in: 1...40, using: &random)
            let admitted = Set(set.plans.indices.filter { $0 % share == 0 && seed % 50 > 0 }.map { set.plans[$0].id })
            let some = set.best(under: conditions, workload: workload, among: { admitted.contains($0.id) })
            #expect(some == podium(values) { admitted.contains(set.plans[$0].id) }, "seed \(seed)")
        }
    }

    @Test func quantilesOverWindowsOfAnyLengthAreExact() throws {
        for seed in 0..<600 {
            var random = SeededGenerator(seed: UInt64(seed))
            let set = largeSet(Int.random(in: 1...80, using: &random), &random)
            let length = [2, 15, 16, 17, 60, 255, 256, 257, 400].randomElement(using: &random) ?? 2
            let pool = (0..<Int.random(in: 1...length, using: &random)).map { _ in random.nextConditions() }
            let window = try #require(
                ConditionsWindow(samples: (0..<length).compactMap { _ in pool.randomElement(using: &random) }))
            let workload = workload(&random)
            let q: Double = [0.01, 0.05, 0.3, 0.5, 0.9, 0.95, 0.99, 1].randomElement(using: &random) ?? 1
            let values = set.plans.map { quantile($0, window, q, workload) }
            let ranking = set.best(for: window, objective: .quantile(q), workload: workload)
            #expect(ranking == podium(values) { _ in true }, "seed \(seed), p\(q * 100) of \(length)")
            let some = set.best(
                for: window, objective: .quantile(q), workload: workload, among: { $0.headLayers % 2 == 0 })
            #expect(some == podium(values) { set.plans[$0].headLayers % 2 == 0 }, "seed \(seed)")
            for (plan, value) in zip(set.plans, values) {
                #expect(plan.value(for: window, objective: .quantile(q), workload: workload) == value, "seed \(seed)")
            }
        }
    }

    @Test func equalSetsAreEqualWhateverTheirOrder() throws {
        var random = SeededGenerator(seed: 9)
        let set = largeSet(70, &random)
        let shuffled = planSet(set.plans.shuffled(using: &random))
        #expect(shuffled == set)
        #expect(shuffled.hashValue == set.hashValue)
        #expect(try PlanSet.decode(from: set.encode(), source: "") == set)
        #expect(planSet(Array(set.plans.dropLast())) != set)
    }
}
