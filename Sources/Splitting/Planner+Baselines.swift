public import Model
public import Optimizer

/// What a published way to split, or a fixed one, comes to on these sites.
public struct BaselineLatency: Hashable, Sendable {
    /// As reports name it: `neurosurgeon`, `dads`, `cloud-8-jpeg`, …
    public var name: String
    /// Names of what crosses; empty for edge-only.
    public var crossing: [String]
    /// Seconds.
    public var latency: Double
    public var edgeBytes: Int
    /// As of a plan; `nil` where it is not known.
    public var distortion: Double?
    /// The bounds of the planner that it does not keep to, so that it is no match for plans that do.
    public var breaks: [PlanConstraints.Key]
}

extension Planner {
    /// The widths that Auto-Split chooses among.
    static let autoSplitBits = [2, 4, 6, 8]

    /// The baselines under stated conditions, by the costs that plans are made of: a head or tail as measured where it was timed,
    /// else the sum of its layers; coding as plans pay it; an input of the model sent at 8 bits; memory and distortion as plans have
    /// them.
    ///
    /// - `plans`: edge-only and cloud-only as they stand in the plan set.
    /// - `neurosurgeon` (Kang et al., ASPLOS 2017): the best prefix of the order of layers, in floats, of those that keep to the
    ///   bound on memory.
    /// - `dads` (Hu et al., INFOCOM 2019) and `qdmp` (Zhang et al., IMWUT 2020): the minimum cut of the graph, in floats. They know
    ///   no bounds.
    /// - `qdmp-e-u4`, `qdmp-e-u8`: QDMP's cut, what it holds and sends then at 4 or 8 bits. They know no bounds.
    /// - `auto-split` (Banitalebi-Dehkordi et al., KDD 2021), as published: within the bounds on memory, by its own rule, and on
    ///   distortion. Its choice is the only one that weighs bits.
    ///
    /// The published methods but Neurosurgeon choose without round trip and queue, with the cloud in 16-bit numbers and
    /// the sum of single layers (`SplitInstance`); what they chose is then priced like a plan. On a profile a layer takes
    /// the same time at any bits, and only whole heads are known to be faster in integers; so there the bits that
    /// Auto-Split chooses are a matter of what is sent, of memory and of distortion.
    ///
    /// - Throws: `PlanningError`; `ConditionsError` where a condition is negative or not finite; `ConstraintError`.
    public func baselines(of planSet: PlanSet, under conditions: Conditions) throws -> [BaselineLatency] {
        let conditions = try conditions.validated()
        var here = circumstances
        here.conditions = conditions
        try constraints.check(model.graph, here)
        let instance = try splitInstance(under: conditions)
        let methods: [(name: String, method: Baseline)] = [
            ("dads", .dads), ("qdmp", .qdmp), ("qdmp-e-u4", .qdmpQuantised(bits: 4)),
            ("qdmp-e-u8", .qdmpQuantised(bits: 8)), ("auto-split", .autoSplit(bits: Self.autoSplitBits)),
        ]
        let published = try methods.map { name, method in
            priced(name, try instance.outcome(of: method).split, instance)
        }
        let fixed = try planSet.plans.filter { $0.isEdgeOnly || $0.isCloudOnly }
            .map { PricedSplit(plan: $0, partition: try model.partition(of: $0)) }
        return (fixed + [neurosurgeon(instance, under: conditions)] + published).map { split in
            let plan = split.plan
            let excesses = constraints.excesses(of: plan, split.partition, in: model.graph, at: here)
            return BaselineLatency(
                name: plan.id, crossing: plan.crossing.map(\.name), latency: plan.latency(under: conditions),
                edgeBytes: plan.edgeBytes, distortion: plan.distortion, breaks: excesses.map(\.key))
        }
    }

    /// The planner's sites as the published methods see them.
    ///
    /// - Throws: `PlanningError`.
    func splitInstance(under conditions: Conditions) throws -> SplitInstance {
        let sites = try SplitCosts(
            edge: SlowedCosts(edge.costs, conditions.edgeSlowdown),
            cloud: SlowedCosts(cloud.costs, conditions.cloudSlowdown))
        let limits = SplitInstance.Limits(
            memoryBits: constraints.memory.map { $0.multipliedReportingOverflow(by: 8) }
                .map { $0.overflow ? .max : $0.partialValue }, distortion: constraints.distortion)
        return try SplitInstance(
            sites, distortions: calibration.layerDistortions(of: model.graph, bits: Self.autoSplitBits),
            uplink: conditions.uplink, limits: limits)
    }

