public import Model

/// A way to hold a head other than as the model has it.
public struct HeadForm: Hashable, Sendable {
    /// Ends the ids of plans with this head: `int8` for `TENSOR@BITS-int8`. Unique among the forms of a cut.
    public var name: String
    public var precision: HeadPrecision
    /// The head on the edge in this form.
    public var edge: Nanoseconds
    /// Bytes of its weights as they are held.
    public var weightBytes: Int

    public init(name: String, precision: HeadPrecision, edge: Nanoseconds, weightBytes: Int) {
        self.name = name
        self.precision = precision
        self.edge = edge
        self.weightBytes = weightBytes
    }
}

/// Turns cuts of a graph into plans: each cut at each precision, edge-only, and cloud-only with the input at 8 bits.
public struct PlanBuilder: Sendable {
    public var graph: LayerGraph
    /// Measured range of each `float32` tensor that may cross, inputs of the graph among them, by name.
    public var ranges: [String: ValueRange]
    public var codingCosts: CodingCosts
    /// Precisions to try at each cut.
    public var precisions: [Precision]
    /// Bytes of the 8-bit input after each compression that is to be a plan: `cloud-8-deflated`, `cloud-8-jpeg`.
    public var inputSizes: [TransmitCoding: CodedSize]
    /// What was measured of a tensor at one precision, by name: counts over the tensor's own range elsewhere.
    public var measured: [String: [Precision: MeasuredPrecision]]

    public init(
        graph: LayerGraph, ranges: [String: ValueRange], codingCosts: CodingCosts,
        precisions: [Precision] = Precision.candidates, inputSizes: [TransmitCoding: CodedSize] = [:],
        measured: [String: [Precision: MeasuredPrecision]] = [:]
    ) {
        self.measured = measured
        self.graph = graph
        self.ranges = ranges
        self.codingCosts = codingCosts
        self.precisions = precisions
        self.inputSizes = inputSizes
    }

    /// The plans of `cuts`, edge-only and cloud-only, with unique ids.
    ///
    /// Where nothing that crosses a cut can be quantised, it has one plan, unquantised.
    ///
    /// - Parameters:
    ///   - forms: other ways to hold a cut's head where what crosses is sent at a precision, unquantised for the edge alone:
    ///     `TENSOR@BITS-int8` beside `TENSOR@BITS`, and `edge-only-int8`.
    ///   - cost: what head and tail of a cut take; a cut for which it is `nil` has no plans.
    /// - Throws: `PlanningError.noRange` or `.notARange` where a tensor cannot be quantised.
    public func plans(
        for cuts: [Cut], forms: (Cut, Precision) -> [HeadForm] = { _, _ in [] }, cost: (Cut) -> CutCost?
    ) throws(PlanningError) -> [Plan] {
        var plans = try cloudOnlyPlans(cost: cost)
        var stems = Set<String>()
        for cut in cuts where !cut.partition.isEdgeOnly && !cut.partition.isCloudOnly {
            guard let cutCost = cost(cut) else { continue }
            let costed = CostedCut(cut, cutCost, of: graph)
            let stem = uniqueStem(of: cut, among: &stems)
            for precision in precisions(for: cut) {
                let packed = try plan(id: "\(stem)@\(precision.bits)", costed, precision: precision)
                let variants = try variants(of: packed, costed, precision: precision)
                plans += variants
                for form in forms(cut, precision) { plans += variants.map { held($0, in: form, cut) } }
            }
        }
        if let cost = cost(graph.edgeOnlyCut) {
            let alone = try plan(
                id: "edge-only", CostedCut(graph.edgeOnlyCut, cost, of: graph), precision: .unquantised)
            plans.append(alone)
            plans += forms(graph.edgeOnlyCut, .unquantised).map { held(alone, in: $0, graph.edgeOnlyCut) }
        }
        return plans
    }

    private func cloudOnlyPlans(cost: (Cut) -> CutCost?) throws(PlanningError) -> [Plan] {
        guard let cost = cost(graph.cloudOnlyCut), !graph.cloudOnlyCut.crossing.isEmpty else { return [] }
        let cut = CostedCut(graph.cloudOnlyCut, cost, of: graph)
        var plans = [try plan(id: "cloud-8", cut, precision: .eightBits)]
        for coding in TransmitCoding.allCases {
            guard let size = inputSizes[coding] else { continue }
            plans.append(
                try plan(
                    id: "cloud-8-\(coding.rawValue)", cut, precision: .eightBits, compressed: (coding, size)))
        }
        return plans
    }

    /// A packed plan, and the same deflated where that is smaller.
    private func variants(
        of packed: Plan, _ cut: CostedCut, precision: Precision
    ) throws(PlanningError) -> [Plan] {
        guard let size = deflatedSize(of: packed.crossing), size.mean < packed.transmitBytes else { return [packed] }
        let id = "\(packed.id)-\(TransmitCoding.deflated.rawValue)"
        return [
            packed, try plan(id: id, cut, precision: precision, compressed: (.deflated, size)),
        ]
    }

