import Model

/// How often, and by how much, Auto-Split's Lagrangian relaxation misses the weight bits of least distortion.
///
/// For a price on bits the relaxation finds a point of the lower convex hull of (bits, distortion); the best choice
/// within a budget may lie above the hull, where no price finds it. Compared are the two at the budgets that
/// Auto-Split's grid has, 4 and 6 bits a weight on average (2 and 8 leave no choice), for every head that ends with a
/// layer with weights.
public struct LagrangianGap: Hashable, Sendable {
    public var network: String
    /// Heads times budgets.
    public var problems: Int
    /// Of them, those in which the relaxation's distortion is above the least.
    public var missed: Int
    /// Over all problems: by what share of the least distortion the relaxation's is above it.
    public var meanExcess: Double
    public var greatestExcess: Double

    /// - Throws: `PlanningError.bitWidths`.
    public init(_ table: LayerTable) throws(PlanningError) {
        var excesses: [Double] = []
        for problem in try Self.problems(of: table) { excesses.append(Self.excess(of: problem)) }
        network = table.network
        problems = excesses.count
        missed = excesses.count { $0 > 0 }
        meanExcess = excesses.reduce(0, +) / Double(max(1, excesses.count))
        greatestExcess = excesses.max() ?? 0
    }

    /// The choice of weight bits alone: activations of one value that have one bit each, and no times.
    public static func problems(of table: LayerTable) throws(PlanningError) -> [BitWidthProblem] {
        let bits = MethodComparison.bits
        var head: [BitWidthProblem.Layer] = []
        var problems: [BitWidthProblem] = []
        for (index, layer) in table.graph.layers.enumerated() where layer.parameters > 0 {
            head.append(
                BitWidthProblem.Layer(
                    name: layer.name, weights: layer.parameters, activations: 1,
                    weightChoices: bits.map { .init(bits: $0, distortion: table.distortions.ofWeights(index, at: $0)) },
                    activationChoices: [.init(bits: 1, distortion: 0)],
                    latency: bits.map { _ in [.zero] }))
            let weights = head.reduce(0) { $0 + $1.weights }
            for budget in bits.dropFirst().dropLast() {
                problems.append(
                    try BitWidthProblem(
                        layers: head, transmissions: [], limits: .init(memoryBits: weights * budget + 1)))
            }
        }
        return problems
    }

    /// By what share the distortion that the relaxation finds is above the least, both in the problem's whole units.
    public static func excess(of problem: BitWidthProblem) -> Double {
        let relaxed = problem.autoSplitAllocations().map(\.costs.distortionUnits).min()
        let exact = problem.solve(.distortion, workLimit: nil).solution?.value
        guard let relaxed, let least = exact, least > 0 else { return 0 }
        return Double(relaxed - least) / Double(least)
    }
}
