import Codec
import Inference
public import Model
import Optimizer

extension Planner {
    /// The plans with the accuracy that running them on the samples of the evaluation gave, and that of the unsplit model.
    mutating func measureAccuracy(
        of plans: [Plan], _ progress: (Double, String) throws -> Void
    ) throws -> (plans: [Plan], reference: Accuracy) {
        let remote = plans.filter { !$0.isReference && calibration.accuracies[Calibration.key(of: $0)] == nil }
        if calibration.reference == nil || !remote.isEmpty {
            let reference = try referenceAnswers(progress)
            calibration.reference = samples.accuracy(of: reference, reference: reference)
            let heads = Dictionary(grouping: remote, by: HeadKey.init).sorted { $0.key < $1.key }.map(\.value)
            for (done, plans) in heads.enumerated() {
                let share = Double(done) / Double(heads.count)
                try measure(plans, reference: reference) {
                    try progress(share + $0 / Double(heads.count), "accuracy, head \(done + 1) of \(heads.count)")
                }
            }
        }
        let reference =
            calibration.reference ?? Accuracy(samples: samples.evaluation.count, topOne: nil, agreement: 1)
        let measured = plans.map { plan in
            var plan = plan
            plan.accuracy = plan.isReference ? reference : calibration.accuracies[Calibration.key(of: plan)]
            return plan
        }
        return (measured, reference)
    }

    /// Accuracy of a cut whose head holds integers, measured by running the very head that is deployed, then the tail in floats
    /// on what crosses unquantised.
    ///
    /// - Throws: as `SplitModel.head(of:precision:)`; `InferenceError`; `SplitError.noTopClass`, and as
    ///   `measureActivations` where the samples are not the model's.
    public func accuracy(
        of partition: Partition, precision: HeadPrecision, progress: (Double, String) throws -> Void = { _, _ in }
    ) throws -> Accuracy {
        try checkSamples()
        let reference = try referenceAnswers(progress)
        let pipeline = try Pipeline(model, partition, precision: precision)
        let input = try inputName
        let count = Double(samples.evaluation.count)
        let answers = try samples.map(
            samples.evaluation, afterBatch: { try progress(Double($0) / count, "accuracy of the quantised head") }
        ) {
            try Answer(try pipeline.run([input: $0]))
        }
        return samples.accuracy(of: answers, reference: reference)
    }

    private func referenceAnswers(_ progress: (Double, String) throws -> Void) throws -> [Answer] {
        let whole = try Pipeline(model, Partition(prefix: model.graph.layers.count, of: model.graph))
        let input = try inputName
        let count = Double(samples.evaluation.count)
        return try samples.map(
            samples.evaluation, afterBatch: { try progress(Double($0) / count, "accuracy of the whole") }
        ) {
            try Answer(try whole.run([input: $0]))
        }
    }

    /// Runs the head that all the plans have once for each sample, then for each plan the codec and the tail.
    private mutating func measure(
        _ plans: [Plan], reference: [Answer], _ progress: (Double) throws -> Void
    ) throws {
        guard let head = plans.first else { return }
        let names = head.crossing.map(\.name)
        let pipeline = try Pipeline(model, model.partition(of: head), precision: head.headPrecision ?? .float)
        // Plans that differ in lossless coding only receive the same values.
        let distinct = Dictionary(plans.map { (Calibration.key(of: $0), $0) }) { first, _ in first }
            .sorted { $0.key < $1.key }
        let codecs = try distinct.map {
            try ActivationCodec(
                tensors: $0.value.crossing, coding: $0.value.coding.isLossless ? .packed : $0.value.coding)
        }
        let input = try inputName
        let count = Double(samples.evaluation.count)
        let answers = try samples.map(samples.evaluation, afterBatch: { try progress(Double($0) / count) }) { value in
            let values = try pipeline.runHead([input: value])
            let crossing = names.compactMap { values[$0] }
            return try codecs.map { codec in
                let received = zip(names, try codec.roundTrip(crossing))
                return try Answer(try pipeline.runTail(values.merging(received) { $1 }))
            }
        }
        for (position, entry) in distinct.enumerated() {
            calibration.accuracies[entry.key] = samples.accuracy(
                of: answers.map { $0[position] }, reference: reference)
        }
    }

    var inputName: String {
        get throws {
            guard model.inputs.count == 1, let input = model.inputs.first else {
                throw SplitError.severalInputs(model.inputs.map(\.name))
            }
            return input.name
        }
    }
}

extension Plan {
    /// Whether it computes what the unsplit, unquantised model does.
    fileprivate var isReference: Bool { isEdgeOnly && headPrecision == nil }
}

/// What plans share that run the same head.
private struct HeadKey: Hashable, Comparable {
    var crossing: [String]
    var precision: HeadPrecision?

    init(_ plan: Plan) {
        crossing = plan.crossing.map(\.name)
        precision = plan.headPrecision
    }

    /// By what crosses; the head in floats first, then by the bits of weights. One cut's heads have the same ranges.
    static func < (a: Self, b: Self) -> Bool {
        if a.crossing != b.crossing { return a.crossing.lexicographicallyPrecedes(b.crossing) }
        return a.bits.lexicographicallyPrecedes(b.bits)
    }

    private var bits: [String] {
        guard let precision else { return [] }
        return ["\(precision.weights.bits)"] + precision.layers.map { "\($0.key)=\($0.value.bits)" }.sorted()
    }
}
