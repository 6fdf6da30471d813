import Model
import Optimizer
import TestSupport
import Testing

@Suite struct BestSplitTests {
    private let bits = [2, 8]

    /// Every choice of one number for each of `count` places.
    private func choices(_ options: [Int], count: Int) -> [[Int]] {
        (0..<count).reduce([[]]) { lists, _ in lists.flatMap { list in options.map { list + [$0] } } }
    }

    /// The least latency within the limits over every choice of bits for a cut, by trying all.
    private func leastByTrying(_ instance: SplitInstance, _ cut: Cut) -> Nanoseconds? {
        let graph = instance.graph
        let head = graph.layers.indices.filter { cut.partition.inHead[$0] }
        let sent = instance.sent(at: cut)
        var least: Nanoseconds?
        for widths in choices(bits, count: 2 * head.count) {
            for sentBits in choices(bits, count: sent.count) {
                var split = instance.uniform(cut, bits: 8)
                for (position, layer) in head.enumerated() {
                    split.bits[layer] = OperandBits(
                        weights: widths[2 * position], activations: widths[2 * position + 1])
                }
                split.sentBits = sentBits
                let cost = instance.cost(of: split)
                if instance.admits(cost), cost.latency < least ?? Nanoseconds(.max) { least = cost.latency }
            }
        }
        return least
    }

    private func instance(seed: UInt64) throws -> SplitInstance {
        var random = SeededGenerator(seed: seed)
        let graph =
            seed % 2 == 0
            ? try randomGraph(layerCount: .random(in: 1...3, using: &random), seed: seed)
            : try blockGraph(blocks: 1, seed: seed)
        let free = try randomInstance(of: graph, using: &random)
        let whole = free.cost(of: free.uniform(graph.edgeOnlyCut, bits: 8))
        let coarse = free.cost(of: free.uniform(graph.edgeOnlyCut, bits: 2))
        return free.within(
            .init(
                memoryBits: Bool.random(using: &random)
                    ? .random(in: coarse.memoryBits...whole.memoryBits, using: &random) : nil,
                distortion: .random(in: whole.distortion...max(coarse.distortion, whole.distortion), using: &random)))
    }

    @Test func isTheBestOfAllBitsAtEveryPrefix() throws {
        for seed in 0..<400 as Range<UInt64> {
            let instance = try instance(seed: seed)
            let best = try instance.best(bits: bits)
            let prefixes = instance.everyPrefix.compactMap { leastByTrying(instance, $0) }.min()
            let everything = downwardClosedSets(of: instance.graph).compactMap { head -> Nanoseconds? in
                guard let partition = try? Partition(head: head, of: instance.graph) else { return nil }
                return leastByTrying(instance, Cut(partition, of: instance.graph))
            }.min()
            guard let best, let prefixes, let everything else {
                #expect(best == nil && prefixes == nil && everything == nil, "seed \(seed)")
                continue
            }
            #expect(best.cost.latency <= prefixes, "seed \(seed)")
            #expect(best.cost.latency >= everything, "seed \(seed)")
            #expect(best.lowerBound <= everything, "seed \(seed)")
            #expect(best.gap == .zero, "seed \(seed)")
            #expect(instance.admits(best.cost) && best.cost == instance.cost(of: best.split), "seed \(seed)")
        }
    }

    @Test func aLimitOnWorkLeavesAnHonestBound() throws {
        var open = 0
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try blockGraph(blocks: 4, seed: seed)
            let free = try randomInstance(of: graph, using: &random)
            let whole = try free.outcome(of: .edgeOnly(bits: 4)).cost
            let instance = free.within(.init(memoryBits: whole.memoryBits, distortion: whole.distortion))
            let exact = try #require(try instance.best(bits: [2, 4, 6, 8], workLimit: nil)).cost.latency
            for work in [1, 4, 16] {
                let best = try #require(try instance.best(bits: [2, 4, 6, 8], workLimit: work))
                #expect(best.candidatesBound <= exact && exact <= best.cost.latency, "seed \(seed), \(work)")
                #expect(instance.admits(best.cost), "seed \(seed), \(work)")
                if best.gap > .zero { open += 1 }
            }
        }
        #expect(open > 5, "\(open) with a gap")
    }

    @Test func bitWidthProblemsSpeakOfTheSameCosts() throws {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try blockGraph(blocks: 2, seed: seed)
            let instance = try randomInstance(of: graph, using: &random)
            for cut in instance.everyPrefix {
                let problem = try instance.problem(at: cut, bits: [2, 4, 8], rule: .free)
                let widths = BitWidths(
                    weights: problem.layers.map { $0.weightChoices.map(\.bits).randomElement(using: &random) ?? 8 },
                    activations: problem.layers.map { _ in [2, 4, 8].randomElement(using: &random) ?? 8 },
                    transmissions: problem.transmissions.map {
                        $0.options.map(\.bits).randomElement(using: &random) ?? 8
                    }
                )
                let expected = try #require(problem.costs(of: widths))
                let cost = instance.cost(of: instance.split(at: cut, widths))
                #expect(cost.latency == expected.latency, "seed \(seed)")
                #expect(cost.memoryBits == expected.memoryBits, "seed \(seed)")
                #expect(cost.distortion == expected.distortion, "seed \(seed)")
            }
        }
    }

    /// Every baseline that keeps the limits is a choice that ours has, so ours is no slower.
    @Test func noBaselineWithinTheLimitsIsFaster() throws {
        for seed in 0..<400 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let free = try randomInstance(
                of: try blockGraph(blocks: .random(in: 1...4, using: &random), seed: seed), using: &random)
            let whole = try free.outcome(of: .edgeOnly(bits: 8)).cost
            let instance = free.within(.init(memoryBits: whole.memoryBits, distortion: whole.distortion))
            let best = try #require(try instance.best(bits: [2, 4, 6, 8]), "seed \(seed)")
            for baseline in [
                Baseline.edgeOnly(bits: 8), .edgeOnly(bits: 4), .cloudOnly, .neurosurgeon, .dads, .qdmp,
                .qdmpQuantised(bits: 4), .qdmpQuantised(bits: 8), .autoSplit(bits: [2, 4, 6, 8]),
            ] {
                let outcome = try instance.outcome(of: baseline)
                let isSlower = outcome.cost.latency >= best.cost.latency
                #expect(isSlower || !instance.admits(outcome.cost), "seed \(seed), \(baseline.name)")
            }
        }
    }
}
