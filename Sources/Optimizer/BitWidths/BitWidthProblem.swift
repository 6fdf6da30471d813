public import Model

/// The choice of bit widths for the head of one cut: a bit width for the weights and one for the activation of each of
/// its layers, and one for each tensor that crosses the cut.
///
///     latency     = fixed + Σ L_i(bw_i, ba_i) + Σ transmission
///     memory      = Σ w_i · bw_i + max a_i · ba_i                          (bits; the rule of Auto-Split)
///     distortion  = Σ (Dw_i(bw_i) + Da_i(ba_i)) + Σ of what transmission adds
///
/// where layer i has w_i weights and an activation of a_i values. One of the three is minimised, each may be bounded.
/// Auto-Split (Banitalebi-Dehkordi et al., "Auto-Split: A General Framework of Collaborative Edge-Cloud AI", KDD 2021)
/// bounds memory and distortion and minimises latency.
///
/// Everything is integer. A distortion counts in whole `distortionUnit`s, at most 2^-49 of the bound: see
/// `Guides/BitWidths.md` for what that means at the bound.
public struct BitWidthProblem: Hashable, Sendable {
    /// A bit width that a tensor may have, and its distortion then: the squared error that quantising it brings.
    public struct Choice: Hashable, Sendable {
        public var bits: Int
        public var distortion: Double

        public init(bits: Int, distortion: Double) {
            self.bits = bits
            self.distortion = distortion
        }
    }

    public struct Layer: Hashable, Sendable {
        public var name: String
        /// Count of weights; zero for a layer without.
        public var weights: Int
        /// Count of values that the layer writes.
        public var activations: Int
        /// Ascending in bits.
        public var weightChoices: [Choice]
        /// Ascending in bits.
        public var activationChoices: [Choice]
        /// Time on the edge: for each weight choice a row with one entry for each activation choice.
        public var latency: [[Nanoseconds]]

        public init(
            name: String, weights: Int, activations: Int, weightChoices: [Choice], activationChoices: [Choice],
            latency: [[Nanoseconds]]
        ) {
            self.name = name
            self.weights = weights
            self.activations = activations
            self.weightChoices = weightChoices
            self.activationChoices = activationChoices
            self.latency = latency
        }
    }

    /// A tensor that crosses the cut.
    public struct Transmission: Hashable, Sendable {
        /// A bit width on the wire.
        public struct Option: Hashable, Sendable {
            public var bits: Int
            public var bytes: Int
            /// Time on the uplink, with encoding where that counts.
            public var latency: Nanoseconds
            /// What quantising the tensor to these bits adds. It does not count where the producing layer's activation
            /// has the same bits: then the tensor crosses as it is.
            public var distortion: Double

            public init(bits: Int, bytes: Int, latency: Nanoseconds, distortion: Double) {
                self.bits = bits
                self.bytes = bytes
                self.latency = latency
                self.distortion = distortion
            }
        }

        /// Which bits may cross.
        public enum Rule: Hashable, Sendable {
            /// Those of the producing layer's activation, as Auto-Split has it.
            case asActivation
            /// Any of the options.
            case free
        }

        public var name: String
        /// Position in `layers` of the layer that writes the tensor; `nil` for an input of the model that is passed
        /// through.
        public var producer: Int?
        public var rule: Rule
        /// Ascending in bits.
        public var options: [Option]

        public init(name: String, producer: Int?, rule: Rule, options: [Option]) {
            self.name = name
            self.producer = producer
            self.rule = rule
            self.options = options
        }
    }

    /// Upper bounds, each of them met with equality, too; `nil` where there is none.
    public struct Limits: Hashable, Sendable {
        public var latency: Nanoseconds?
        public var memoryBits: Int?
        public var distortion: Double?

        public init(latency: Nanoseconds? = nil, memoryBits: Int? = nil, distortion: Double? = nil) {
            self.latency = latency
            self.memoryBits = memoryBits
            self.distortion = distortion
        }
    }

    /// None for cloud-only.
    public let layers: [Layer]
    /// None for edge-only.
    public let transmissions: [Transmission]
    /// What does not depend on the bits, such as the tail in the cloud and the round trip.
    public let fixedLatency: Nanoseconds
    public let limits: Limits
    let scale: DistortionScale

    /// - Throws: `PlanningError.bitWidths` naming the layer or tensor and what is wrong with it.
    public init(
        layers: [Layer], transmissions: [Transmission], fixedLatency: Nanoseconds = .zero, limits: Limits
    ) throws(PlanningError) {
        self.layers = layers
        self.transmissions = transmissions
        self.fixedLatency = fixedLatency
        self.limits = limits
        try BitWidthCheck().problem(layers, transmissions, fixedLatency, limits)
        scale = DistortionScale(layers, transmissions, limit: limits.distortion)
    }

    /// A checked problem with one limit fewer.
    init(_ problem: BitWidthProblem, without limited: BitWidthObjective) {
        layers = problem.layers
        transmissions = problem.transmissions
        fixedLatency = problem.fixedLatency
        var limits = problem.limits
        switch limited {
        case .latency: limits.latency = nil
        case .memory: limits.memoryBits = nil
        case .distortion: limits.distortion = nil
        }
        self.limits = limits
        scale = DistortionScale(layers, transmissions, limit: limits.distortion)
    }

    /// The unit in which distortions are counted: a power of two.
    public var distortionUnit: Double { scale.unit }
}
