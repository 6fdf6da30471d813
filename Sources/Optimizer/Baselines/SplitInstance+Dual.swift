import Model

/// The Lagrangian relaxation of a split's distortion bound E, over all cuts and all bits at once. For every price λ ≥ 0
///
///     min over cuts and bits of ( latency + λ · distortion )  -  λ · E
///
/// is no more than the latency of any split within the bound (weak duality; Everett, "Generalized Lagrange multiplier
/// method for solving problems of optimum allocation of resources", Operations Research 11(3), 1963). For a given price
/// each layer's bits can be chosen by themselves, once as an inner layer and once as one whose tensor is sent, so the
/// minimum is a minimum cut. The memory bound is left out, which only lowers the bound.
struct SplitDual {
    /// Of every split within the distortion bound, at the best price tried.
    private(set) var bound = Nanoseconds.zero
    /// The minimum cuts at the prices tried, in their order.
    private(set) var cuts: [Cut] = []
    private let instance: SplitInstance
    private let bits: [Int]

    private static let steps = 40

    /// - Throws: `PlanningError`, as `minimumCut`.
    init(_ instance: SplitInstance, bits: [Int]) throws(PlanningError) {
        self.instance = instance
        self.bits = bits
        _ = try tryPrice(0)
        guard let limit = instance.limits.distortion, limit > 0 else { return }
        // From a microsecond to an hour for all of the limit. The bound is concave in the price: half the range goes.
        var (low, high) = (1e3 / limit, 3.6e12 / limit)
        for _ in 0..<Self.steps {
            let price = (low * high).squareRoot()
            if try tryPrice(price) > limit { low = price } else { high = price }
        }
    }

    /// - Returns: the distortion of the minimum.
    private mutating func tryPrice(_ price: Double) throws(PlanningError) -> Double {
        let graph = instance.graph
        let inner = graph.layers.indices.map { best(of: $0, sending: nil, price) }
        let sent = graph.tensors.indices.map { tensor in
            graph.producer[tensor].map { best(of: $0, sending: tensor, price) }
        }
        var costs = CutCosts(
            edge: inner.map { Self.units($0.cost) }, cloud: instance.cloudTimes.map { Int($0.count) },
            transmit: graph.tensors.indices.map { transmitCost($0, inner, sent[$0]) })
        let outputs = graph.outputs.filter { graph.producer[$0] != nil }
        for output in outputs {
            guard let producer = graph.producer[output] else { continue }
            costs.edge[producer] += costs.transmit[output]
            costs.transmit[output] = 0
        }
        let minimum = try graph.minimumCut(costs)
        cuts.append(minimum.cut)
        let priced = (price * (instance.limits.distortion ?? 0)).rounded(.up)
        bound = max(bound, Nanoseconds(Int64(minimum.value) - Int64(priced)))
        let crossing = Set(instance.sent(at: minimum.cut).compactMap { graph.producer[$0] })
        return graph.layers.indices.reduce(0) { sum, layer in
            guard minimum.cut.partition.inHead[layer] else { return sum }
            let output = graph.layers[layer].outputs.first
            let asSent = crossing.contains(layer) ? output.flatMap { sent[$0]?.distortion } : nil
            return sum + (asSent ?? inner[layer].distortion)
        }
    }

    /// What sending a tensor adds to its layer's cost as an inner one. A layer with several outputs has one width for
    /// all: there only the fewest bits on the wire count, so that the sum stays below what it costs.
    private func transmitCost(_ tensor: TensorIndex, _ inner: [Choice], _ sent: Choice?) -> Int {
        let fewest = instance.sendTime(bits: instance.wireBits(of: tensor, at: bits.first ?? 1))
        guard let sent, let producer = instance.graph.producer[tensor],
            instance.graph.layers[producer].outputs.count == 1
        else { return Int(fewest.count) }
        return max(0, Self.units(sent.cost) - Self.units(inner[producer].cost))
    }

    private struct Choice {
        var cost: Double
        var distortion: Double
    }

    /// The cheapest bits of a layer at a price, in nanoseconds, with those of its tensor on the wire where one is sent.
    private func best(of layer: LayerIndex, sending tensor: TensorIndex?, _ price: Double) -> Choice {
        var best = Choice(cost: .infinity, distortion: 0)
        for weights in bits {
            for activations in bits {
                let time = Double(
                    instance.edgeTime(layer, at: OperandBits(weights: weights, activations: activations)).count)
                let distortion =
                    instance.distortions.ofWeights(layer, at: weights)
                    + instance.distortions.ofActivation(layer, at: activations)
                for wire in tensor == nil ? [activations] : bits {
                    let added = wire == activations ? 0 : instance.distortions.ofActivation(layer, at: wire)
                    let send = tensor.map { instance.sendTime(bits: instance.wireBits(of: $0, at: wire)) } ?? .zero
                    let cost = time + Double(send.count) + price * (distortion + added)
                    if cost < best.cost { best = Choice(cost: cost, distortion: distortion + added) }
                }
            }
        }
        return best
    }

    /// Whole nanoseconds, never above the cost.
    private static func units(_ cost: Double) -> Int { Int(min(cost, 1e15).rounded(.down)) }
}
