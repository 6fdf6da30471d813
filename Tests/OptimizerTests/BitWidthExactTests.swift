import Model
import Optimizer
import Testing

@Suite struct BitWidthExactTests {
    private func problem(_ seed: Int) throws -> BitWidthProblem {
        var random = SeededGenerator(seed: UInt64(seed))
        return try random.nextBitWidthProblem(layers: seed % 4, widths: [[2, 4, 6, 8], [1, 3], [1, 2, 8]][seed % 3])
    }

    @Test func theOptimumEqualsEnumeration() throws {
        var (solved, infeasible) = (0, 0)
        for seed in 0..<4000 {
            let problem = try problem(seed)
            let costs = dumbCosts(problem)
            for objective in BitWidthObjective.allCases {
                let least = dumbLeast(objective, costs, problem.limits)
                // One state a node makes the search branch wherever it can; short turns make it change sides.
                let outcome = problem.solve(
                    objective, searchWidth: [200, 1, 3][seed / 3 % 3], firstTurn: [100_000, 1, 10][seed / 9 % 3])
                switch outcome {
                case .solved(let solution):
                    solved += 1
                    #expect(problem.real(solution.value, objective) == least, "seed \(seed), \(objective)")
                    #expect(solution.gap == 0, "seed \(seed), \(objective)")
                    #expect(solution.contradiction(in: problem) == nil, "seed \(seed), \(objective)")
                case .infeasible:
                    infeasible += 1
                    #expect(least == nil, "seed \(seed), \(objective)")
                case .undecided:
                    Issue.record("seed \(seed), \(objective): undecided without a limit on work")
                }
            }
        }
        #expect(solved > 5000 && infeasible > 1000, "\(solved) solved, \(infeasible) infeasible")
    }

