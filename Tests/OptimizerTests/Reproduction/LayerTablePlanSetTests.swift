import Model
import Optimizer
import TestSupport
import Testing

@Suite struct LayerTablePlanSetTests {
    private func options(edge: String = "roofline:2,2", cloud: String = "roofline:2000,300") throws
        -> LayerTable.PlanOptions
    {
        LayerTable.PlanOptions(edge: try CostModelName(parsing: edge), cloud: try CostModelName(parsing: cloud))
    }

    /// The whole network on either side takes what the sites say of its layers, and under any conditions some plan of the set is no
    /// slower than a prefix of the network at any of the precisions.
    @Test func noPrefixIsFasterThanTheSet() throws {
        let options = try options()
        for network in ["resnet18", "mobilenet_v2"] {
            let table = try LayerTable.named(network)
            let graph = table.graph
            let edge = try RooflineCosts(#require(Roofline(gigaflops: 2, gigabytesPerSecond: 2)), of: graph)
            let cloud = try RooflineCosts(#require(Roofline(gigaflops: 2000, gigabytesPerSecond: 300)), of: graph)
            let set = try table.planSet(options)
            #expect(set.model.name == network && set.plans.allSatisfy { $0.accuracy == nil })
            #expect(set.edgeOnly?.edgeWork == edge.layerTimes(at: .unquantised).reduce(.zero, +))
            #expect(set.plan(id: "cloud-8")?.cloudWork == cloud.layerTimes(at: .unquantised).reduce(.zero, +))
            for seed in 0..<200 as Range<UInt64> {
                var random = SeededGenerator(seed: seed)
                let conditions = randomConditions(using: &random)
                let best = set.plans.map { $0.latency(under: conditions) }.min() ?? .infinity
                let layers = Int.random(in: 1..<graph.layers.count, using: &random)
                let bits = [4, 8].randomElement(using: &random) ?? 8
                let prefix = latency(of: layers, bits, edge, cloud, conditions)
                // Plans within 5 % of one another count as equal.
                #expect(best <= prefix * 1.06, "\(network), seed \(seed)")
            }
        }
    }

    /// By the definition: layers in the graph's order, everything that crosses sent once.
    private func latency(
        of layers: Int, _ bits: Int, _ edge: RooflineCosts, _ cloud: RooflineCosts, _ conditions: Conditions
    ) -> Double {
        let graph = edge.graph
        let made = Set(graph.layers[..<layers].flatMap(\.outputs)).union(graph.inputs)
        let crossing = made.filter { tensor in graph.layers[layers...].contains { $0.inputs.contains(tensor) } }
        let sent = crossing.reduce(0) { $0 + (graph.tensors[$1].elementCount * bits + 7) / 8 }
        let returned = graph.outputs.reduce(0) { $0 + graph.tensors[$1].byteCount }
        let head = edge.layerTimes(at: .unquantised)[..<layers].reduce(0) { $0 + $1.inSeconds }
        let tail = cloud.layerTimes(at: .unquantised)[layers...].reduce(0) { $0 + $1.inSeconds }
        return head * conditions.edgeSlowdown + conditions.uplink.seconds(for: sent) + conditions.rtt.inSeconds
            + conditions.cloudQueue.inSeconds + tail * conditions.cloudSlowdown
            + conditions.downlink.seconds(for: returned)
    }

    /// By a deadline also what is nowhere the fastest.
    @Test func keepsWhatCanWinByTheObjective() throws {
        var options = try options()
        let table = try LayerTable.named("resnet18")
        let fastest = try table.planSet(options).plans.map(\.id)
        options.objective = .deadline(.milliseconds(80))
        let all = try table.planSet(options).plans.map(\.id)
        #expect(Set(fastest).isStrictSubset(of: all), "\(fastest) of \(all)")
    }

    @Test func sendsAPictureWhereItsSizeIsKnown() throws {
        var options = try options()
        let table = try LayerTable.named("resnet18")
        #expect(try !table.planSet(options).plans.contains { $0.coding == .jpeg })
        options.pictureBytes = 15_000
        let picture = try #require(try table.planSet(options).plans.first { $0.coding == .jpeg })
        #expect(picture.transmitBytes == 15_000 && picture.isCloudOnly)
    }

    @Test func isTheSameTwiceAndRefusesAProfile() throws {
        let table = try LayerTable.named("googlenet")
        #expect(try table.planSet(options()).encode() == table.planSet(options()).encode())
        #expect(throws: PlanningError.notAModelledSite("edge.json")) { try table.planSet(options(edge: "edge.json")) }
    }
}
