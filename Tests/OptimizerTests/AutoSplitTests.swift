import Model
import Optimizer
import Testing

@Suite struct AutoSplitTests {
    private func size(_ problem: BitWidthProblem, _ bits: [Int]) -> Int {
        zip(problem.layers, bits).reduce(0) { $0 + $1.0.weights * $1.1 }
    }

    /// The prices at which some layer may change its mind, ascending.
    private func prices(_ problem: BitWidthProblem) -> [Double] {
        var prices: [Double] = []
        for layer in problem.layers where layer.weights > 0 {
            for a in layer.weightChoices {
                for b in layer.weightChoices where b.bits > a.bits {
                    prices.append((a.distortion - b.distortion) / Double(layer.weights * (b.bits - a.bits)))
                }
            }
        }
        return prices.filter { $0 > 0 }.sorted()
    }

    /// Between any two of the prices, each layer's choice by itself; of the choices within the budget the one of least
    /// distortion.
    private func dumbWeights(_ problem: BitWidthProblem, within budget: Int) -> Double? {
        let prices = prices(problem)
        let between = zip([0] + prices, prices + [1 + 2 * (prices.last ?? 0)]).map { ($0 + $1) / 2 }
        var least: Double?
        for price in [0] + between {
            let chosen = problem.layers.map { layer in
                layer.weightChoices.min {
                    $0.distortion + price * Double(layer.weights * $0.bits)
                        < $1.distortion + price * Double(layer.weights * $1.bits)
                } ?? layer.weightChoices[0]
            }
            guard size(problem, chosen.map(\.bits)) <= budget else { continue }
            let distortion = chosen.reduce(0) { $0 + $1.distortion }
            least = min(least ?? distortion, distortion)
        }
        return least
    }

    private func dumbActivations(_ problem: BitWidthProblem, within budget: Int) -> [Int]? {
        let bits = problem.layers.map { layer in
            layer.activationChoices.map(\.bits).filter { $0 * layer.activations <= budget }.max()
        }
        return bits.contains(nil) ? nil : bits.compactMap { $0 }
    }

    private func weightDistortion(_ problem: BitWidthProblem, _ bits: [Int]) -> Double {
        zip(problem.layers, bits).reduce(0) { sum, pair in
            sum + (pair.0.weightChoices.first { $0.bits == pair.1 }?.distortion ?? .infinity)
        }
    }

    @Test func everyPairOfBudgetsIsTriedAndWhatKeepsTheLimitsIsKept() throws {
        var kept = 0
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextBitWidthProblem(layers: 1 + seed % 6)
            let allocations = problem.autoSplitAllocations()
            // At one price for two layers, rounding decides which of them changes first.
            let prices = prices(problem)
            guard zip(prices, prices.dropFirst()).allSatisfy({ $1 - $0 > 1e-9 * $1 }) else { continue }
            kept += allocations.count
            for allocation in allocations {
                #expect(problem.costs(of: allocation.widths) == allocation.costs, "seed \(seed)")
                #expect(problem.admits(allocation.costs), "seed \(seed)")
                #expect(
                    weightDistortion(problem, allocation.widths.weights)
                        == dumbWeights(problem, within: allocation.weightBudget), "seed \(seed), \(allocation)")
                #expect(
                    allocation.widths.activations == dumbActivations(problem, within: allocation.activationBudget),
                    "seed \(seed), \(allocation)")
            }
            try checkGrid(problem, allocations, seed)
            let latencies = allocations.map(\.costs.latency)
            #expect(latencies == latencies.sorted() && Set(allocations.map(\.widths)).count == latencies.count)
        }
        #expect(kept > 2000, "\(kept) kept")
    }

    /// Counts the pairs of budgets whose least distortion keeps every limit, but for what is sent.
    private func checkGrid(
        _ problem: BitWidthProblem, _ allocations: [AutoSplitAllocation], _ seed: Int
    ) throws {
        guard problem.transmissions.isEmpty, problem.limits.latency == nil else { return }
        let weights = problem.layers.reduce(0) { $0 + $1.weights }
        let largest = problem.layers.map(\.activations).max() ?? 0
        for weightBits in Set(problem.layers.flatMap { $0.weightChoices.map(\.bits) }) {
            for activationBits in Set(problem.layers.flatMap { $0.activationChoices.map(\.bits) }) {
                guard let weightPart = dumbWeights(problem, within: weights * weightBits),
                    let activations = dumbActivations(problem, within: largest * activationBits)
                else { continue }
                let activationPart = zip(problem.layers, activations).reduce(0) { sum, pair in
                    sum + (pair.0.activationChoices.first { $0.bits == pair.1 }?.distortion ?? 0)
                }
                let isKept =
                    weights * weightBits + largest * activationBits <= problem.limits.memoryBits ?? .max
                    && weightPart + activationPart <= problem.limits.distortion ?? .infinity
                let isListed = allocations.contains {
                    $0.widths.activations == activations
                        && weightDistortion(problem, $0.widths.weights) == weightPart
                }
                if isKept { #expect(isListed, "seed \(seed), budgets of \(weightBits) and \(activationBits) bits") }
            }
        }
    }

    @Test func tensorsCrossAtTheBitsOfTheirActivation() throws {
        for seed in 0..<500 {
            var random = SeededGenerator(seed: UInt64(seed))
            let problem = try random.nextBitWidthProblem(layers: 3)
            for allocation in problem.autoSplitAllocations() {
                for (tensor, bits) in zip(problem.transmissions, allocation.widths.transmissions) {
                    #expect(bits == tensor.producer.map { allocation.widths.activations[$0] } ?? 8, "seed \(seed)")
                }
            }
        }
    }

    /// Of three layers two can be raised from 2 to 4 bits within the budget. The hull lacks the pair: the first layer's gain
    /// is the greatest, the second's and third's are equal, so every price raises both or none of these.
    @Test func theLagrangianMissesWhatLiesInsideTheHull() throws {
        func layer(_ name: String, gain: Double) -> BitWidthProblem.Layer {
            .init(
                name: name, weights: 10, activations: 1,
                weightChoices: [.init(bits: 2, distortion: gain), .init(bits: 4, distortion: 0)],
                activationChoices: [.init(bits: 4, distortion: 0)],
                latency: [[.milliseconds(1)], [.milliseconds(1)]])
        }
        let problem = try BitWidthProblem(
            layers: [layer("a", gain: 4), layer("b", gain: 1), layer("c", gain: 1)], transmissions: [],
            limits: .init(memoryBits: 104, distortion: 10))
        let published = try #require(
            problem.autoSplitAllocations().min { $0.costs.distortion < $1.costs.distortion })
        #expect(published.widths.weights == [2, 2, 2])
        let exact = try #require(problem.solve(.distortion).solution)
        #expect(exact.costs.distortion == 1)
        #expect(exact.widths.weights[0] == 4 && exact.costs.memoryBits == 104)
    }
}
