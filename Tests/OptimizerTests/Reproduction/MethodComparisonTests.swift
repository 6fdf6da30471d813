import Model
import Optimizer
import Testing

@Suite struct MethodComparisonTests {
    @Test(arguments: LayerTable.names, MethodComparison.uplinks)
    func oursIsNoSlowerThanAnyMethodWithinTheBounds(network: String, uplink: BitRate) throws {
        let table = try LayerTable.named(network)
        for bits in MethodComparison.boundBits { try check(MethodComparison(table, uplink: uplink, boundBits: bits)) }
    }

    private func check(_ comparison: MethodComparison) throws {
        for method in comparison.methods {
            #expect(method.standing != .compared || comparison.ours.cost.latency <= method.cost.latency, "\(method)")
            #expect((method.ratio >= 1) == (comparison.ours.cost.latency <= method.cost.latency), "\(method)")
        }
        #expect(comparison.holds)
        #expect(comparison.methods.first?.name == "Auto-Split" && comparison.methods[0].standing == .compared)
        let compared = comparison.methods.filter { $0.standing == .compared }.map(\.name)
        #expect(
            compared.contains("U\(comparison.boundBits)") && compared.contains("CLOUD16") && !compared.contains("U2"),
            "\(compared)")
        #expect(comparison.ours.lowerBound <= comparison.ours.cost.latency)
        #expect(comparison.ours.cost.memoryBits <= comparison.limits.memoryBits ?? 0)
        #expect(comparison.ours.cost.distortion <= (comparison.limits.distortion ?? 0) * (1 + 1e-12))
    }
}
