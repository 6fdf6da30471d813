import Model
import Optimizer

/// What one choice of bit widths costs.
struct DumbCosts {
    var latency: Int
    var memory: Int
    var distortion: Double
}

/// Costs of every choice, within the limits or not, by counting through them and from the definition alone.
func dumbCosts(_ problem: BitWidthProblem) -> [DumbCosts] {
    allBitWidths(problem).compactMap { dumbCosts(of: $0, problem) }
}

private func dumbCosts(of widths: BitWidths, _ problem: BitWidthProblem) -> DumbCosts? {
    var costs = DumbCosts(latency: Int(problem.fixedLatency.count), memory: 0, distortion: 0)
    var peak = 0
    for (index, layer) in problem.layers.enumerated() {
        let row = layer.weightChoices.firstIndex { $0.bits == widths.weights[index] } ?? 0
        let column = layer.activationChoices.firstIndex { $0.bits == widths.activations[index] } ?? 0
        costs.latency += Int(layer.latency[row][column].count)
        costs.memory += layer.weights * widths.weights[index]
        peak = max(peak, layer.activations * widths.activations[index])
        costs.distortion += layer.weightChoices[row].distortion + layer.activationChoices[column].distortion
    }
    for (index, tensor) in problem.transmissions.enumerated() {
        let own = tensor.producer.map { widths.activations[$0] }
        let bits = widths.transmissions[index]
        if tensor.rule == .asActivation, bits != own { return nil }
        guard let option = tensor.options.first(where: { $0.bits == bits }) else { return nil }
        costs.latency += Int(option.latency.count)
        if bits != own { costs.distortion += option.distortion }
    }
    costs.memory += peak
    return costs
}

private func allBitWidths(_ problem: BitWidthProblem) -> [BitWidths] {
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

func dumbLeast(_ objective: BitWidthObjective, _ costs: [DumbCosts], _ limits: BitWidthProblem.Limits) -> Double? {
    var least: Double?
    for cost in costs {
        let isWithin =
            Double(cost.latency) <= limits.value(.latency) && Double(cost.memory) <= limits.value(.memory)
            && cost.distortion <= limits.value(.distortion)
        guard isWithin else { continue }
        let value =
            switch objective {
            case .latency: Double(cost.latency)
            case .memory: Double(cost.memory)
            case .distortion: cost.distortion
            }
        least = min(least ?? value, value)
    }
    return least
}

extension BitWidthProblem {
    /// A value in the objective's whole unit as a number. Exact where distortions are multiples of the unit.
    func real(_ value: Int, _ objective: BitWidthObjective) -> Double {
        objective == .distortion ? Double(value) * distortionUnit : Double(value)
    }

    func limited(by limits: Limits) throws -> BitWidthProblem {
        try BitWidthProblem(
            layers: layers, transmissions: transmissions, fixedLatency: fixedLatency, limits: limits)
    }
}

extension BitWidthProblem.Limits {
    /// Infinite where there is none.
    func value(_ objective: BitWidthObjective) -> Double {
        switch objective {
        case .latency: latency.map { Double($0.count) } ?? .infinity
        case .memory: memoryBits.map(Double.init) ?? .infinity
        case .distortion: distortion ?? .infinity
        }
    }

    mutating func drop(_ objective: BitWidthObjective) {
        switch objective {
        case .latency: latency = nil
        case .memory: memoryBits = nil
        case .distortion: distortion = nil
        }
    }
}
