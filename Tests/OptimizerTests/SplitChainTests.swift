import Model
import Optimizer
import Testing

@Suite struct SplitChainTests {
    /// Heads that are the prefixes of one chain, each sending its last tensor, under the limits of the whole.
    private func chain(_ seed: Int) throws -> [SplitPosition] {
        var random = SeededGenerator(seed: UInt64(seed))
        let whole = try random.nextLargeBitWidthProblem(layers: 6 + seed % 10)
        let input = BitWidthProblem.Transmission(
            name: "input", producer: nil, rule: .free,
            options: [.init(bits: 8, bytes: 40_000, latency: .milliseconds(100), distortion: 0)])
        return try (0...whole.layers.count).map { count in
            let layers = Array(whole.layers.prefix(count))
            let sent = layers.last.map { layer in
                BitWidthProblem.Transmission(
                    name: layer.name, producer: count - 1, rule: .free,
                    options: layer.activationChoices.map { choice in
                        let bytes = layer.activations * choice.bits / 8
                        return .init(
                            bits: choice.bits, bytes: bytes, latency: Nanoseconds(Int64(bytes) * 2500),
                            distortion: choice.distortion)
                    })
            }
            return SplitPosition(
                name: "\(count)",
                head: try BitWidthProblem(
                    layers: layers, transmissions: [count == 0 ? input : sent].compactMap { $0 },
                    fixedLatency: .milliseconds(Int64(20 - count)), limits: whole.limits))
        }
    }

    @Test func candidatesAreByVolumeAndLeastMemory() throws {
        var (candidates, others) = (0, 0)
        for seed in 0..<200 {
            let positions = try chain(seed)
            for (index, position) in positions.enumerated() {
                let head = position.head
                var volume = 0
                for tensor in head.transmissions { volume += tensor.options[0].bytes }
                var (memory, peak) = (0, 0)
                for layer in head.layers {
                    memory += layer.weights * layer.weightChoices[0].bits
                    peak = max(peak, layer.activations * layer.activationChoices[0].bits)
                }
                let limit = try #require(head.limits.memoryBits)
                let isCandidate = volume <= 4_000 && memory + peak <= limit
                if isCandidate { candidates += 1 } else { others += 1 }
                let isListed = positions.autoSplitCandidates(inputBytes: 4_000).contains(index)
                #expect(isListed == isCandidate, "seed \(seed), position \(index)")
            }
        }
        #expect(candidates > 200 && others > 200, "\(candidates) candidates, \(others) others")
    }

    @Test func theListHoldsEveryCandidatesAllocationsFastestFirst() throws {
        for seed in 0..<100 {
            let positions = try chain(seed)
            let solutions = positions.autoSplitSolutions(inputBytes: 40_000)
            let latencies = solutions.map(\.allocation.costs.latency)
            #expect(latencies == latencies.sorted(), "seed \(seed)")
            for index in positions.indices {
                let isCandidate = positions.autoSplitCandidates(inputBytes: 40_000).contains(index)
                let expected = isCandidate ? positions[index].head.autoSplitAllocations() : []
                #expect(
                    solutions.filter { $0.position == index }.map(\.allocation) == expected,
                    "seed \(seed), position \(index)")
            }
        }
    }

    @Test func theBestPositionIsTheFirstOfThoseSolvedOneByOne() throws {
        var found = 0
        for seed in 0..<100 {
            let positions = try chain(seed)
            for objective in [BitWidthObjective.latency, .memory] {
                let values = positions.map { $0.head.solve(objective).solution?.value }
                let least = values.compactMap { $0 }.min()
                let outcome = positions.best(objective)
                let best = outcome.solution
                if best == nil { #expect(outcome == .infeasible, "seed \(seed), \(objective)") }
                #expect(best.map { $0.gap == 0 && $0.solution.gap == 0 } ?? true, "seed \(seed), \(objective)")
                #expect(best?.solution.value == least, "seed \(seed), \(objective)")
                #expect(best?.position == values.firstIndex { $0 != nil && $0 == least }, "seed \(seed), \(objective)")
                if let best {
                    found += 1
                    #expect(best.solution.contradiction(in: positions[best.position].head) == nil, "seed \(seed)")
                }
            }
        }
        #expect(found > 150, "\(found) found")
    }

    @Test func aWholeChainIsNeverSlowerThanAutoSplit() throws {
        for seed in 0..<100 {
            let positions = try chain(seed)
            guard let published = positions.autoSplitSolutions(inputBytes: 40_000).first else { continue }
            let best = try #require(positions.best().solution)
            #expect(best.solution.costs.latency <= published.allocation.costs.latency, "seed \(seed)")
        }
    }

    /// However little work is given, the bound is below the optimum and the solution above it; with enough they meet.
    @Test func aLimitOnWorkLeavesAnHonestBound() throws {
        var (open, undecided) = (0, 0)
        for seed in 0..<60 {
            let positions = try chain(seed)
            guard let exact = positions.best(workLimit: nil).solution else { continue }
            for work in [1, 3, 10, 100, 1000, BitWidthProblem.defaultWorkLimit] {
                switch positions.best(workLimit: work) {
                case .solved(let best):
                    let value = exact.solution.value
                    #expect(best.lowerBound <= value && value <= best.solution.value, "seed \(seed), \(work)")
                    #expect(best.solution.contradiction(in: positions[best.position].head) == nil, "seed \(seed)")
                    if best.gap > 0 { open += 1 }
                    if work == BitWidthProblem.defaultWorkLimit { #expect(best == exact, "seed \(seed)") }
                case .undecided(let bound):
                    undecided += 1
                    #expect(bound <= exact.solution.value, "seed \(seed), \(work)")
                case .infeasible: Issue.record("seed \(seed), \(work): there is a solution")
                }
            }
        }
        #expect(open > 10, "\(open) with a gap, \(undecided) undecided")
    }
}
