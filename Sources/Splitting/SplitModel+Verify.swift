import Inference
public import Model

/// What running head then tail against the whole said of one cut.
public struct CutCheck: Hashable, Sendable {
    /// What crosses, in the graph's order.
    public var crossing: [Tensor]
    /// Largest difference of any output value over all seeds; infinite where a value is not a number, or infinite on one side.
    public var maxAbsDiff: Double
    /// The same with one crossing tensor perturbed: the control, which must exceed the tolerance.
    public var controlDiff: Double
    /// What rounding explains: 1e-4 of the outputs' largest magnitude.
    public var tolerance: Double

    public var isEqual: Bool { maxAbsDiff <= tolerance }
    public var controlFails: Bool { controlDiff > tolerance }
    public var passes: Bool { isEqual && controlFails }
}

extension SplitModel {
    /// Runs head and tail of a cut against the whole on seeded inputs, all at the deployed optimisation level. Layouts, and so
    /// rounding, differ between the three models: hence a tolerance, and hence a control that must miss it.
    ///
    /// - Throws: `InferenceError`.
    public func verify(_ partition: Partition, seeds: Range<UInt64> = 0..<3) throws -> CutCheck {
        let crossing = graph.crossing(partition)
        let whole = try Pipeline(self, Partition(prefix: graph.layers.count, of: graph))
        let split = try Pipeline(self, partition)
        var check = CutCheck(crossing: crossing.map { graph.tensors[$0] }, maxAbsDiff: 0, controlDiff: 0, tolerance: 0)
        for seed in seeds {
            let inputs = randomInputs(seed: seed)
            let expected = try whole.run(inputs)
            check.tolerance = max(check.tolerance, 1e-4 * expected.largestMagnitude)
            check.maxAbsDiff = max(check.maxAbsDiff, try split.run(inputs).difference(from: expected))
            let perturbed = try split.run(inputs) { $0.perturbed() }
            check.controlDiff = max(check.controlDiff, perturbed.difference(from: expected))
        }
        return check
    }

    /// Uniform values in [0, 1), or whole numbers 0 and 1 for integer inputs, keyed by tensor name.
    func randomInputs(seed: UInt64) -> [String: TensorValue] {
        var random = SeededGenerator(seed: seed)
        return Dictionary(
            uniqueKeysWithValues: inputs.map {
                ($0.name, TensorValue(random: $0.elementType, shape: $0.shape, &random))
            })
    }
}
