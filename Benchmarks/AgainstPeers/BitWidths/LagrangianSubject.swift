import Model
import Optimizer

/// How often and how much Auto-Split's Lagrangian misses the optimum, and how long all splits of a network take.
struct LagrangianSubject: Subject {
    /// One head, solved both ways.
    struct Comparison: Encodable {
        /// `latency`: the fastest bit widths within both limits. `weights`: the weights of least distortion within a budget.
        var kind: String
        /// Nanoseconds, or distortion.
        var exact: Double
        /// `nil` where Auto-Split finds nothing within the limits.
        var published: Double?
    }

    let instances: [Comparison]
    private let chains: [String: [SplitPosition]]

    init() throws {
        let heads = try MadeUpHeads.feasible(400).map(\.problem)
        instances = try heads.map(Self.latencies) + heads.flatMap(Self.weights)
        chains = try [(1.0, 0.3), (0.3, 0.5), (0.1, 0.7)].reduce(into: [:]) { chains, shares in
            chains["memory \(shares.0), distortion \(shares.1)"] = try Self.chain(shares.0, shares.1)
        }
    }

    private static func latencies(_ problem: BitWidthProblem) throws -> Comparison {
        guard let exact = problem.solve().solution else { throw Unsolved() }
        let published = problem.autoSplitAllocations().first.map { Double($0.costs.latency.count) }
        return Comparison(kind: "latency", exact: Double(exact.value), published: published)
    }

    /// The sub-problem that the relaxation is for, by itself: activations are fixed, and the memory limit leaves the weights
    /// each budget of the grid in turn, but for the least and the most, which leave nothing to choose.
    private static func weights(_ problem: BitWidthProblem) throws -> [Comparison] {
        let fixed = problem.layers.map { layer in
            var layer = layer
            layer.activations = 1
            layer.activationChoices = [.init(bits: 8, distortion: 0)]
            layer.latency = layer.latency.map { [$0[0]] }
            return layer
        }
        let weights = fixed.reduce(0) { $0 + $1.weights }
        return try fixed[0].weightChoices.map(\.bits).dropFirst().dropLast().map { bits in
            let budgeted = try BitWidthProblem(
                layers: fixed, transmissions: [], limits: .init(memoryBits: weights * bits + 8))
            guard let exact = budgeted.solve(.distortion).solution else { throw Unsolved() }
            let published = budgeted.autoSplitAllocations().map(\.costs.distortion).min()
            return Comparison(kind: "weights", exact: exact.costs.distortion, published: published)
        }
    }

    private static func chain(_ memoryShare: Double, _ distortionShare: Double) throws -> [SplitPosition] {
        let shapes = LayerShape.weighted(in: try Networks.resNet50())
        var made = MadeUpHeads(shapes, bits: [2, 4, 6, 8], seed: 1)
        let limits = made.limits(memoryShare, distortionShare)
        return try (1...shapes.count).map { count in
            SplitPosition(name: "\(count)", head: try made.problem(layers: count, limits, .free))
        }
    }

    func round(_ number: Int) throws -> [String: [String: Double]] {
        chains.mapValues { positions in
            [
                "positions": Double(positions.count),
                "each": nanoseconds { for position in positions { _ = position.head.solve() } },
                "best": nanoseconds { _ = positions.best() },
            ]
        }
    }

    private struct Unsolved: Error {}
}
