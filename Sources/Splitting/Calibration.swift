public import Model
public import Optimizer

/// What was measured of a model on one set of samples, so that it need not be measured again: valid for exactly that model
/// and those samples, on any machine.
///
/// The samples have two parts (`SampleSet.calibration`, `.evaluation`): what is chosen, the ranges, comes from the first, and
/// what is measured, errors, sizes and accuracy, from the second. So nothing is judged by the samples it was fitted to.
public struct Calibration: Hashable, Codable, Sendable {
    /// Version of the file format. In version 1 all came from the same samples, and ranges were not clipped.
    public static let currentVersion = 2
    /// The bit widths at which tensors and weights are measured.
    public static let measuredBits = 2...8

    public var version = Self.currentVersion
    public var model: ModelIdentity
    /// Digest of the samples, in order, with their labels.
    public var samplesSHA256: String
    /// Measured range of activations, by tensor, unclipped.
    public var ranges: [String: ValueRange] = [:]
    /// Activations, by tensor.
    public var tensors: [String: TensorCalibration] = [:]
    /// Weights, by the layer that reads them.
    public var weights: [String: WeightCalibration] = [:]
    /// Bytes of the input at 8 bits, by the name of what it was compressed with.
    public var inputSizes: [String: CodedSize] = [:]
    /// The unsplit, unquantised model.
    public var reference: Accuracy?
    /// Accuracy of what was tried, by `key(of:)`.
    public var accuracies: [String: Accuracy] = [:]

    public init(model: ModelIdentity, samplesSHA256: String) {
        self.model = model
        self.samplesSHA256 = samplesSHA256
    }

    enum CodingKeys: String, CodingKey {
        case version, model, samplesSHA256 = "samples_sha256", ranges, tensors, weights
        case inputSizes = "input_sizes", reference, accuracies
    }

    /// Names what decides a plan's accuracy: what crosses, at how many bits, and in what numbers the head computes. Lossless
    /// coding does not.
    static func key(of plan: Plan) -> String {
        let crossing =
            plan.isEdgeOnly
            ? "edge-only" : plan.crossing.map { "\($0.name)@\($0.precision.bits)" }.joined(separator: ",")
        let coding = plan.coding.isLossless ? "" : " \(plan.coding.rawValue)"
        return crossing + coding + (plan.headPrecision.map(key(of:)) ?? "")
    }

    private static func key(of head: HeadPrecision) -> String {
        let layers = head.layers.filter { $0.value != head.weights }.sorted { $0.key < $1.key }
        let bits = layers.isEmpty ? "" : "[" + layers.map { "\($0.key)=\($0.value.bits)" }.joined(separator: ",") + "]"
        return " w\(head.weights.bits)\(bits)\(head.hasIntegerActivations ? "a8" : "")"
    }

    /// Takes what `other` knows and this one does not, provided that both are of the same model and samples.
    public mutating func merge(_ other: Calibration) {
        guard other.model.sha256 == model.sha256, other.samplesSHA256 == samplesSHA256 else { return }
        ranges.merge(other.ranges) { own, _ in own }
        tensors.merge(other.tensors) { own, other in own.merging(other) }
        weights.merge(other.weights) { own, _ in own }
        accuracies.merge(other.accuracies) { own, _ in own }
        inputSizes.merge(other.inputSizes) { own, _ in own }
        reference = reference ?? other.reference
    }

    /// What the input takes, by coding.
    var sizesOfInput: [TransmitCoding: CodedSize] {
        var sizes: [TransmitCoding: CodedSize] = [:]
        for coding in TransmitCoding.allCases { sizes[coding] = inputSizes[coding.rawValue] }
        return sizes
    }

    /// What was measured of each tensor, as plans are made from it.
    var measured: [String: [Precision: MeasuredPrecision]] {
        tensors.mapValues { tensor in
            var measured: [Precision: MeasuredPrecision] = [:]
            for bits in Self.measuredBits {
                guard let precision = Precision(bits: bits) else { continue }
                measured[precision] = tensor.bits["\(bits)"]
            }
            return measured
        }
    }

    /// Heads with weights of so many bits; with integer activations over the ranges measured at 8 bits.
    public func headPrecision(weights: Precision, integerActivations: Bool) -> HeadPrecision {
        guard integerActivations else { return HeadPrecision(weights: weights) }
        var activations = ranges
        for (name, tensor) in tensors { activations[name] = tensor.bits["8"]?.range ?? activations[name] }
        return HeadPrecision(weights: weights, activations: activations)
    }

    /// The same with the ranges of one head's tensors only, as a plan of that head carries them.
    func integerHead(of cut: Cut, in graph: LayerGraph) -> HeadPrecision {
        var precision = headPrecision(weights: .eightBits, integerActivations: true)
        let tensors = zip(graph.layers, cut.partition.inHead).filter(\.1).flatMap { $0.0.inputs + $0.0.outputs }
        let names = Set(tensors.map { graph.tensors[$0].name })
        precision.activations = precision.activations.filter { names.contains($0.key) }
        return precision
    }
}
