import Model
import Optimizer

extension SeededGenerator {
    /// A head of `layerCount` layers and the tensors it sends, with limits that about half of all bit widths keep each,
    /// some impossible. Few distinct values, so that ties are common.
    mutating func nextBitWidthProblem(layers layerCount: Int, widths: [Int] = [2, 4, 6, 8]) throws -> BitWidthProblem {
        let layers = (0..<layerCount).map { nextLayer("layer\($0)", widths: widths) }
        let tensors = (0..<Int.random(in: 0...2, using: &self)).map { index in
            nextTransmission("tensor\(index)", layers, widths: widths)
        }
        let fixed = Nanoseconds.microseconds(.random(in: 0...3, using: &self))
        let unlimited = try BitWidthProblem(
            layers: layers, transmissions: tensors, fixedLatency: fixed, limits: BitWidthProblem.Limits())
        return try BitWidthProblem(
            layers: layers, transmissions: tensors, fixedLatency: fixed, limits: nextLimits(unlimited))
    }

    /// Between the costs of two random choices, which keeps them near what can just be had; sometimes below.
    private mutating func nextLimits(_ problem: BitWidthProblem) -> BitWidthProblem.Limits {
        let samples = (0..<4).compactMap { _ in problem.costs(of: nextWidths(problem)) }
        var limits = BitWidthProblem.Limits()
        func isDrawn(_ share: Int) -> Bool { Int.random(in: 0..<share, using: &self) > 0 }
        if isDrawn(6) { limits.memoryBits = samples.map(\.memoryBits).randomElement(using: &self) }
        if isDrawn(6) { limits.distortion = samples.map(\.distortion).randomElement(using: &self) }
        if !isDrawn(3) { limits.latency = samples.map(\.latency).randomElement(using: &self) }
        if !isDrawn(8) { limits.memoryBits = limits.memoryBits.map { $0 * 2 / 3 } }
        if !isDrawn(8) { limits.distortion = limits.distortion.map { $0 / 3 } }
        return limits
    }

    mutating func nextWidths(_ problem: BitWidthProblem) -> BitWidths {
        let activations = problem.layers.map { $0.activationChoices.randomElement(using: &self)?.bits ?? 0 }
        return BitWidths(
            weights: problem.layers.map { $0.weightChoices.randomElement(using: &self)?.bits ?? 0 },
            activations: activations,
            transmissions: problem.transmissions.map { tensor in
                if tensor.rule == .asActivation, let producer = tensor.producer { return activations[producer] }
                return tensor.options.randomElement(using: &self)?.bits ?? 0
            })
    }

    private mutating func nextLayer(_ name: String, widths: [Int]) -> BitWidthProblem.Layer {
        let weightChoices = nextChoices(widths)
        let activationChoices = nextChoices(widths)
        return BitWidthProblem.Layer(
            name: name, weights: .random(in: 0...9, using: &self), activations: .random(in: 1...9, using: &self),
            weightChoices: weightChoices, activationChoices: activationChoices,
            latency: weightChoices.map { weight in
                activationChoices.map { activation in
                    .microseconds(Int64(weight.bits + activation.bits) + .random(in: 0...4, using: &self))
                }
            })
    }

    /// Falling by about four for two bits, mostly.
    private mutating func nextChoices(_ widths: [Int]) -> [BitWidthProblem.Choice] {
        var kept = widths.filter { _ in Int.random(in: 0..<5, using: &self) > 0 }
        if kept.isEmpty { kept = [widths[0]] }
        return kept.map { bits in
            let isExact = Int.random(in: 0..<12, using: &self) == 0
            return .init(
                bits: bits, distortion: isExact ? 0 : Double(Int.random(in: 1...20, using: &self)) / Double(1 << bits))
        }
    }

    private mutating func nextTransmission(
        _ name: String, _ layers: [BitWidthProblem.Layer], widths: [Int]
    ) -> BitWidthProblem.Transmission {
        let producer = Bool.random(using: &self) ? layers.indices.randomElement(using: &self) : nil
        return .init(
            name: name, producer: producer, rule: producer != nil && Bool.random(using: &self) ? .asActivation : .free,
            options: widths.map { bits in
                .init(
                    bits: bits, bytes: 3 * bits,
                    latency: .microseconds(Int64(3 * bits) + .random(in: 0...2, using: &self)),
                    distortion: Double(Int.random(in: 1...20, using: &self)) / Double(1 << bits))
            })
    }
}

extension SeededGenerator {
    /// A chain of layers of very different sizes, distortions falling about fourfold with each bit, its last tensor sent, and
    /// limits between what is least and what is most.
    mutating func nextLargeBitWidthProblem(layers layerCount: Int) throws -> BitWidthProblem {
        let bits = Bool.random(using: &self) ? [2, 4, 6, 8] : [1, 2, 4, 5, 6, 7, 8]
        let layers = (0..<layerCount).map { nextLargeLayer("layer\($0)", bits) }
        let last = layers[layerCount - 1]
        let tensor = BitWidthProblem.Transmission(
            name: "last", producer: layerCount - 1, rule: Bool.random(using: &self) ? .asActivation : .free,
            options: last.activationChoices.map { choice in
                let bytes = (last.activations * choice.bits + 7) / 8
                return .init(
                    bits: choice.bits, bytes: bytes, latency: Nanoseconds(Int64(bytes) * 2600),
                    distortion: choice.distortion * (1 + nextUnit()))
            })
        func between(_ least: Double, _ most: Double, _ share: Double) -> Double { least + (most - least) * share }
        let memory = layers.map { Double($0.weights) }.reduce(0, +)
        let distortions = [layers.map { $0.least }, layers.map { $0.most }].map { $0.reduce(0, +) }
        let limits = BitWidthProblem.Limits(
            memoryBits: Int(between(memory * Double(bits[0]), memory * 9, 0.1 + 0.8 * nextUnit())),
            distortion: between(distortions[0], distortions[1], 0.002 + 0.1 * nextUnit() * nextUnit()))
        return try BitWidthProblem(
            layers: layers, transmissions: [tensor], fixedLatency: .milliseconds(6), limits: limits)
    }

    private mutating func nextLargeLayer(_ name: String, _ bits: [Int]) -> BitWidthProblem.Layer {
        let weights = 1 << Int.random(in: 8...20, using: &self)
        let activations = 1 << Int.random(in: 10...18, using: &self)
        let compute = Double(Int.random(in: 100_000...2_000_000, using: &self))
        return BitWidthProblem.Layer(
            name: name, weights: weights, activations: activations, weightChoices: nextSteepChoices(bits),
            activationChoices: nextSteepChoices(bits),
            latency: bits.map { weightBits in
                bits.map { activationBits in
                    Nanoseconds(Int64(compute) + Int64(weights * weightBits + activations * activationBits) / 8)
                }
            })
    }

    private mutating func nextSteepChoices(_ bits: [Int]) -> [BitWidthProblem.Choice] {
        let factor = 0.1 + nextUnit()
        return bits.map { .init(bits: $0, distortion: factor * (0.8 + 0.4 * nextUnit()) / Double(1 << (2 * $0))) }
    }
}

extension BitWidthProblem.Layer {
    fileprivate var least: Double {
        weightChoices[weightChoices.count - 1].distortion + activationChoices[activationChoices.count - 1].distortion
    }
    fileprivate var most: Double { weightChoices[0].distortion + activationChoices[0].distortion }
}
