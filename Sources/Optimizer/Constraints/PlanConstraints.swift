public import Model

/// Bounds that a plan must keep to, whatever it would gain by breaking them.
public struct PlanConstraints: Hashable, Sendable {
    /// What can be bounded, as it is named in text.
    public enum Key: String, CaseIterable, Hashable, Sendable {
        /// Most bytes on the edge: weights as held, and the peak of live activations.
        case memory
        /// Most bytes that one frame sends.
        case sent
        /// Most joules that a frame takes of the edge, under those conditions too.
        case energy
        /// Most that a frame's bytes cost.
        case price
        /// Most distortion: see `Plan.distortion`. A plan whose distortion is not known has not shown that it keeps the bound.
        case distortion
        /// Largest loss of accuracy: checked once plans were measured, by `PlanSelection`, not by `excesses`.
        case loss
        /// Longest predicted latency of a frame, under the conditions that hold when constraints are checked.
        case deadline
        /// Fewest layers that the edge runs before anything leaves it.
        case depth
        /// Layers that have to run on the edge.
        case edgeLayers = "edge-layers"
        /// Layers that have to run in the cloud.
        case cloudLayers = "cloud-layers"
    }

    public var memory: Int?
    public var sent: Int?
    /// J.
    public var energy: Double?
    /// In the currency of the tariff.
    public var price: Double?
    public var distortion: Double?
    /// A share.
    public var loss: Double?
    public var deadline: Nanoseconds?
    public var depth: Int?
    public var edgeLayers: [String]
    public var cloudLayers: [String]

    public init(
        memory: Int? = nil, sent: Int? = nil, energy: Double? = nil, price: Double? = nil,
        distortion: Double? = nil, loss: Double? = nil,
        deadline: Nanoseconds? = nil, depth: Int? = nil, edgeLayers: [String] = [], cloudLayers: [String] = []
    ) {
        self.memory = memory
        self.sent = sent
        self.energy = energy
        self.price = price
        self.distortion = distortion
        self.loss = loss
        self.deadline = deadline
        self.depth = depth
        self.edgeLayers = edgeLayers
        self.cloudLayers = cloudLayers
    }

    /// How far a plan is beyond each bound that it breaks, as a share of the bound; of pinned layers the share that is on the
    /// wrong side. Empty where it keeps to all. In the order of `Key`.
    ///
    /// - Parameter partition: the plan's cut.
    /// - Precondition: `check` has passed.
    public func excesses(
        of plan: Plan, _ partition: Partition, in graph: LayerGraph, at circumstances: Circumstances
    ) -> [(key: Key, excess: Double)] {
        Key.allCases.compactMap { key in
            let excess: Double =
                switch key {
                case .memory: Self.excess(Double(plan.edgeBytes), over: memory.map(Double.init))
                case .sent: Self.excess(Double(plan.transmitBytes), over: sent.map(Double.init))
                case .energy: Self.excess(circumstances.energy(of: plan) ?? 0, over: energy)
                case .price: Self.excess(circumstances.price(of: plan) ?? 0, over: price)
                case .distortion: Self.excess(plan.distortion ?? .infinity, over: distortion)
                case .loss: 0
                case .deadline:
                    Self.excess(plan.latency(under: circumstances.conditions), over: deadline.map(\.inSeconds))
                case .depth:
                    plan.isEdgeOnly ? 0 : depth.map { max(0, Double($0 - plan.headLayers) / Double(max(1, $0))) } ?? 0
                case .edgeLayers: misplaced(edgeLayers, head: false, partition, graph)
                case .cloudLayers: misplaced(cloudLayers, head: true, partition, graph)
                }
            return excess > 0 ? (key, excess) : nil
        }
    }

    private static func excess(_ value: Double, over bound: Double?) -> Double {
        guard let bound, value > bound else { return 0 }
        return bound > 0 ? value / bound - 1 : .infinity
    }

    /// The share of `names` that lies on a side.
    private func misplaced(_ names: [String], head: Bool, _ partition: Partition, _ graph: LayerGraph) -> Double {
        guard !names.isEmpty else { return 0 }
        let wanted = Set(names)
        let wrong = graph.layers.indices.count {
            wanted.contains(graph.layers[$0].name) && partition.inHead[$0] == head
        }
        return Double(wrong) / Double(names.count)
    }

    /// - Throws: `ConstraintError` where a pinned layer is none of the graph, or what is bounded is not known.
    public func check(_ graph: LayerGraph, _ circumstances: Circumstances) throws(ConstraintError) {
        let known = graph.layers.map(\.name)
        for name in edgeLayers + cloudLayers where !known.contains(name) {
            throw .noSuchLayer(name, nearest: nearestName(to: name, among: known))
        }
        if let both = edgeLayers.first(where: cloudLayers.contains) { throw .pinnedToBoth(both) }
        if energy != nil, circumstances.energy == nil { throw .noEnergyModel }
        if price != nil, circumstances.tariff == nil { throw .noTariff }
    }
}

extension PlanConstraints {
    /// For each layer of a graph the side that it has to be on; empty where no layer is pinned.
    public func pins(in graph: LayerGraph) -> [Side?] {
        guard !edgeLayers.isEmpty || !cloudLayers.isEmpty else { return [] }
        let (edge, cloud) = (Set(edgeLayers), Set(cloudLayers))
        return graph.layers.map { edge.contains($0.name) ? .head : cloud.contains($0.name) ? .tail : nil }
    }
}

/// What plans are held against bounds under: the conditions that prevail, and what energy and bytes come to.
public struct Circumstances: Hashable, Sendable {
    public var conditions: Conditions
    public var energy: EnergyModel?
    public var tariff: Tariff?

    public init(conditions: Conditions, energy: EnergyModel? = nil, tariff: Tariff? = nil) {
        self.conditions = conditions
        self.energy = energy
        self.tariff = tariff
    }

    /// Joules that a frame takes of the edge; `nil` where there is no model of that.
    public func energy(of plan: Plan) -> Double? {
        energy.map { plan.stages(under: conditions).energy($0, of: plan) }
    }

    /// What a frame's bytes cost; `nil` without a tariff.
    public func price(of plan: Plan) -> Double? {
        tariff.map { tariff in
            plan.isEdgeOnly
                ? 0 : Double(plan.transmitBytes) * tariff.sentByte + Double(plan.resultBytes) * tariff.returnedByte
        }
    }
}

/// A constraint that cannot be checked.
public enum ConstraintError: InputError, Hashable {
    case noSuchLayer(String, nearest: String?)
    case pinnedToBoth(String)
    case noEnergyModel
    case noTariff

    public var description: String {
        switch self {
        case .noSuchLayer(let name, let nearest):
            "the model has no layer '\(name)'\(nearest.map { "; did you mean '\($0)'?" } ?? "")"
        case .pinnedToBoth(let name): "constraint: layer '\(name)' is in edge-layers and in cloud-layers"
        case .noEnergyModel: "constraint 'energy' needs an energy model: --energy compute=5W,idle=1W,radio=lte"
        case .noTariff: "constraint 'price' needs a tariff: --tariff sent=5/GB"
        }
    }
}
