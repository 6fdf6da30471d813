public import Model

/// A flow through a layer graph: a proof that no cut costs less than its bound.
///
/// With the amounts g(t, r) that run from each tensor t to each layer r that reads it, negative where they run from the reader back to
/// the producer, let x_i be what runs into layer i less what runs out of it. Then
///
///     Σ min(edge_i, cloud_i + x_i)  ≤  the cost of every cut,    if Σ_r max(0, g(t, r)) ≤ transmit_t for each t
///                                                                 and g(t, r) ≥ 0 for the graph's inputs.
///
/// For what runs across a cut runs over tensors that cross, each within its cost, and nothing runs back, since no head layer
/// reads what the tail writes: Σ_{i in tail} x_i ≤ Σ_{t crossing} transmit_t. As a flow from the source (edge) to the sink (cloud),
/// layer i passes on edge_i or all that it gets, min(edge_i, cloud_i + x_i), to the sink, and the source supplies the difference,
/// at most cloud_i; where that is negative the layer gives back to the source, which no cut pays for.
public struct CutFlow: Hashable, Sendable {
    /// g: for each tensor an amount for each of its consumers, in their order.
    public var amounts: [[Int]]

    public init(amounts: [[Int]]) { self.amounts = amounts }

    /// The flow's value, a lower bound on the cost of every cut that the pins allow.
    ///
    /// - Returns: `nil` where this is no flow of the graph within the capacities, or a sum overflows.
    /// - Complexity: linear in the graph.
    public func bound(under costs: CutCosts, of graph: LayerGraph) -> Int? {
        guard amounts.count == graph.tensors.count, (try? costs.validatedSum(for: graph)) != nil else { return nil }
        var into = [Int](repeating: 0, count: graph.layers.count)
        for tensor in graph.tensors.indices {
            guard amounts[tensor].count == graph.consumers[tensor].count else { return nil }
            var sent = 0
            for (reader, amount) in zip(graph.consumers[tensor], amounts[tensor]) {
                guard Self.add(max(0, amount), to: &sent), Self.add(amount, to: &into[reader]) else { return nil }
                if let producer = graph.producer[tensor] {
                    guard amount != .min, Self.add(-amount, to: &into[producer]) else { return nil }
                } else if amount < 0 {
                    return nil
                }
            }
            guard sent <= costs.transmit[tensor] else { return nil }
        }
        return Self.passedOn(into, under: costs)
    }

    private static func passedOn(_ into: [Int], under costs: CutCosts) -> Int? {
        var bound = 0
        for (layer, amount) in into.enumerated() {
            var supplied = costs.cloud[layer]
            guard add(amount, to: &supplied) else { return nil }
            let passed: Int =
                switch costs.pinned.isEmpty ? nil : costs.pinned[layer] {
                case .head: costs.edge[layer]
                case .tail: supplied
                case nil: min(costs.edge[layer], supplied)
                }
            guard add(passed, to: &bound) else { return nil }
        }
        return bound
    }

    private static func add(_ amount: Int, to sum: inout Int) -> Bool {
        let (next, overflow) = sum.addingReportingOverflow(amount)
        sum = next
        return !overflow
    }
}
