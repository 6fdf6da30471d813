public import Model

/// A cut of least cost, with its proof.
public struct MinimumCut: Hashable, Sendable {
    /// Of all cuts of least cost the one of the smallest head: it lies within the head of every other.
    public let cut: Cut
    /// What it costs.
    public let value: Int
    /// A flow of that value.
    public let flow: CutFlow

    /// A claim, for `isOptimal` to judge.
    public init(cut: Cut, value: Int, flow: CutFlow) {
        self.cut = cut
        self.value = value
        self.flow = flow
    }

    /// Checks the proof, trusting nothing but costs and graph: the cut is a closed one of this graph that keeps to the pins and
    /// costs `value`, and the flow keeps within the capacities and has that value, so that no cut can cost less. That no other cut
    /// of this cost has a smaller head is not checked.
    ///
    /// - Complexity: linear in the graph.
    public func isOptimal(under costs: CutCosts, of graph: LayerGraph) -> Bool {
        guard cut.partition.inHead.count == graph.layers.count,
            let bound = flow.bound(under: costs, of: graph), bound == value,
            let partition = try? Partition(inHead: cut.partition.inHead, of: graph)
        else { return false }
        return Cut(partition, of: graph) == cut && costs.allows(cut) && costs.cost(of: cut) == value
    }
}

extension LayerGraph {
    /// The cut of least cost; of several the one of the smallest head, which lies within all the others.
    ///
    /// - Throws: `PlanningError` where a cost is negative or missing, their sum too large, or the pins contradict one another.
    /// - Complexity: see `CutSolver`, which also keeps what it found for the next time.
    public func minimumCut(_ costs: CutCosts) throws(PlanningError) -> MinimumCut {
        try CutSolver(of: self, costs).minimumCut
    }
}
