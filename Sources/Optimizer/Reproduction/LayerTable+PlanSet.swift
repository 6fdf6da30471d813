public import Model

extension LayerTable {
    /// How the network's plans are made: sites, bits, and what else a table does not hold.
    public struct PlanOptions: Hashable, Sendable {
        public var edge: CostModelName
        public var cloud: CostModelName
        public var precisions: [Precision] = [.fourBits, .eightBits]
        public var codingCosts = CodingCosts.free
        /// Bytes of the input as a JPEG, for a plan that sends it so; `nil`: no such plan.
        public var pictureBytes: Int?
        /// What the plans will be judged by: the set keeps those that can win.
        public var objective = Objective.mean

        public init(edge: CostModelName, cloud: CostModelName) {
            self.edge = edge
            self.cloud = cloud
        }
    }

    /// The plan set of the network on two sites that are modelled. Every plan counts as accurate, since a table holds no samples
    /// to measure it on; the model's digest is all zeros, since no file belongs to it.
    ///
    /// - Throws: `PlanningError`; `.notAModelledSite` where a site is a profile.
    /// - Complexity: that of `SplitCosts.planSet`.
    public func planSet(_ options: PlanOptions) throws -> PlanSet {
        let costs = try SplitCosts(edge: costs(of: options.edge), cloud: costs(of: options.cloud))
        let anyRange = ValueRange(low: 0, high: 1)
        var builder = PlanBuilder(
            graph: graph, ranges: Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, anyRange) }),
            codingCosts: options.codingCosts, precisions: options.precisions)
        builder.inputSizes = options.pictureBytes.map { [.jpeg: CodedSize(mean: $0, p95: nil)] } ?? [:]
        let model = ModelIdentity(name: network, sha256: String(repeating: "0", count: 64))
        let whole = Accuracy(samples: 1, topOne: nil, agreement: 1)
        let selection = PlanSelection(objective: options.objective)
        let set = try costs.planSet(of: model, at: options.precisions, keeping: selection) { cuts in
            try builder.plans(for: cuts) { costs.cost(of: $0) }
        } measuring: { plans in
            let accurate = plans.map { plan in
                var plan = plan
                plan.accuracy = whole
                return plan
            }
            return (accurate, whole)
        }
        return PlanSet(model: model, plans: set.plans.map(\.unmeasured))
    }

    private func costs(of site: CostModelName) throws(PlanningError) -> any CostModel {
        switch site {
        case .roofline(let roofline): try RooflineCosts(roofline, of: graph)
        case .accelerator(let accelerator): try AcceleratorCosts(accelerator, of: graph)
        case .profile(let path): throw .notAModelledSite(path)
        }
    }
}

extension Plan {
    /// Without an accuracy that nobody measured.
    fileprivate var unmeasured: Plan {
        var plan = self
        plan.accuracy = nil
        return plan
    }
}
