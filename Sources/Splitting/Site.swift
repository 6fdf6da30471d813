public import Model
public import Optimizer

/// One of the two places that a model runs at: what its parts take there, and what coding activations takes.
public struct Site: Sendable {
    public var costs: any CostModel
    /// Measured on a device; none for a site that is only modelled, where coding counts as free.
    public var coding: [Profile.CodingTiming]

    public init(costs: any CostModel, coding: [Profile.CodingTiming] = []) {
        self.costs = costs
        self.coding = coding
    }

    /// - Throws: `PlanningError.layerNotTimed`, `.tensorNotInModel`.
    public init(_ profile: Profile, of graph: LayerGraph) throws(PlanningError) {
        self.init(costs: try ProfileCosts(profile, of: graph), coding: profile.coding)
    }
}
