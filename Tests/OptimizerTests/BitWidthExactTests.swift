import Model
import Optimizer
import Testing

@Suite struct BitWidthExactTests {
    /// Costs of every choice, computed from the definition, without the optimiser's own sums.
    private func dumbCosts(_ problem: BitWidthProblem) -> [(latency: Int, memory: Int, distortion: Double)] {
        allBitWidths(problem).compactMap { widths in
            var latency = Int(problem.fixedLatency.count)
            var (memory, peak) = (0, 0)
            var distortion = 0.0
            for (index, layer) in problem.layers.enumerated() {
                let row = layer.weightChoices.firstIndex { $0.bits == widths.weights[index] } ?? 0
                let column = layer.activationChoices.firstIndex { $0.bits == widths.activations[index] } ?? 0
                latency += Int(layer.latency[row][column].count)
                memory += layer.weights * widths.weights[index]
                peak = max(peak, layer.activations * widths.activations[index])
                distortion += layer.weightChoices[row].distortion + layer.activationChoices[column].distortion
            }
            for (index, tensor) in problem.transmissions.enumerated() {
                let own = tensor.producer.map { widths.activations[$0] }
                let bits = widths.transmissions[index]
                if tensor.rule == .asActivation, bits != own { return nil }
                guard let option = tensor.options.first(where: { $0.bits == bits }) else { return nil }
                latency += Int(option.latency.count)
                if bits != own { distortion += option.distortion }
            }
            return (latency, memory + peak, distortion)
        }
    }

    private struct Least {
        var value: Double
        var admitted: Int
    }

    private func dumbLeast(
        _ objective: BitWidthObjective, _ costs: [(latency: Int, memory: Int, distortion: Double)],
        _ limits: BitWidthProblem.Limits
    ) -> Double? {
        costs.filter { cost in
            cost.latency <= limits.latency.map { Int($0.count) } ?? .max && cost.memory <= limits.memoryBits ?? .max
                && cost.distortion <= limits.distortion ?? .infinity
        }.map { cost in
            switch objective {
            case .latency: Double(cost.latency)
            case .memory: Double(cost.memory)
            case .distortion: cost.distortion
            }
        }.min()
    }

    /// Distortions are multiples of 2^-8 here: exact both as numbers and in units.
    private func value(_ solution: BitWidthSolution, _ problem: BitWidthProblem) -> Double {
        solution.objective == .distortion ? Double(solution.value) * problem.distortionUnit : Double(solution.value)
    }

    @Test func theOptimumEqualsEnumeration() throws {
        var (solved, infeasible) = (0, 0)
        for seed in 0..<4000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextBitWidthProblem(
                layers: seed % 4, widths: [[2, 4, 6, 8], [1, 3], [1, 2, 8]][seed % 3])
            let costs = dumbCosts(problem)
            for objective in BitWidthObjective.allCases {
                let least = dumbLeast(objective, costs, problem.limits)
                switch problem.solve(objective) {
                case .solved(let solution):
                    solved += 1
                    #expect(value(solution, problem) == least, "seed \(seed), \(objective)")
                    #expect(solution.gap == 0, "seed \(seed), \(objective)")
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
}
