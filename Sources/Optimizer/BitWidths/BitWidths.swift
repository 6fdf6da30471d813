public import Model

/// One bit width for each tensor of a head.
public struct BitWidths: Hashable, Sendable {
    /// Of each layer's weights.
    public var weights: [Int]
    /// Of each layer's activation.
    public var activations: [Int]
    /// On the wire, of each transmitted tensor.
    public var transmissions: [Int]

    public init(weights: [Int], activations: [Int], transmissions: [Int]) {
        self.weights = weights
        self.activations = activations
        self.transmissions = transmissions
    }
}

/// What certain bit widths cost.
public struct BitWidthCosts: Hashable, Sendable {
    public var latency: Nanoseconds
    /// Weights and the largest activation.
    public var memoryBits: Int
    /// The sum over the layers in order, weights before activation, then over the transmitted tensors.
    public var distortion: Double
    /// The same sum in the problem's `distortionUnit`, by which it is compared and bounded.
    public var distortionUnits: Int
    /// Bytes on the wire.
    public var transmittedBytes: Int
}

extension BitWidthProblem {
    /// What `widths` cost, whether within the limits or not.
    ///
    /// - Returns: `nil` where `widths` are not of this problem: another count, a width that a tensor may not have, or a
    ///   tensor that does not cross at the bits it is tied to.
    public func costs(of widths: BitWidths) -> BitWidthCosts? {
        guard widths.weights.count == layers.count, widths.activations.count == layers.count,
            widths.transmissions.count == transmissions.count
        else { return nil }
        var costs = BitWidthCosts(
            latency: fixedLatency, memoryBits: 0, distortion: 0, distortionUnits: 0, transmittedBytes: 0)
        var peak = 0
        for (index, layer) in layers.enumerated() {
            guard let row = layer.weightChoices.firstIndex(where: { $0.bits == widths.weights[index] }),
                let column = layer.activationChoices.firstIndex(where: { $0.bits == widths.activations[index] })
            else { return nil }
            costs.latency += layer.latency[row][column]
            costs.memoryBits += layer.weights * widths.weights[index]
            peak = max(peak, layer.activations * widths.activations[index])
            costs.add(layer.weightChoices[row].distortion, scale)
            costs.add(layer.activationChoices[column].distortion, scale)
        }
        costs.memoryBits += peak
        for (index, tensor) in transmissions.enumerated() {
            guard let option = tensor.options.first(where: { $0.bits == widths.transmissions[index] }) else {
                return nil
            }
            let activationBits = tensor.producer.map { widths.activations[$0] }
            guard tensor.rule == .free || option.bits == activationBits else { return nil }
            costs.latency += option.latency
            costs.transmittedBytes += option.bytes
            if option.bits != activationBits { costs.add(option.distortion, scale) }
        }
        return costs
    }

    /// Whether costs keep every limit of this problem.
    public func admits(_ costs: BitWidthCosts) -> Bool {
        costs.latency <= limits.latency ?? costs.latency
            && costs.memoryBits <= limits.memoryBits ?? costs.memoryBits
            && costs.distortionUnits <= scale.limit ?? costs.distortionUnits
    }
}

extension BitWidthCosts {
    fileprivate mutating func add(_ distortion: Double, _ scale: DistortionScale) {
        self.distortion += distortion
        distortionUnits += scale.units(distortion)
    }
}