    @Test func whatCannotBeHadIsSaid() throws {
        var (alone, together) = (0, 0)
        for seed in 0..<3000 {
            let problem = try problem(seed)
            guard case .infeasible(let report) = problem.solve() else { continue }
            let costs = dumbCosts(problem)
            let limits = problem.limits
            let limited = [limits.latency != nil, limits.memoryBits != nil, limits.distortion != nil]
            #expect(report.shortfalls.count == limited.count { $0 }, "seed \(seed)")
            for shortfall in report.shortfalls {
                let limit = limits.value(shortfall.limited)
                #expect(shortfall.limit == limit, "seed \(seed), \(shortfall)")
                let least = try #require(dumbLeast(shortfall.limited, costs, BitWidthProblem.Limits()))
                #expect(shortfall.least == least, "seed \(seed), \(shortfall)")
                #expect(shortfall.bindsAlone == (least > limit), "seed \(seed), \(shortfall)")
                var others = limits
                others.drop(shortfall.limited)
                let within = dumbLeast(shortfall.limited, costs, others)
                #expect(shortfall.leastWithinOthers == within, "seed \(seed), \(shortfall)")
                if let within { #expect(within > limit, "seed \(seed), \(shortfall)") }
            }
            if report.binding.isEmpty { together += 1 } else { alone += 1 }
        }
        #expect(alone > 100 && together > 100, "\(alone) alone, \(together) together")
    }

    /// Where enumeration is out of reach each objective checks the other: what is least under a limit is not had below it.
    @Test func latencyAndDistortionAgreeAtRealSize() throws {
        for seed in 0..<40 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextLargeBitWidthProblem(layers: 20 + seed)
            guard let fastest = problem.solve().solution else { continue }
            #expect(fastest.contradiction(in: problem) == nil, "seed \(seed)")
            var limits = problem.limits
            limits.latency = fastest.costs.latency
            let same = try problem.limited(by: limits).solve(.distortion).solution
            #expect(same.map { $0.costs.latency == fastest.costs.latency } == true, "seed \(seed)")
            #expect(same.map { $0.costs.distortion <= fastest.costs.distortion * (1 + 1e-12) } == true, "seed \(seed)")
            limits.latency = fastest.costs.latency - Nanoseconds(1)
            limits.distortion = nil
            let faster = try problem.limited(by: limits).solve(.distortion).solution
            let limit = try #require(problem.limits.distortion)
            if let faster { #expect(faster.costs.distortion > limit * (1 - 1e-12), "seed \(seed)") }
        }
    }

    @Test func neverWorseThanAutoSplit() throws {
        var (compared, better) = (0, 0)
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextLargeBitWidthProblem(layers: 1 + seed % 30)
            let allocations = problem.autoSplitAllocations()
            guard let fastest = allocations.first else { continue }
            let ours = try #require(problem.solve().solution, "seed \(seed)")
            compared += 1
            #expect(ours.costs.latency <= fastest.costs.latency, "seed \(seed)")
            if ours.costs.latency < fastest.costs.latency { better += 1 }
            for allocation in allocations.prefix(3) {
                var limits = problem.limits
                limits.latency = allocation.costs.latency
                let truest = try problem.limited(by: limits).solve(.distortion).solution
                #expect(
                    truest.map { $0.costs.distortionUnits <= allocation.costs.distortionUnits } == true, "seed \(seed)")
            }
        }
        #expect(compared > 100 && better > 100, "\(compared) compared, \(better) better")
    }

    @Test func aLimitOnWorkLeavesAnHonestBound() throws {
        var (exhausted, undecided) = (0, 0)
        for seed in 0..<60 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextLargeBitWidthProblem(layers: 30)
            guard let best = problem.solve().solution else { continue }
            for work in [1, 5, 20, 100, 500, 2000, 1_000_000_000] {
                switch problem.solve(workLimit: work) {
                case .solved(let solution):
                    #expect(solution.lowerBound <= best.value && best.value <= solution.value, "seed \(seed), \(work)")
                    #expect(solution.contradiction(in: problem) == nil, "seed \(seed), \(work)")
                    if solution.gap > 0 { exhausted += 1 }
                    if work == 1_000_000_000 { #expect(solution == best, "seed \(seed)") }
                case .undecided(let bound):
                    undecided += 1
                    #expect(bound <= best.value, "seed \(seed), \(work)")
                case .infeasible:
                    Issue.record("seed \(seed), \(work): infeasible, yet there is a solution")
                }
            }
        }
        #expect(exhausted > 20 && undecided > 5, "\(exhausted) exhausted, \(undecided) undecided")
    }

    @Test func aSolutionThatWasTamperedWithIsFoundOut() throws {
        var random = SeededGenerator(seed: 7)
        let problem = try random.nextLargeBitWidthProblem(layers: 12)
        let solution = try #require(problem.solve().solution)
        #expect(solution.contradiction(in: problem) == nil)
        func isFoundOut(_ change: (inout BitWidthSolution) -> Void) -> Bool {
            var changed = solution
            change(&changed)
            return changed.contradiction(in: problem) != nil
        }
        #expect(isFoundOut { $0.widths.weights[3] = $0.widths.weights[3] == 8 ? 4 : 8 })
        #expect(isFoundOut { $0.widths.activations.removeLast() })
        #expect(isFoundOut { $0.costs.memoryBits -= 1 })
        #expect(isFoundOut { $0.lowerBound = $0.value + 1 })
        #expect(isFoundOut { $0.lowerBound = Int($0.certificate.bound) - 1 })
        #expect(isFoundOut { $0.certificate.bound += Double($0.value) })
        #expect(isFoundOut { $0.certificate.firstPrice *= 2 })
        #expect(isFoundOut { $0.certificate.secondPrice = -1 })
        var limits = problem.limits
        limits.latency = solution.costs.latency - Nanoseconds(1)
        #expect(try solution.contradiction(in: problem.limited(by: limits)) != nil)
    }

    @Test func anEmptyHeadCostsWhatIsSent() throws {
        let options = [(2, 10, 0.5), (8, 40, 0.25)].map { bits, milliseconds, distortion in
            BitWidthProblem.Transmission.Option(
                bits: bits, bytes: bits, latency: .milliseconds(Int64(milliseconds)), distortion: distortion)
        }
        let input = BitWidthProblem.Transmission(name: "input", producer: nil, rule: .free, options: options)
        for (limit, bits) in [(0.5, 2), (0.25, 8)] {
            let problem = try BitWidthProblem(
                layers: [], transmissions: [input], fixedLatency: .milliseconds(5),
                limits: .init(memoryBits: 0, distortion: limit))
            let solution = try #require(problem.solve().solution)
            #expect(solution.widths.transmissions == [bits])
            #expect(solution.costs.latency == .milliseconds(bits == 2 ? 15 : 45))
        }
        let nothing = try BitWidthProblem(layers: [], transmissions: [], limits: .init())
        #expect(nothing.solve().solution?.value == 0)
    }
}
