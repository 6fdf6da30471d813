import Model

/// What cuts of one graph cost on a pair of sites.
public struct SplitCosts: Sendable {
    public let edge: any CostModel
    public let cloud: any CostModel

    /// - Precondition: both are of the same graph.
    /// - Throws: `PlanningError.differentModels` where both were measured, but not on the same model.
    public init(edge: any CostModel, cloud: any CostModel) throws(PlanningError) {
        precondition(edge.graph.layers.count == cloud.graph.layers.count, "both sites run layers of one graph")
        if let first = edge.measured, let second = cloud.measured, first.sha256 != second.sha256 {
            throw .differentModels(edge: first.name, cloud: second.name)
        }
        self.edge = edge
        self.cloud = cloud
    }

    /// Head and tail as well as they are known, unquantised: what plans are made of.
    ///
    /// - Returns: `nil` where head or tail is not known.
    public func cost(of cut: Cut) -> CutCost? {
        guard let head = edge.headTime(of: cut, at: { _ in .unquantised }),
            let tail = cloud.tailTime(of: cut, at: { _ in .unquantised })
        else { return nil }
        return CutCost(edge: head, cloud: tail)
    }

    /// Sums of single layers, which serve to choose candidates before their heads and tails are timed.
    public func costOfLayers(in cut: Cut) -> CutCost {
        CutCost(edge: edge.sumOfLayers(in: cut, head: true), cloud: cloud.sumOfLayers(in: cut, head: false))
    }
}
