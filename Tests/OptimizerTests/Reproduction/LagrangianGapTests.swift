import Model
import Optimizer
import Testing

@Suite struct LagrangianGapTests {
    private func problem(_ rows: [(weights: Int, distortions: [Double])], budget: Int) throws -> BitWidthProblem {
        try BitWidthProblem(
            layers: rows.enumerated().map { index, row in
                BitWidthProblem.Layer(
                    name: "l\(index)", weights: row.weights, activations: 1,
                    weightChoices: zip([2, 4, 8], row.distortions).map { .init(bits: $0, distortion: $1) },
                    activationChoices: [.init(bits: 1, distortion: 0)], latency: [[.zero], [.zero], [.zero]])
            },
            transmissions: [], limits: .init(memoryBits: budget + 1))
    }

    /// Both layers are better off at 4 bits than at 2 and 8, but that lies above the hull: the price that leaves 8
    /// leads to 2.
    @Test func aPointAboveTheHullIsMissed() throws {
        let rows = [(weights: 1, distortions: [8.0, 6.0, 1.0]), (weights: 1, distortions: [8.0, 6.0, 0.9])]
        // 4 and 4 bits: 12. 8 bits for one of them needs 10. The relaxation has 2 and 2 bits: 16.
        #expect(abs(LagrangianGap.excess(of: try problem(rows, budget: 8)) - 4.0 / 12) < 1e-9)
    }

    @Test func aPointOnTheHullIsFound() throws {
        let rows = [(weights: 1, distortions: [8.0, 2.0, 1.0]), (weights: 1, distortions: [8.0, 2.0, 1.0])]
        #expect(LagrangianGap.excess(of: try problem(rows, budget: 8)) == 0)
    }

    /// Short heads of a real network, the least distortion by trying every choice.
    @Test func theLeastIsTheLeast() throws {
        let table = try LayerTable.named("resnet18")
        for problem in try LagrangianGap.problems(of: table).prefix(10) {
            let choices = problem.layers.reduce([(bits: 1, distortion: 0.0)]) { partial, layer in
                partial.flatMap { sum in
                    layer.weightChoices.map { (sum.bits + layer.weights * $0.bits, sum.distortion + $0.distortion) }
                }
            }
            let limit = try #require(problem.limits.memoryBits)
            let least = try #require(choices.filter { $0.bits <= limit }.map(\.distortion).min())
            let solved = try #require(problem.solve(.distortion).solution)
            #expect(abs(solved.costs.distortion / least - 1) < 1e-9)
            #expect(solved.gap == 0)
        }
    }

    @Test(arguments: LayerTable.names)
    func theRelaxationIsNeverBelowTheLeast(network: String) throws {
        let gap = try LagrangianGap(LayerTable.named(network))
        #expect(gap.problems > 30 && gap.missed <= gap.problems)
        #expect(gap.meanExcess >= 0 && gap.greatestExcess >= gap.meanExcess)
    }
}
