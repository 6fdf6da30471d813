import Model
import Optimizer

/// What the edge alone gets, and what the cloud alone gets in each form, has a colour; each split one of its own among the greens
/// and blues.
struct PlanColours {
    private static let edge = "#bf8700"
    private static let cloud: [TransmitCoding: String] = [
        .packed: "#82071e", .deflated: "#cf222e", .jpeg: "#fa7c89",
    ]
    private static let unknown = "#6e7781"

    private var colours: [String: String] = [:]

    /// - Parameter plans: each once; splits are coloured in their order.
    init(_ plans: [Plan]) {
        let splits = plans.filter { $0.kind == .split }
        for (place, plan) in splits.enumerated() {
            colours[plan.id] = "hsl(\(150 + 110 * place / max(1, splits.count - 1)), 70%, 40%)"
        }
        for plan in plans where plan.kind != .split {
            colours[plan.id] = plan.kind == .edgeOnly ? Self.edge : Self.cloud[plan.coding]
        }
    }

    subscript(planID: String) -> String { colours[planID] ?? Self.unknown }
}
