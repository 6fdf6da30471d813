import Codec
import Inference
import Model
import ONNX
import Optimizer

extension Planner {
    /// Measures what is not known yet of the activations: ranges, and errors at every width.
    ///
    /// One run over the samples fills two histograms for each tensor, one of the calibration, in which the range with the least
    /// squared error is searched for each width, and one of the evaluation, which says what error that range makes. Memory
    /// holds the histograms and the activations of a few samples, however many samples there are.
    ///
    /// - Throws: `SplitError.samplesOfAnotherShape`, `.severalInputs`, `.labelOutOfRange`; `InferenceError`.
    public mutating func measureActivations(_ progress: (Double, String) throws -> Void) throws {
        try checkSamples()
        let graph = model.graph
        let missing = graph.tensors.indices.filter { index in
            graph.tensors[index].elementType == .float32 && !graph.inputs.contains(index)
                && graph.tensors[index].elementCount > 0 && calibration.tensors[graph.tensors[index].name] == nil
        }.map { graph.tensors[$0] }
        if !missing.isEmpty {
            let chosen = try histograms(of: missing, samples.calibration) { try progress($0 / 2, $1) }
            let judged = try histograms(of: missing, samples.evaluation) { try progress(0.5 + $0 / 2, $1) }
            for (tensor, (ours, other)) in zip(missing, zip(chosen, judged)) {
                calibration.ranges[tensor.name] = ours.range
                calibration.tensors[tensor.name] = TensorCalibration(tensor, choosing: ours, judging: other)
            }
        }
        for input in model.inputs where input.elementType == .float32 && calibration.ranges[input.name] == nil {
            calibration.ranges[input.name] =
                samples.isEightBit
                ? ValueRange(low: 0, high: 1) : ValueRange.measured(samples.calibration.map { samples.values[$0] })
        }
        for coding in TransmitCoding.allCases where coding != .packed && calibration.inputSizes[coding.rawValue] == nil
        {
            calibration.inputSizes[coding.rawValue] = try inputSize(coding)
        }
    }

    /// Whether the samples are this model's: of its input's shape, and of its classes where its first output scores any.
    func checkSamples() throws {
        let name = try inputName
        if let wanted = model.inputs.first?.shape, let stranger = samples.values.first(where: { $0.shape != wanted }) {
            throw SplitError.samplesOfAnotherShape(input: name, wanted: wanted, found: stranger.shape)
        }
        guard let scores = model.outputs.first, scores.elementType == .float32 else { return }
        for (file, label) in zip(samples.files, samples.labels) {
            guard let label, label >= scores.elementCount else { continue }
            throw SplitError.labelOutOfRange(sample: file, label: label, classes: scores.elementCount)
        }
    }

    private func histograms(
        of tensors: [Tensor], _ positions: [Int], _ progress: (Double, String) throws -> Void
    ) throws -> [ActivationHistogram] {
        let session = try model.exposingSession()
        let names = tensors.map(\.name)
        var histograms = [ActivationHistogram](repeating: ActivationHistogram(), count: names.count)
        try samples.forEach(positions) { value in
            try session.run([value], outputs: names).map { output in
                var histogram = ActivationHistogram()
                histogram.add(output)
                return histogram
            }
        } _: { done, ofSample in
            for index in names.indices { histograms[index].merge(ofSample[index]) }
            try progress(Double(done) / Double(positions.count), "ranges of values")
        }
        return histograms
    }

    /// - Returns: `nil` where the input can't be compressed so: JPEG takes pictures only.
    private func inputSize(_ coding: TransmitCoding) throws -> CodedSize? {
        guard let input = model.inputs.first, model.inputs.count == 1, let range = calibration.ranges[input.name]
        else { return nil }
        let tensor = TransmittedTensor(
            name: input.name, elementType: input.elementType, shape: input.shape, precision: .eightBits, range: range)
        guard coding.isLossless || samples.isEightBit,
            let codec = try? ActivationCodec(tensors: [tensor], coding: coding)
        else { return nil }
        return CodedSize(of: try samples.map(samples.evaluation) { try codec.encode([$0]).reduce(0) { $0 + $1.count } })
    }

    /// Measures what is not known yet of the sizes, after lossless coding, of what crosses `cuts`.
    mutating func measureSizes(
        of cuts: [Cut], at widths: [Int], _ progress: (Double, String) throws -> Void
    ) throws {
        let crossing = Set(cuts.flatMap(\.crossing)).sorted().map { model.graph.tensors[$0] }
        var wanted: [(tensor: Tensor, bits: Int, codec: ActivationCodec)] = []
        for tensor in crossing {
            for bits in widths {
                guard let measured = calibration.tensors[tensor.name]?.bits["\(bits)"], measured.deflated == nil,
                    let precision = Precision(bits: bits)
                else { continue }
                let transmitted = TransmittedTensor(
                    name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, precision: precision,
                    range: measured.range)
                wanted.append((tensor, bits, try ActivationCodec(tensors: [transmitted], coding: .deflated)))
            }
        }
        guard !wanted.isEmpty else { return }
        let session = try model.exposingSession()
        let names = Set(wanted.map(\.tensor.name)).sorted()
        let work = wanted.map { (name: $0.tensor.name, codec: $0.codec) }
        let count = Double(samples.evaluation.count)
        let sizes = try samples.map(
            samples.evaluation, afterBatch: { try progress(Double($0) / count, "sizes after lossless coding") }
        ) { value in
            let values = Dictionary(uniqueKeysWithValues: zip(names, try session.run([value], outputs: names)))
            return try work.map { item in
                try values[item.name].map { try item.codec.encode([$0]).reduce(0) { $0 + $1.count } } ?? 0
            }
        }
        for (position, item) in wanted.enumerated() {
            calibration.tensors[item.tensor.name]?.bits["\(item.bits)"]?.deflated = CodedSize(
                of: sizes.map { $0[position] })
        }
    }

    /// Measures what holding each layer's weights as integers does to them.
    mutating func measureWeights(_ progress: (Double, String) throws -> Void) throws {
        guard calibration.weights.isEmpty, model.graph.parameters > 0 else { return }
        try progress(0, "errors of weights")
        for weight in try model.working.weightDistortions(bits: Calibration.measuredBits) {
            let errors = weight.meanSquaredErrors.map { ("\($0.key)", $0.value) }
            calibration.weights[weight.layer] = WeightCalibration(
                elements: weight.elements, channels: weight.channels,
                meanSquaredErrors: Dictionary(uniqueKeysWithValues: errors))
        }
    }
}

extension TensorCalibration {
    /// - Returns: `nil` where the tensor had no finite element.
    fileprivate init?(_ tensor: Tensor, choosing: ActivationHistogram, judging: ActivationHistogram) {
        guard let search = ClippingSearch(choosing), let judge = ClippingSearch(judging) else { return nil }
        var bits: [String: MeasuredPrecision] = [:]
        for width in Calibration.measuredBits {
            let range = search.clippedRange(bits: width)
            bits["\(width)"] = MeasuredPrecision(
                range: range, meanSquaredError: judge.meanSquaredError(of: range, bits: width))
        }
        self.init(elements: tensor.elementCount, bits: bits)
    }
}
