import Model
import Optimizer
import Testing

@Suite struct DominanceTests {
    private func randomPlans(_ random: inout SeededGenerator) -> [Plan] {
        // Few values, so that plans are often equal in some cost or all.
        let most = Int.random(in: 1...6, using: &random)
        func small() -> Int { Int.random(in: 0...most, using: &random) }
        return (0..<Int.random(in: 1...30, using: &random)).map { number in
            plan(
                "p\(number)", bits: number % 11 == 10 ? nil : [2, 4, 8, 32].randomElement(using: &random),
                head: number % 7 == 6 ? 0 : 1, edge: Int64(small()), encode: Int64(small()), bytes: small(),
                cloud: Int64(small()), result: small() / 4, memory: small() / 2)
        }
    }

    private func costs(_ plan: Plan, _ fidelity: Fidelity) -> [Int] {
        var costs = [
            Int(plan.edgeWork.count + plan.encodeWork.count), Int(plan.cloudWork.count), plan.transmitBytes,
            plan.resultBytes, plan.edgeBytes,
        ]
        if case .bits = fidelity { costs.append(-(plan.crossing.first?.precision.bits ?? 1000)) }
        return costs
    }

    private func dumbFront(_ plans: [Plan], _ fidelity: Fidelity) -> [String] {
        plans.filter { plan in
            let own = costs(plan, fidelity)
            let isDominated = plans.contains { rival in
                let other = costs(rival, fidelity)
                let isNoWorse = zip(other, own).allSatisfy { $0 <= $1 }
                return isNoWorse && (other != own || rival.id < plan.id)
            }
            return !isDominated || plan.isEdgeOnly || plan.isCloudOnly
        }.map(\.id)
    }

    @Test func theFrontEqualsTheDefinition() {
        for seed in 0..<5000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let plans = randomPlans(&random)
            for fidelity in [Fidelity.bits, .accepted] {
                let front = plans.undominated(fidelity: fidelity).map(\.id)
                #expect(front == dumbFront(plans, fidelity), "seed \(seed), \(fidelity)")
            }
        }
    }

    @Test func fewerBitsDominateOnlyOnceAccuracyIsAccepted() {
        let plans = [
            plan("c@4", bits: 4, edge: 5, bytes: 4), plan("c@8", bits: 8, edge: 5, bytes: 8),
            plan("d@8", bits: 8, edge: 6, bytes: 9), plan("edge-only", bits: nil, edge: 90),
        ]
        #expect(plans.undominated(fidelity: .bits).map(\.id) == ["c@4", "c@8", "edge-only"])
        #expect(plans.undominated(fidelity: .accepted).map(\.id) == ["c@4", "edge-only"])
    }

    /// A head is worth as much as its coarsest weights: what it saves with them does not make it better.
    @Test func headsOfFewerBitsDominateOnlyOnceAccuracyIsAccepted() {
        func head(_ id: String, _ weights: Precision, _ layers: [String: Precision] = [:], memory: Int) -> Plan {
            var plan = plan(id, bits: 8, edge: 5, bytes: 4, memory: memory)
            plan.headPrecision = HeadPrecision(weights: weights, layers: layers)
            return plan
        }
        let plans = [
            head("int8", .eightBits, memory: 9), head("mixed", .eightBits, ["conv": .fourBits], memory: 7),
            head("finer", .eightBits, ["conv": .eightBits], memory: 8), head("coarse", .twoBits, memory: 8),
        ]
        #expect(plans.undominated(fidelity: .bits).map(\.id) == ["mixed", "finer"])
        #expect(plans.undominated(fidelity: .accepted).map(\.id) == ["mixed"])
    }

    @Test func baselinesAlwaysRemain() {
        let plans = [
            plan("cloud-8", head: 0, edge: 9, bytes: 9, cloud: 9), plan("edge-only", bits: nil, edge: 99),
            plan("best@32", bits: 32), plan("idle@8", edge: 1),
        ]
        #expect(plans.undominated(fidelity: .bits).map(\.id) == ["cloud-8", "edge-only", "best@32"])
    }

    @Test func withinTheToleranceTimesAreEqualWhateverTheOrder() {
        for seed in 0..<1000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let tolerance = [0.01, 0.05, 0.5].randomElement(using: &random) ?? 0.01
            let plans = (0..<25).map { number in
                plan(
                    "p\(number)", edge: Int64.random(in: 900_000...1_100_000, using: &random),
                    bytes: Int.random(in: 1...4, using: &random),
                    cloud: Int64.random(in: 0...3, using: &random) * 300_000)
            }
            let kept = plans.undominated(fidelity: .accepted, timeTolerance: tolerance)
            let shuffled = plans.shuffled(using: &random).undominated(fidelity: .accepted, timeTolerance: tolerance)
            #expect(Set(kept) == Set(shuffled), "seed \(seed)")
            for plan in plans {
                let isCovered = kept.contains { other in
                    Double(other.edgeWork.count) <= Double(plan.edgeWork.count) * (1 + tolerance)
                        && Double(other.cloudWork.count) <= Double(plan.cloudWork.count) * (1 + tolerance)
                        && other.transmitBytes <= plan.transmitBytes
                }
                #expect(isCovered, "seed \(seed), \(plan.id)")
            }
        }
        let near = [plan("slow", edge: 1_001_000, bytes: 5), plan("fast", edge: 1_000_000, bytes: 6)]
        #expect(near.undominated(fidelity: .accepted).count == 2)
        #expect(near.undominated(fidelity: .accepted, timeTolerance: 0.01).map(\.id) == ["slow"])
    }

    @Test func accuracyFilters() {
        func measured(_ id: String, _ topOne: Double?, _ agreement: Double) -> Plan {
            plan(id, accuracy: Accuracy(samples: 100, topOne: topOne, agreement: agreement))
        }
        let plans = [
            measured("good", 0.97, 0.90), measured("bad", 0.96, 0.99), measured("no labels", nil, 0.99),
            measured("no labels, bad", nil, 0.98), plan("unmeasured"), plan("edge-only", bits: nil),
        ]
        let reference = Accuracy(samples: 100, topOne: 0.98, agreement: 1)
        let kept = plans.filtered(maxAccuracyDrop: 0.01, reference: reference)
        #expect(kept.map(\.id) == ["good", "no labels", "edge-only"])
    }

    @Test func theUpperBoundAsksForMoreSamples() {
        func measured(_ id: String, of samples: Int, lost: Int, gained: Int) -> Plan {
            let topOne = 0.98 - Double(lost - gained) / Double(samples)
            return plan(
                id,
                accuracy: Accuracy(
                    samples: samples, topOne: topOne, agreement: 1, labelled: samples, lost: lost, gained: gained))
        }
        let plans = [
            measured("few", of: 128, lost: 0, gained: 0), measured("many", of: 1000, lost: 2, gained: 1),
            measured("worse", of: 1000, lost: 12, gained: 1), plan("edge-only", bits: nil),
        ]
        let reference = Accuracy(samples: 1000, topOne: 0.98, agreement: 1)
        let estimated = plans.filtered(maxAccuracyDrop: 0.01, reference: reference)
        #expect(estimated.map(\.id) == ["few", "many", "edge-only"])
        let bounded = plans.filtered(maxAccuracyDrop: 0.01, reference: reference, judgement: .upperBound)
        #expect(bounded.map(\.id) == ["many", "edge-only"])
    }
}
