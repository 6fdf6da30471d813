import Codec
import Inference
import Model
import Optimizer

extension Planner {
    /// The plans with the accuracy that running them on the samples gave, and that of the unsplit model.
    mutating func measureAccuracy(
        of plans: [Plan], _ progress: (Double, String) throws -> Void
    ) throws -> (plans: [Plan], reference: Accuracy) {
        let remote = plans.filter { !$0.isEdgeOnly && calibration.accuracies[Calibration.key(of: $0)] == nil }
        if calibration.reference == nil || !remote.isEmpty {
            let reference = try referenceAnswers(progress)
            calibration.reference = samples.accuracy(of: reference, reference: reference)
            let cuts = Dictionary(grouping: remote) { $0.crossing.map(\.name) }
            for (done, names) in cuts.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
                let share = Double(done) / Double(cuts.count)
                try measure(cuts[names] ?? [], at: names, reference: reference) {
                    try progress(share + $0 / Double(cuts.count), "accuracy, cut \(done + 1) of \(cuts.count)")
                }
            }
        }
        let reference = calibration.reference ?? Accuracy(samples: samples.count, topOne: nil, agreement: 1)
        let measured = plans.map { plan in
            var plan = plan
            plan.accuracy = plan.isEdgeOnly ? reference : calibration.accuracies[Calibration.key(of: plan)]
            return plan
        }
        return (measured, reference)
    }

    private func referenceAnswers(_ progress: (Double, String) throws -> Void) throws -> [Int] {
        let whole = try Pipeline(model, Partition(prefix: model.graph.layers.count, of: model.graph))
        let input = try inputName
        let count = Double(samples.count)
        return try samples.map(afterBatch: { try progress(Double($0) / count, "accuracy of the whole") }) {
            try Self.topClass(of: try whole.run([input: $0]))
        }
    }

    /// Runs the head of one cut once for each sample, then for each plan the codec and the tail.
    private mutating func measure(
        _ plans: [Plan], at names: [String], reference: [Int], _ progress: (Double) throws -> Void
    ) throws {
        let pipeline = try Pipeline(model, Partition(at: names, of: model.graph))
        let codecs = try plans.map { try ActivationCodec(tensors: $0.crossing, coding: .packed) }
        let input = try inputName
        let count = Double(samples.count)
        let answers = try samples.map(afterBatch: { try progress(Double($0) / count) }) { value in
            let values = try pipeline.runHead([input: value])
            let crossing = names.compactMap { values[$0] }
            return try codecs.map { codec in
                let received = zip(names, try codec.roundTrip(crossing))
                return try Self.topClass(of: try pipeline.runTail(values.merging(received) { $1 }))
            }
        }
        for (position, plan) in plans.enumerated() {
            calibration.accuracies[Calibration.key(of: plan)] = samples.accuracy(
                of: answers.map { $0[position] }, reference: reference)
        }
    }

    private var inputName: String {
        get throws {
            guard model.inputs.count == 1, let input = model.inputs.first else {
                throw SplitError.severalInputs(model.inputs.map(\.name))
            }
            return input.name
        }
    }

    private static func topClass(of outputs: [TensorValue]) throws -> Int {
        guard let top = outputs.first?.topClass else { throw SplitError.noTopClass }
        return top
    }
}
