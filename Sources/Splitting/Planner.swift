public import Model
public import Optimizer

/// Makes a model's plan set: cuts, times, bytes, memory; then, for the plans that are not dominated, accuracy on samples.
public struct Planner: Sendable {
    public var model: SplitModel
    public var edge: Site
    public var cloud: Site
    public var samples: SampleSet
    public var precisions = Precision.candidates
    /// Whether heads in 8-bit integers are considered beside those in floats.
    public var considersIntegerHeads = true
    /// How the input may be compressed for the cloud alone.
    public var inputCodings: [TransmitCoding] = [.deflated, .jpeg]
    /// Bounds that every plan has to keep to.
    public var constraints = PlanConstraints()
    /// What they are checked under.
    public var circumstances = Circumstances(
        conditions: Conditions(uplink: .mbps(10), downlink: .mbps(10), rtt: .milliseconds(20)))
    /// What plans will be judged by.
    public var objective = Objective.mean
    /// Largest loss of accuracy that a plan may have, as a share.
    public var maxAccuracyDrop = 0.01
    /// Which loss is held against that: the one on the samples, or the end of its confidence interval.
    public var dropJudgement = DropJudgement.estimate
    /// Relative difference of measured times that is taken for noise.
    public var timeTolerance = 0.05
    /// Work that the search for the weight bits of one head may take, as in `BitWidthProblem.solve`.
    public var weightBitsWorkLimit: Int? = BitWidthProblem.defaultWorkLimit
    /// Heads whose weight bits the latest planning could not prove to be the best. None, but for rare heads.
    public internal(set) var unprovedWeightBits: [UnprovedWeightBits] = []
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
    /// - Throws: `NoPlanFits` where every plan breaks a bound; `PlanningError`, `ConstraintError`, `InferenceError`,
    ///   `SplitError.noTopClass`.
    public mutating func plan(progress: (Double, String) throws -> Void = { _, _ in }) throws -> PlanSet {
        guard !precisions.isEmpty else {
            throw PlanningError.bitWidths(
                place: "what crosses a cut", problem: "may have no bit widths at all; list at least one")
        }
        unprovedWeightBits = []
        let costs = try SplitCosts(edge: edge.costs, cloud: cloud.costs)
        let selection = PlanSelection(
            objective: objective, maxAccuracyDrop: constraints.loss ?? maxAccuracyDrop,
            dropJudgement: dropJudgement, timeTolerance: timeTolerance)
        let pins = constraints.pins(in: model.graph)
        try constraints.check(model.graph, circumstances)
        var planSet = try costs.planSet(of: model.identity, at: precisions, keeping: selection, pinned: pins) { cuts in
            try plans(of: cuts, costs, progress)
        } measuring: { plans in
            try measureAccuracy(of: plans, progress)
        }
        planSet.energy = circumstances.energy
        planSet.tariff = circumstances.tariff
        return planSet
    }

    /// The plans of some cuts that keep to every bound, made once what they need is measured.
    private mutating func plans(
        of cuts: [Cut], _ costs: SplitCosts, _ progress: (Double, String) throws -> Void
    ) throws -> [Plan] {
        try measureActivations(progress)
        try measureSizes(of: cuts, at: deflatedWidths, progress)
        try measureWeights(progress)
        let builder = builder(codingCosts)
        let forms =
            considersIntegerHeads
            ? try headForms(of: cuts, at: builder.precisions, on: edge.costs) : HeadForms()
        let all = try builder.plans(for: cuts, forms: { forms[$0, $1] }, cost: { cost(of: $0, costs) }).map(distorted)
        return try within(constraints, all)
    }

    /// Measures every prefix cut, and the candidates by the times of these sites, at every precision, with heads in floats and in
    /// integers, and errors and sizes at every width, so that hardly any later plan set of this model has to, on whatever machine.
    /// Heads that a bound asks for are left out.
    public mutating func calibrateEveryCut(progress: (Double, String) throws -> Void = { _, _ in }) throws {
        let bounds = constraints
        constraints = PlanConstraints()
        defer { constraints = bounds }
        let costs = try SplitCosts(edge: edge.costs, cloud: cloud.costs)
        var cuts = model.graph.prefixCuts()
        cuts += try costs.knownCuts(at: precisions).filter { !cuts.contains($0) }
        try measureActivations(progress)
        try measureSizes(of: cuts, at: Array(Calibration.measuredBits), progress)
        try measureWeights(progress)
        let builder = builder(.free)
        let forms = try headForms(of: cuts, at: builder.precisions, on: nil)
        let plans = try builder.plans(for: cuts, forms: { forms[$0, $1] }) { _ in CutCost(edge: .zero, cloud: .zero) }
        _ = try measureAccuracy(of: plans, progress)
    }

    /// As far as head and tail were timed; where layers are pinned, what was not timed is the sum of its layers, which is rather more.
    private func cost(of cut: Cut, _ costs: SplitCosts) -> CutCost? {
        let isPinned = !constraints.pins(in: model.graph).isEmpty
        return costs.cost(of: cut) ?? (isPinned ? costs.costOfLayers(in: cut) : nil)
    }

    /// A plan with its distortion, as far as that was measured.
    private func distorted(_ plan: Plan) throws -> Plan {
        var plan = plan
        plan.distortion = calibration.distortion(of: plan, try model.partition(of: plan), in: model.graph)
        return plan
    }

    /// The plans that keep to every bound.
    private func within(_ constraints: PlanConstraints, _ plans: [Plan]) throws -> [Plan] {
        let excesses = try plans.map { plan in
            constraints.excesses(of: plan, try model.partition(of: plan), in: model.graph, at: circumstances)
        }
        let fitting = zip(plans, excesses).filter(\.1.isEmpty).map(\.0)
        if fitting.isEmpty, let answer = NoPlanFits(Array(zip(plans.map(\.id), excesses))) { throw answer }
        return fitting
    }

    private func builder(_ codingCosts: CodingCosts) -> PlanBuilder {
        PlanBuilder(
            graph: model.graph, ranges: calibration.ranges, codingCosts: codingCosts, precisions: precisions,
            inputSizes: calibration.sizesOfInput.filter { inputCodings.contains($0.key) },
            measured: calibration.measured)
    }

    /// Widths of more than eight bits hold noise, which does not deflate.
    private var deflatedWidths: [Int] { precisions.map(\.bits).filter(Calibration.measuredBits.contains) }

    var codingCosts: CodingCosts {
        var costs = CodingCosts.free
        for timing in edge.coding {
            let decode = cloud.coding.first { $0.precision == timing.precision && $0.coding == timing.coding }?.decode
            costs.value[timing.coding, default: [:]][timing.precision] = CodingCost(
                encode: timing.encode, decode: decode ?? timing.decode)
        }
        return costs
    }
}
