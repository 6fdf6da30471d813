import Model

extension SplitInstance {
    /// The choice of bits for one cut, within the limits of this instance: see `BitWidthProblem`. What it says of bit
    /// widths, `cost` says of the split that `split(at:_:)` makes of them.
    ///
    /// - Parameters:
    ///   - bits: that weights, activations and what is sent may have, ascending.
    ///   - rule: whether a tensor is sent at the bits of its activation or at any; an input of the graph is sent as it
    ///     was taken.
    /// - Throws: `PlanningError.bitWidths`.
    public func problem(
        at cut: Cut, bits: [Int], rule: BitWidthProblem.Transmission.Rule
    ) throws(PlanningError) -> BitWidthProblem {
        try check(bits)
        let head = graph.layers.indices.filter { cut.partition.inHead[$0] }
        let position = Dictionary(uniqueKeysWithValues: head.enumerated().map { ($1, $0) })
        var cloud = Nanoseconds.zero
        for layer in graph.layers.indices where !cut.partition.inHead[layer] { cloud += cloudTimes[layer] }
        return try BitWidthProblem(
            layers: head.map { layerOfProblem($0, bits) },
            transmissions: sent(at: cut).map { tensor in
                let producer = graph.producer[tensor]
                return BitWidthProblem.Transmission(
                    name: graph.tensors[tensor].name, producer: producer.flatMap { position[$0] },
                    rule: producer == nil ? .free : rule, options: options(of: tensor, bits))
            },
            fixedLatency: cloud,
            limits: .init(memoryBits: limits.memoryBits, distortion: limits.distortion))
    }

    /// Checks that bits can be given to layers.
    ///
    /// - Throws: `PlanningError.bitWidths` where there are none, or no distortion is known at some.
    func check(_ bits: [Int]) throws(PlanningError) {
        guard !bits.isEmpty else {
            throw .bitWidths(place: "the edge", problem: "may have no bit widths at all; list at least one")
        }
        let unknown = bits.first { bits in
            !(1...Self.floatBits).contains(bits) || (bits < 16 && !distortions.bits.contains(bits))
        }
        guard let unknown else { return }
        throw .bitWidths(
            place: "the edge",
            problem: "is to have \(unknown) bits, at which no distortion is known; it is at \(distortions.bits)")
    }

    /// A layer without weights has one width for them, which costs nothing.
    private func layerOfProblem(_ layer: LayerIndex, _ bits: [Int]) -> BitWidthProblem.Layer {
        let weights = graph.layers[layer].parameters
        let weightBits = weights == 0 ? Array(bits.suffix(1)) : bits
        return BitWidthProblem.Layer(
            name: graph.layers[layer].name, weights: weights, activations: activations(of: layer),
            weightChoices: weightBits.map { .init(bits: $0, distortion: distortions.ofWeights(layer, at: $0)) },
            activationChoices: bits.map { .init(bits: $0, distortion: distortions.ofActivation(layer, at: $0)) },
            latency: weightBits.map { weight in
                bits.map { edgeTime(layer, at: OperandBits(weights: weight, activations: $0)) }
            })
    }

    private func options(of tensor: TensorIndex, _ bits: [Int]) -> [BitWidthProblem.Transmission.Option] {
        let producer = graph.producer[tensor]
        return (producer == nil ? [Self.inputBits] : bits).map { bits in
            let onWire = wireBits(of: tensor, at: bits)
            return .init(
                bits: bits, bytes: onWire.dividedRoundingUp(by: 8), latency: sendTime(bits: onWire),
                distortion: producer.map { distortions.ofActivation($0, at: bits) } ?? 0)
        }
    }

    /// The split that bit widths of the cut's problem mean.
    public func split(at cut: Cut, _ widths: BitWidths) -> QuantisedSplit {
        var split = uniform(cut, bits: Self.floatBits)
        let head = graph.layers.indices.filter { cut.partition.inHead[$0] }
        for (position, layer) in head.enumerated() {
            split.bits[layer] = OperandBits(
                weights: widths.weights[position], activations: widths.activations[position])
        }
        split.sentBits = widths.transmissions
        return split
    }
}
