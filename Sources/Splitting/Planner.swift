import Codec
import Inference
public import Model
import Optimizer

/// Makes a model's plan set: cuts, times, bytes, memory; then, for the plans that are not dominated, accuracy on samples.
public struct Planner: Sendable {
    public var model: SplitModel
    public var edge: Site
    public var cloud: Site
    public var samples: SampleSet
    public var precisions = Precision.candidates
    /// Largest loss of accuracy that a plan may have, as a share.
    public var maxAccuracyDrop = 0.01
    /// Relative difference of measured times that is taken for noise.
    public var timeTolerance = 0.05
    /// What is known already; grows with what is measured.
    public internal(set) var calibration: Calibration

    public init(model: SplitModel, edge: Site, cloud: Site, samples: SampleSet) {
        self.model = model
        self.edge = edge
        self.cloud = cloud
        self.samples = samples
        calibration = Calibration(model: model.identity, samplesSHA256: samples.sha256)
    }

    /// Takes what was measured before; nothing where that was of another model or other samples.
    public mutating func know(_ calibration: Calibration) { self.calibration.merge(calibration) }

    /// - Parameter progress: called with the share done and what is being measured.
    /// - Throws: `PlanningError`, `InferenceError`, `SplitError.noTopClass`.
    public mutating func plan(progress: (Double, String) throws -> Void = { _, _ in }) throws -> PlanSet {
        let costs = try SplitCosts(edge: edge.costs, cloud: cloud.costs)
        let cuts = model.graph.prefixCuts().filter { costs.cost(of: $0) != nil }
        try measureRanges(of: cuts, progress)
        let builder = PlanBuilder(
            graph: model.graph, ranges: calibration.ranges, codingCosts: codingCosts, precisions: precisions,
            deflatedInputBytes: calibration.deflatedInputBytes)
        let plans = try builder.plans(for: cuts) { costs.cost(of: $0) }
            .undominated(fidelity: .bits, timeTolerance: timeTolerance)
        let (measured, reference) = try measureAccuracy(of: plans, progress)
        let kept = measured.filtered(maxAccuracyDrop: maxAccuracyDrop, reference: reference)
            .undominated(fidelity: .accepted, timeTolerance: timeTolerance)
        return PlanSet(model: model.identity, plans: kept, reference: reference)
    }

    /// Measures every prefix cut at every precision, so that no later plan set of this model has to, on whatever machine.
    public mutating func calibrateEveryCut(progress: (Double, String) throws -> Void = { _, _ in }) throws {
        let cuts = model.graph.prefixCuts()
        try measureRanges(of: cuts, progress)
        let builder = PlanBuilder(
            graph: model.graph, ranges: calibration.ranges, codingCosts: .free, precisions: precisions)
        let plans = try builder.plans(for: cuts) { _ in CutCost(edge: .zero, cloud: .zero) }
        _ = try measureAccuracy(of: plans, progress)
    }

    private var codingCosts: CodingCosts {
        var costs = CodingCosts(value: [:])
        for timing in edge.coding where timing.coding == .packed {
            let decode = cloud.coding.first { $0.precision == timing.precision && $0.coding == .packed }?.decode
            costs.value[timing.precision] = CodingCost(encode: timing.encode, decode: decode ?? timing.decode)
        }
        if let deflated = edge.coding.first(where: { $0.coding == .deflated }) {
            let packed = costs.value[deflated.precision] ?? .free
            costs.deflatedByte = CodingCost(
                encode: max(0, deflated.encode - packed.encode), decode: max(0, deflated.decode - packed.decode))
        }
        return costs
    }

    /// Ranges of all that may cross `cuts`, and the size of the deflated input.
    private mutating func measureRanges(of cuts: [Cut], _ progress: (Double, String) throws -> Void) throws {
        let graph = model.graph
        let inputs = graph.inputs.map { graph.tensors[$0] }
        let crossing = Set(cuts.flatMap(\.crossing)).subtracting(graph.inputs).sorted().map { graph.tensors[$0] }
        let missing = crossing.filter { $0.elementType == .float32 && calibration.ranges[$0.name] == nil }.map(\.name)
        if !missing.isEmpty {
            let session = try model.exposingSession()
            let count = Double(samples.count)
            let ranges = try samples.map(afterBatch: { try progress(Double($0) / count, "ranges of values") }) {
                value in
                try session.run([value], outputs: missing).map { ValueRange.measured([$0]) }
            }
            for (position, name) in missing.enumerated() {
                let seen = ranges.compactMap { $0[position] }
                guard let low = seen.map(\.low).min(), let high = seen.map(\.high).max() else { continue }
                calibration.ranges[name] = ValueRange(low: low, high: high)
            }
        }
        for input in inputs where input.elementType == .float32 && calibration.ranges[input.name] == nil {
            calibration.ranges[input.name] =
                samples.isEightBit ? ValueRange(low: 0, high: 1) : ValueRange.measured(samples.values)
        }
        if calibration.deflatedInputBytes == nil { calibration.deflatedInputBytes = try deflatedInputBytes(inputs) }
    }

    private func deflatedInputBytes(_ inputs: [Tensor]) throws -> Int? {
        guard let input = inputs.first, inputs.count == 1, let range = calibration.ranges[input.name] else {
            return nil
        }
        let tensor = TransmittedTensor(
            name: input.name, elementType: input.elementType, shape: input.shape, precision: .eightBits, range: range)
        let codec = try ActivationCodec(tensors: [tensor], coding: .deflated)
        let sizes = try samples.map { try codec.encode([$0]).reduce(0) { $0 + $1.count } }
        return sizes.reduce(0, +) / sizes.count
    }
}
