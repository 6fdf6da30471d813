package import Model
package import Optimizer

/// The choice of bits for the weights of one cut's head, its activations being 8-bit integers throughout:
///
///     latency     = Σ L_i(b_i)
///     memory      = fixed + Σ w_i · b_i                 (bytes)
///     distortion  = fixed + Σ D_i(b_i)
///
/// over the weights i that can be held as integers, of w_i elements and at b_i bits. It is the weight part of Auto-Split's problem
/// (Banitalebi-Dehkordi et al., KDD 2021, section 3), solved exactly (`BitWidthProblem`) instead of by Lagrangian relaxation.
package struct WeightBitsChoice {
    /// The bits that ONNX has integers of.
    package static let widths = [2, 4, 8]

    package struct Weight {
        /// Names of the layers that read it: they have the same bits.
        package var layers: [String]
        package var elements: Int
        /// Mean squared error at each of `widths`.
        package var distortions: [Double]
        /// What its layers take at each of `widths`.
        package var times: [Nanoseconds]

        package init(layers: [String], elements: Int, distortions: [Double], times: [Nanoseconds]) {
            self.layers = layers
            self.elements = elements
            self.distortions = distortions
            self.times = times
        }
    }

    package var weights: [Weight]
    /// All that the head takes besides these weights.
    package var fixedBytes: Int
    /// Of activations and of what crosses.
    package var fixedDistortion: Double

    package init(weights: [Weight], fixedBytes: Int, fixedDistortion: Double) {
        self.weights = weights
        self.fixedBytes = fixedBytes
        self.fixedDistortion = fixedDistortion
    }

    /// Whether any layer is faster with fewer bits: on a CPU none is.
    package var fewerBitsAreFaster: Bool { weights.contains { Set($0.times).count > 1 } }

    /// The bits that are best within the bounds, each `nil` where there is none.
    ///
    /// - Where distortion is bounded and fewer bits are faster, the least latency within the bounds, as Auto-Split has
    ///   it; of those as fast the least distortion.
    /// - Else, where memory is bounded, the least distortion within the bounds: time has no part in it, and of the
    ///   heads that fit that one is likeliest to be accurate.
    /// - Else nothing is gained by fewer bits than 8.
    ///
    /// - Returns: `nil` where nothing is gained, where no bits keep to the bounds, and where none were found with the work given.
    /// - Throws: `PlanningError.bitWidths`.
    package func solve(
        memory: Int?, distortion: Double?, workLimit: Int? = BitWidthProblem.defaultWorkLimit
    ) throws(PlanningError) -> BitWidthSolution? {
        var limits = BitWidthProblem.Limits(distortion: distortion)
        if let memory {
            let left = bitsLeft(within: memory)
            guard left >= 0 else { return nil }
            limits.memoryBits = left + Self.unitBits
        }
        if distortion != nil, fewerBitsAreFaster {
            let fastest = try problem(limits).solve(.latency, workLimit: workLimit).solution
            guard let fastest, fastest.gap == 0 else { return fastest }
            limits.latency = fastest.costs.latency
            return try problem(limits).solve(.distortion, workLimit: workLimit).solution ?? fastest
        }
        return memory == nil ? nil : try problem(limits).solve(.distortion, workLimit: workLimit).solution
    }

    /// The bits of the layers that have fewer than 8.
    package func layers(_ widths: BitWidths) -> [String: Precision] {
        var layers: [String: Precision] = [:]
        for (weight, bits) in zip(weights, widths.weights) where bits != Self.widths.last {
            for layer in weight.layers { layers[layer] = Precision(bits: bits) }
        }
        return layers
    }

    /// Whether 8 bits throughout keep to a bound.
    func fits(memory: Int) -> Bool {
        weights.reduce(fixedBytes) { $0 + $1.elements } <= memory
    }

    /// A weight that may end within a byte counts up to seven bits more.
    private func bitsLeft(within memory: Int) -> Int {
        (memory - fixedBytes) * 8 - weights.count { !$0.elements.isMultiple(of: 4) } * 7
    }

    /// A layer of the problem has an activation: here one bit, the same for all, which the limit is widened by.
    private static let unitBits = 1

    private func problem(_ limits: BitWidthProblem.Limits) throws(PlanningError) -> BitWidthProblem {
        try BitWidthProblem(layers: weights.map(layer), transmissions: [fixed], limits: limits)
    }

    private func layer(_ weight: Weight) -> BitWidthProblem.Layer {
        BitWidthProblem.Layer(
            name: weight.layers[0], weights: weight.elements, activations: 1,
            weightChoices: zip(Self.widths, weight.distortions).map { .init(bits: $0, distortion: $1) },
            activationChoices: [.init(bits: Self.unitBits, distortion: 0)], latency: weight.times.map { [$0] })
    }

    /// What does not depend on the weights' bits.
    private var fixed: BitWidthProblem.Transmission {
        .init(
            name: "activations", producer: nil, rule: .free,
            options: [.init(bits: 8, bytes: 0, latency: .zero, distortion: fixedDistortion)])
    }
}
