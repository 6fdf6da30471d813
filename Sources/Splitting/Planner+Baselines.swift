public import Model
import Optimizer

/// What a published way to split, or a fixed one, comes to on these sites.
public struct BaselineLatency: Hashable, Sendable {
    /// As reports name it: `neurosurgeon`, `dads`, `cloud-8-jpeg`, …
    public var name: String
    /// Names of what crosses; empty for edge-only.
    public var crossing: [String]
    /// Seconds.
    public var latency: Double
    public var edgeBytes: Int
}

extension Planner {
    /// The baselines under stated conditions, by the costs that plans are made of: measured where head and tail were timed, else
    /// sums of layers.
    ///
    /// - Neurosurgeon (Kang et al., ASPLOS 2017): the best prefix of the order of layers, sent in floats.
    /// - DADS (Hu et al., INFOCOM 2019): the minimum cut of the graph, sent in floats. QDMP finds the same cut.
    /// - `plans`: edge-only and cloud-only as they stand in the plan set.
    ///
    /// - Throws: `PlanningError`.
    public func baselines(of planSet: PlanSet, under conditions: Conditions) throws -> [BaselineLatency] {
        let costs = try SplitCosts(edge: edge.costs, cloud: cloud.costs)
        let fixed = planSet.plans.filter { $0.isEdgeOnly || $0.isCloudOnly }.map { plan in
            BaselineLatency(
                name: plan.id, crossing: plan.crossing.map(\.name), latency: plan.latency(under: conditions),
                edgeBytes: plan.edgeBytes)
        }
        let graph = model.graph
        let prefixes = [graph.cloudOnlyCut] + graph.prefixCuts() + [graph.edgeOnlyCut]
        let byLayers = prefixes.map { latency(of: $0, costs.costOfLayers(in: $0), conditions) }
        let best = byLayers.indices.min { (byLayers[$0], $0) < (byLayers[$1], $1) } ?? 0
        let minimumCut = try graph.minimumCut(cutCosts(under: conditions)).cut
        return fixed
            + [("neurosurgeon", prefixes[best]), ("dads", minimumCut)].map { name, cut in
                BaselineLatency(
                    name: name, crossing: cut.names(in: graph),
                    latency: latency(of: cut, costs.cost(of: cut) ?? costs.costOfLayers(in: cut), conditions),
                    edgeBytes: graph.edgeBytes(of: cut.partition))
            }
    }

    /// Seconds, what crosses being sent in floats.
    private func latency(of cut: Cut, _ cost: CutCost, _ conditions: Conditions) -> Double {
        let graph = model.graph
        let returned = Set(graph.outputs).subtracting(graph.outputsOfHead(cut.partition))
        func bytes(_ tensors: some Sequence<TensorIndex>) -> Int {
            tensors.reduce(0) { $0 + graph.tensors[$1].byteCount }
        }
        let remote =
            cut.partition.isEdgeOnly
            ? 0
            : conditions.rtt.inSeconds + conditions.cloudQueue.inSeconds
                + conditions.downlink.seconds(for: bytes(returned))
        return cost.edge.inSeconds * conditions.edgeSlowdown + conditions.uplink.seconds(for: bytes(cut.crossing))
            + cost.cloud.inSeconds * conditions.cloudSlowdown + remote
    }

    /// In nanoseconds, layers in floats.
    private func cutCosts(under conditions: Conditions) -> CutCosts {
        func nanoseconds(_ seconds: Double) -> Int { Int((seconds * 1e9).rounded()) }
        return CutCosts(
            edge: edge.costs.layerTimes(at: .unquantised).map { nanoseconds($0.inSeconds * conditions.edgeSlowdown) },
            cloud: cloud.costs.layerTimes(at: .unquantised).map {
                nanoseconds($0.inSeconds * conditions.cloudSlowdown)
            },
            transmit: model.graph.tensors.map { nanoseconds(conditions.uplink.seconds(for: $0.byteCount)) })
    }
}
