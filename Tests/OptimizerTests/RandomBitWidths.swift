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

/// Every choice of bit widths that a problem allows, within its limits or not, by counting through them.
func allBitWidths(_ problem: BitWidthProblem) -> [BitWidths] {
    var all = [BitWidths(weights: [], activations: [], transmissions: [])]
    func extend(_ path: WritableKeyPath<BitWidths, [Int]>, by bits: [Int]) {
        all = all.flatMap { widths in
            bits.map {
                var longer = widths
                longer[keyPath: path].append($0)
                return longer
            }
        }
    }
    for layer in problem.layers {
        extend(\.weights, by: layer.weightChoices.map(\.bits))
        extend(\.activations, by: layer.activationChoices.map(\.bits))
    }
    for tensor in problem.transmissions { extend(\.transmissions, by: tensor.options.map(\.bits)) }
    return all
}