    /// Of equal latencies the shortest prefix. Where no prefix keeps to the bound on memory, the best of all.
    private func neurosurgeon(_ instance: SplitInstance, under conditions: Conditions) -> PricedSplit {
        let graph = model.graph
        let prefixes = ([graph.cloudOnlyCut] + graph.prefixCuts() + [graph.edgeOnlyCut]).map { cut in
            priced("neurosurgeon", instance.uniform(cut, bits: Precision.unquantised.bits), instance)
        }
        let fitting = prefixes.filter { $0.plan.edgeBytes <= constraints.memory ?? .max }
        let candidates = fitting.isEmpty ? prefixes : fitting
        let latencies = candidates.map { $0.plan.latency(under: conditions) }
        let best = candidates.indices.min { (latencies[$0], $0) < (latencies[$1], $1) } ?? 0
        return candidates[best]
    }

    /// A split priced as plans are.
    private func priced(_ name: String, _ split: QuantisedSplit, _ instance: SplitInstance) -> PricedSplit {
        let (graph, cut) = (model.graph, split.cut)
        let sentBits = Dictionary(uniqueKeysWithValues: zip(instance.sent(at: cut), split.sentBits))
        let crossing = cut.crossing.map { transmitted($0, at: sentBits[$0]) }
        let coding = codingCosts.cost(of: crossing, .packed)
        func bits(_ layer: LayerIndex) -> OperandBits { split.bits[layer] }
        let head = edge.costs.headTime(of: cut, at: bits) ?? edge.costs.sumOfLayers(in: cut, head: true, at: bits)
        let floats = { (_: LayerIndex) in OperandBits.unquantised }
        let tail = cloud.costs.tailTime(of: cut, at: floats) ?? cloud.costs.sumOfLayers(in: cut, head: false)
        let made = Set(graph.outputsOfHead(cut.partition))
        let weightBytes = weightBytes(of: cut.partition, at: bits)
        var plan = Plan(
            id: name, crossing: crossing, coding: .packed, headLayers: cut.headLayers, edgeWork: head,
            encodeWork: coding.edge, transmitBytes: crossing.reduce(0) { $0 + $1.packedBytes },
            cloudWork: tail + coding.cloud,
            resultBytes: graph.outputs.filter { !made.contains($0) }.reduce(0) { $0 + graph.tensors[$1].byteCount },
            edgeBytes: graph.edgeBytes(of: cut.partition, weightBytes: weightBytes))
        plan.edgeBytesByMaximum = graph.edgeBytesByMaximum(of: cut.partition, weightBytes: weightBytes)
        plan.distortion = instance.cost(of: split).distortion
        return PricedSplit(plan: plan, partition: cut.partition)
    }

    /// An input of the model crosses as it was taken, at 8 bits.
    private func transmitted(_ index: TensorIndex, at bits: Int?) -> TransmittedTensor {
        let tensor = model.graph.tensors[index]
        let wanted = model.graph.producer[index] == nil ? .eightBits : bits.flatMap(Precision.init(bits:))
        return TransmittedTensor(
            name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
            precision: tensor.elementType == .float32 ? wanted ?? .unquantised : .unquantised, range: nil)
    }

    /// Bytes of a head's weights, each in the integer type that holds its bits; those that can't be integers stay as they are.
    private func weightBytes(of partition: Partition, at bits: (LayerIndex) -> OperandBits) -> Int {
        model.graph.layers.enumerated().reduce(0) { sum, entry in
            let (index, layer) = entry
            guard partition.inHead[index] else { return sum }
            guard let weight = calibration.weights[layer.name], let wanted = Precision(bits: bits(index).weights)
            else { return sum + layer.parameterBytes }
            let stored = HeadPrecision.storedBits(of: wanted)
            let elements = min(weight.elements, layer.parameters)
            let whole = layer.parameterBytes - ElementType.float32.byteWidth * elements
            return sum + whole + stored.packedBytes(elements: elements, of: .float32)
        }
    }
}

/// A baseline's choice in the form of a plan.
private struct PricedSplit {
    var plan: Plan
    var partition: Partition
}

/// A site that is slower than its costs say.
private struct SlowedCosts: CostModel {
    let graph: LayerGraph
    let measured: ModelIdentity?
    private let base: any CostModel
    private let slowdown: Double

    init(_ base: any CostModel, _ slowdown: Double) {
        (graph, measured) = (base.graph, base.measured)
        (self.base, self.slowdown) = (base, slowdown)
    }

    func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds {
        Nanoseconds(seconds: base.layerTime(layer, at: bits).inSeconds * slowdown)
    }
}