    private func held(_ plan: Plan, in form: HeadForm, _ cut: Cut) -> Plan {
        var plan = plan
        plan.id += "-\(form.name)"
        plan.headPrecision = form.precision
        plan.edgeWork = form.edge
        plan.edgeBytes = graph.edgeBytes(of: cut.partition, weightBytes: form.weightBytes)
        plan.edgeBytesByMaximum = graph.edgeBytesByMaximum(of: cut.partition, weightBytes: form.weightBytes)
        plan.moveBytes = form.weightBytes
        return plan
    }

    /// What the crossing tensors take deflated; `nil` where that of one was not measured.
    private func deflatedSize(of crossing: [TransmittedTensor]) -> CodedSize? {
        var size = CodedSize(mean: 0, p95: 0)
        for tensor in crossing {
            guard let one = measured[tensor.name]?[tensor.precision]?.deflated else { return nil }
            size.mean = size.mean.saturatingSum(one.mean)
            size.p95 = one.p95.flatMap { p95 in size.p95.map { $0.saturatingSum(p95) } }
        }
        return size
    }

    /// The precisions at which what crosses a cut is sent.
    public func precisions(for cut: Cut) -> [Precision] {
        let canQuantise = cut.crossing.contains { graph.tensors[$0].elementType == .float32 }
        return canQuantise ? precisions : [.unquantised]
    }

    /// The tensor that is written last, and how many cross besides; numbered where two cuts share that.
    private func uniqueStem(of cut: Cut, among stems: inout Set<String>) -> String {
        let last = cut.crossing.max { (graph.producer[$0] ?? -1, $0) < (graph.producer[$1] ?? -1, $1) }
        let name = last.map { graph.tensors[$0].name } ?? ""
        let others = cut.crossing.count - 1
        let stem = others > 0 ? "\(name)+\(others)" : name
        var unique = stem
        var number = 1
        while !stems.insert(unique).inserted {
            number += 1
            unique = "\(stem)#\(number)"
        }
        return unique
    }

    private func plan(
        id: String, _ costed: CostedCut, precision: Precision,
        compressed: (coding: TransmitCoding, size: CodedSize)? = nil
    ) throws(PlanningError) -> Plan {
        let (cut, cost) = (costed.cut, costed.cost)
        var crossing: [TransmittedTensor] = []
        for index in cut.crossing { crossing.append(try transmitted(graph.tensors[index], at: precision)) }
        let coding = compressed?.coding ?? .packed
        let codingCost = codingCosts.cost(of: crossing, coding)
        let inHead = Set(graph.outputsOfHead(cut.partition))
        let returned = graph.outputs.filter { !inHead.contains($0) }
        var plan = Plan(
            id: id, crossing: crossing, coding: coding, headLayers: cut.headLayers, edgeWork: cost.edge,
            encodeWork: codingCost.edge,
            transmitBytes: compressed?.size.mean ?? crossing.reduce(0) { $0.saturatingSum($1.packedBytes) },
            cloudWork: cost.cloud + codingCost.cloud,
            resultBytes: returned.reduce(0) { $0.saturatingSum(graph.tensors[$1].byteCount) },
            edgeBytes: costed.edgeBytes)
        plan.edgeBytesByMaximum = costed.edgeBytesByMaximum
        plan.moveBytes = graph.weightBytes(of: cut.partition)
        plan.transmitBytesP95 = compressed?.size.p95
        return plan
    }

    private func transmitted(
        _ tensor: Tensor, at precision: Precision
    ) throws(PlanningError) -> TransmittedTensor {
        let isQuantised = precision.isQuantised && tensor.elementType == .float32
        let range = measured[tensor.name]?[precision]?.range ?? ranges[tensor.name]
        if isQuantised {
            guard let range else { throw .noRange(tensor: tensor.name) }
            guard range.isValid else { throw .notARange(tensor: tensor.name) }
        }
        return TransmittedTensor(
            name: tensor.name, elementType: tensor.elementType, shape: tensor.shape,
            precision: isQuantised ? precision : .unquantised, range: isQuantised ? range : nil)
    }
}

/// What all plans of a cut have alike.
private struct CostedCut {
    let cut: Cut
    let cost: CutCost
    let edgeBytes: Int
    let edgeBytesByMaximum: Int

    init(_ cut: Cut, _ cost: CutCost, of graph: LayerGraph) {
        self.cut = cut
        self.cost = cost
        edgeBytes = graph.edgeBytes(of: cut.partition)
        edgeBytesByMaximum = graph.edgeBytesByMaximum(of: cut.partition)
    }
}
