import Model

/// Bit widths that Auto-Split finds for one pair of memory budgets.
public struct AutoSplitAllocation: Hashable, Sendable {
    public var widths: BitWidths
    public var costs: BitWidthCosts
    /// In bits, for all weights.
    public var weightBudget: Int
    /// In bits, for the largest activation.
    public var activationBudget: Int
}

extension BitWidthProblem {
    /// The bit widths that Auto-Split finds for this head, as published (Banitalebi-Dehkordi et al., KDD 2021):
    /// every pair of budgets on a grid, one for the weights and one for the largest activation for each bit width,
    /// that together keep the memory limit; the weights of least distortion within theirs by Lagrangian relaxation; for
    /// each activation the most bits within its own. Kept is what keeps the limits on distortion and latency.
    ///
    /// Each tensor crosses at the bits of its activation; where it has no such option, at the next more bits, or the
    /// most; an input passed through at the most.
    ///
    /// - Returns: fastest first, then of least distortion, then of least memory; the first is Auto-Split's default
    ///   choice. Each different choice once, with the least budgets that give it.
    /// - Complexity: O(w · (layers · bits · log precision) + w · a · layers) for w weight and a activation bit widths.
    public func autoSplitAllocations() -> [AutoSplitAllocation] {
        let weightPlans = budgets(layers.map { ($0.weights, $0.weightChoices) }, { $0.reduce(0, +) })
            .compactMap { budget in weights(within: budget).map { (budget, $0) } }
        let activationPlans = budgets(layers.map { ($0.activations, $0.activationChoices) }, { $0.max() ?? 0 })
            .compactMap { budget in activations(within: budget).map { (budget, $0) } }
        var seen = Set<BitWidths>()
        var kept: [AutoSplitAllocation] = []
        for (weightBudget, weights) in weightPlans {
            for (activationBudget, activations) in activationPlans {
                if let limit = limits.memoryBits, weightBudget + activationBudget > limit { continue }
                let widths = BitWidths(
                    weights: weights, activations: activations, transmissions: transmissions(of: activations))
                guard let costs = costs(of: widths), admits(costs), seen.insert(widths).inserted else { continue }
                kept.append(
                    AutoSplitAllocation(
                        widths: widths, costs: costs, weightBudget: weightBudget, activationBudget: activationBudget))
            }
        }
        func key(_ index: Int) -> (Nanoseconds, Int, Int, Int) {
            (kept[index].costs.latency, kept[index].costs.distortionUnits, kept[index].costs.memoryBits, index)
        }
        return kept.indices.sorted { key($0) < key($1) }.map { kept[$0] }
    }

    /// One budget for each bit width that any layer may have, ascending: `total` of the counts at that width.
    private func budgets(_ tensors: [(count: Int, choices: [Choice])], _ total: ([Int]) -> Int) -> [Int] {
        let whole = total(tensors.map(\.count))
        let budgets = Set(tensors.flatMap { $0.choices.map { whole * $0.bits } }).sorted()
        return budgets.isEmpty ? [0] : budgets
    }

    /// For each layer the most bits whose activation keeps the budget; `nil` where one has none.
    private func activations(within budget: Int) -> [Int]? {
        let bits = layers.compactMap { layer in
            layer.activationChoices.last { layer.activations * $0.bits <= budget }?.bits
        }
        return bits.count == layers.count ? bits : nil
    }

    private func transmissions(of activations: [Int]) -> [Int] {
        transmissions.map { tensor in
            let most = tensor.options[tensor.options.count - 1].bits
            guard let producer = tensor.producer else { return most }
            return tensor.options.first { $0.bits >= activations[producer] }?.bits ?? most
        }
    }
}

extension BitWidthProblem {
    /// The weight bits of least distortion whose sum keeps the budget, among those that minimise Σ (distortion + λ ·
    /// bits) for some λ: bisection of λ (Shoham and Gersho, "Efficient bit allocation for an arbitrary set of
    /// quantizers", IEEE Transactions on Acoustics, Speech, and Signal Processing 36(9), 1988). Only points of the
    /// lower convex hull are found.
    ///
    /// - Returns: `nil` where even the fewest bits exceed the budget.
    private func weights(within budget: Int) -> [Int]? {
        let free = weights(atPrice: 0)
        if size(free) <= budget { return free }
        var low = 0.0
        var high = steepestSlope * 2
        var kept = weights(atPrice: high)
        guard size(kept) <= budget else { return nil }
        while size(kept) < budget {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { break }
            let bits = weights(atPrice: middle)
            if size(bits) <= budget { (high, kept) = (middle, bits) } else { low = middle }
        }
        return kept
    }

    /// For each layer the least distortion with `price` for a bit; of equals the fewest bits.
    private func weights(atPrice price: Double) -> [Int] {
        layers.map { layer in
            var best = layer.weightChoices[0]
            var least = Double.infinity
            for choice in layer.weightChoices {
                let value = choice.distortion + price * Double(layer.weights * choice.bits)
                if value < least { (best, least) = (choice, value) }
            }
            return best.bits
        }
    }

    /// The most distortion that a bit takes away: above this price the fewest bits are best everywhere.
    private var steepestSlope: Double {
        layers.filter { $0.weights > 0 }.reduce(0) { steepest, layer in
            let origin = layer.weightChoices[0]
            return layer.weightChoices.dropFirst().reduce(steepest) { steepest, choice in
                let bits = Double(layer.weights * (choice.bits - origin.bits))
                return max(steepest, (origin.distortion - choice.distortion) / bits)
            }
        }
    }

    private func size(_ bits: [Int]) -> Int { zip(layers, bits).reduce(0) { $0 + $1.0.weights * $1.1 } }
}
