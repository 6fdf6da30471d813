public import Model
public import Optimizer

/// Makes a model's plan set: cuts, times, bytes, memory; then, for the plans that are not dominated, accuracy on samples.
public struct Planner: Sendable {
    public var model: SplitModel
    public var edge: Site
    public var cloud: Site
    public var samples: SampleSet
    public var precisions = Precision.candidates
    /// Largest loss of accuracy that a plan may have, as a share.
    public var maxAccuracyDrop = 0.01
    /// Which loss is held against that: the one on the samples, or the end of its confidence interval.
    public var dropJudgement = DropJudgement.estimate
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
        let cuts = try costs.knownCuts(at: precisions)
        try measureActivations(progress)
        try measureSizes(of: cuts, at: deflatedWidths, progress)
        let plans = try builder(codingCosts).plans(for: cuts) { costs.cost(of: $0) }
            .undominated(fidelity: .bits, timeTolerance: timeTolerance)
        let (measured, reference) = try measureAccuracy(of: plans, progress)
        let kept =
            measured
            .filtered(maxAccuracyDrop: maxAccuracyDrop, reference: reference, judgement: dropJudgement)
            .undominated(fidelity: .accepted, timeTolerance: timeTolerance)
        return PlanSet(model: model.identity, plans: kept, reference: reference)
    }

    /// Measures every prefix cut at every precision, and errors and sizes at every width, so that no later plan set of this
    /// model has to, on whatever machine.
    public mutating func calibrateEveryCut(progress: (Double, String) throws -> Void = { _, _ in }) throws {
        let cuts = model.graph.prefixCuts()
        try measureActivations(progress)
        try measureSizes(of: cuts, at: Array(Calibration.measuredBits), progress)
        try measureWeights()
        let plans = try builder(.free).plans(for: cuts) { _ in CutCost(edge: .zero, cloud: .zero) }
        _ = try measureAccuracy(of: plans, progress)
    }

    private func builder(_ codingCosts: CodingCosts) -> PlanBuilder {
        PlanBuilder(
            graph: model.graph, ranges: calibration.ranges, codingCosts: codingCosts, precisions: precisions,
            deflatedInputBytes: calibration.deflatedInputBytes, measured: calibration.measured)
    }

    /// Widths of more than eight bits hold noise, which does not deflate.
    private var deflatedWidths: [Int] { precisions.map(\.bits).filter(Calibration.measuredBits.contains) }

    private var codingCosts: CodingCosts {
        var costs = CodingCosts(value: [:])
        for timing in edge.coding {
            let decode = cloud.coding.first { $0.precision == timing.precision && $0.coding == timing.coding }?.decode
            let cost = CodingCost(encode: timing.encode, decode: decode ?? timing.decode)
            switch timing.coding {
            case .packed: costs.value[timing.precision] = cost
            case .deflated: costs.deflatedValue[timing.precision] = cost
            }
        }
        // A profile from before every width was timed deflated has eight bits only.
        if let deflated = costs.deflatedValue[.eightBits] {
            let packed = costs.value[.eightBits] ?? .free
            costs.deflatedByte = CodingCost(
                encode: max(0, deflated.encode - packed.encode), decode: max(0, deflated.decode - packed.decode))
        }
        return costs
    }
}
