import Model
import Optimizer
import Splitting
import Testing

@Suite struct WeightBitsChoiceTests {
    private struct Candidate {
        var bits: [Int]
        var memory: Int
        var distortion: Double
        var latency: Nanoseconds
    }

    /// Whole numbers as distortions, so that their sums are exact.
    private func choice(_ random: inout SeededGenerator, timed: Bool) -> WeightBitsChoice {
        let weights = (0..<Int.random(in: 1...5, using: &random)).map { index in
            let errors = (0..<3).map { _ in Double(Int.random(in: 0...40, using: &random)) }.sorted(by: >)
            let times = (0..<3).map { _ in timed ? Int64.random(in: 0...6, using: &random) : 3 }.sorted()
            return WeightBitsChoice.Weight(
                layers: ["layer\(index)"], elements: 4 * Int.random(in: 1...30, using: &random), distortions: errors,
                times: times.map { Nanoseconds($0) })
        }
        return WeightBitsChoice(
            weights: weights, fixedBytes: Int.random(in: 0...100, using: &random),
            fixedDistortion: Double(Int.random(in: 0...20, using: &random)))
    }

    /// Every choice of bits, with its sums straight from the definition.
    private func candidates(_ choice: WeightBitsChoice) -> [Candidate] {
        let none = Candidate(
            bits: [], memory: choice.fixedBytes * 8, distortion: choice.fixedDistortion, latency: .zero)
        return choice.weights.reduce([none]) { candidates, weight in
            candidates.flatMap { candidate in
                WeightBitsChoice.widths.enumerated().map { position, bits in
                    Candidate(
                        bits: candidate.bits + [bits], memory: candidate.memory + weight.elements * bits,
                        distortion: candidate.distortion + weight.distortions[position],
                        latency: candidate.latency + weight.times[position])
                }
            }
        }
    }

    @Test func isTheBestOfAllChoicesWithinTheBounds() throws {
        var (solved, refused) = (0, 0)
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let timed = Bool.random(using: &random)
            let choice = choice(&random, timed: timed)
            let all = candidates(choice)
            let largest = all.map(\.memory).max() ?? 0
            let memory = Bool.random(using: &random) ? Int.random(in: 0...largest / 8, using: &random) : nil
            let distortion =
                memory == nil || Bool.random(using: &random) ? Double(Int.random(in: 0...120, using: &random)) : nil
            let solution = try choice.solve(memory: memory, distortion: distortion)
            let fitting = all.filter {
                $0.memory <= memory.map { $0 * 8 } ?? .max && $0.distortion <= distortion ?? .infinity
            }
            let byTime = distortion != nil && choice.fewerBitsAreFaster
            let least = fitting.min {
                byTime && $0.latency != $1.latency ? $0.latency < $1.latency : $0.distortion < $1.distortion
            }
            guard byTime || memory != nil, let least else {
                #expect(solution == nil, "seed \(seed)")
                refused += 1
                continue
            }
            let found = try #require(solution, "seed \(seed)")
            let chosen = try #require(all.first { $0.bits == found.widths.weights }, "seed \(seed)")
            #expect(fitting.contains { $0.bits == chosen.bits }, "seed \(seed): \(chosen) breaks a bound")
            #expect(chosen.distortion == least.distortion, "seed \(seed)")
            if byTime { #expect(chosen.latency == least.latency, "seed \(seed)") }
            #expect(found.gap == 0, "seed \(seed)")
            solved += 1
        }
        #expect(solved > 1000 && refused > 300, "\(solved) solved, \(refused) refused")
    }

    /// Weights whose bits do not fill bytes are counted whole, never less.
    @Test func theMemoryBoundHoldsToTheByte() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var choice = choice(&random, timed: false)
            for index in choice.weights.indices {
                choice.weights[index].elements = Int.random(in: 1...30, using: &random)
            }
            let memory = Int.random(in: 0...250, using: &random)
            guard let solution = try choice.solve(memory: memory, distortion: nil) else { continue }
            let bytes = zip(choice.weights, solution.widths.weights).reduce(choice.fixedBytes) {
                $0 + ($1.0.elements * $1.1 + 7) / 8
            }
            #expect(bytes <= memory, "seed \(seed)")
        }
    }

    @Test func onlyLayersBelowEightBitsAreNamed() {
        let choice = WeightBitsChoice(
            weights: [["a", "b"], ["c"], ["d"]].map { .init(layers: $0, elements: 4, distortions: [], times: []) },
            fixedBytes: 0, fixedDistortion: 0)
        let layers = choice.layers(BitWidths(weights: [2, 8, 4], activations: [], transmissions: []))
        #expect(layers == ["a": .twoBits, "b": .twoBits, "d": .fourBits])
    }

    /// Whatever work is given, the bits keep to the bounds, and the bound is not above the optimum.
    @Test func littleWorkLeavesAnHonestBound() throws {
        for seed in 0..<500 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let choice = choice(&random, timed: false)
            let memory = Int.random(in: 50...300, using: &random)
            guard let exact = try choice.solve(memory: memory, distortion: nil, workLimit: nil) else { continue }
            for work in [1, 2, 5] {
                guard let quick = try choice.solve(memory: memory, distortion: nil, workLimit: work) else { continue }
                #expect(quick.lowerBound <= exact.value && exact.value <= quick.value, "seed \(seed), \(work)")
            }
        }
    }

    @Test func aDistortionThatIsNoneIsNamed() {
        for distortion in [-1, Double.nan, .infinity] {
            let choice = WeightBitsChoice(
                weights: [
                    .init(
                        layers: ["conv"], elements: 4, distortions: [distortion, 1, 0],
                        times: [.zero, .zero, .zero])
                ], fixedBytes: 0, fixedDistortion: 0)
            #expect {
                try choice.solve(memory: 3, distortion: nil)
            } throws: { error in
                "\(error)".contains("the weights of layer 0 'conv' at 2 bits")
            }
        }
    }
}
