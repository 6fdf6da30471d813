import Model
import Optimizer
import TestSupport
import Testing

@Suite struct CandidateCutsTests {
    /// Whatever the prices, no closed set is better than the best candidate.
    @Test func someCandidateIsBestAtAnyPrices() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try oneOutput(randomGraph(layerCount: Int.random(in: 2...8, using: &random), seed: seed))
            let costs = try SplitCosts(
                edge: MadeUpSite(of: graph, most: 50, using: &random),
                cloud: MadeUpSite(of: graph, most: 50, using: &random))
            let candidates = try costs.candidateCuts(at: [.eightBits, .unquantised])
            for cut in candidates {
                #expect(try Partition(at: cut.names(in: graph), of: graph) == cut.partition, "seed \(seed)")
            }
            #expect(Set(candidates.map(\.crossing)).count == candidates.count, "seed \(seed)")
            let offered = candidates + [graph.edgeOnlyCut, graph.cloudOnlyCut]
            let all = try downwardClosedSets(of: graph).map { Cut(try Partition(head: $0, of: graph), of: graph) }
            for _ in 0..<20 {
                let prices = (0..<3).map { _ in Int.random(in: 0...20, using: &random) }
                let width = Bool.random(using: &random) ? 1 : 4
                func price(_ cut: Cut) -> Int {
                    let time = costs.costOfLayers(in: cut)
                    let bytes = cut.crossing.reduce(0) { $0 + graph.tensors[$1].elementCount * width }
                    return prices[0] * Int(time.edge.count) + prices[1] * bytes + prices[2] * Int(time.cloud.count)
                }
                #expect(offered.map(price).min() == all.map(price).min(), "seed \(seed)")
            }
        }
    }

    /// A cut whose head and tail were timed makes plans though no order of the layers has it as a prefix.
    @Test func whatWasTimedIsKnown() throws {
        let graph = try randomGraph(layerCount: 6, seed: 11)
        let site = MadeUpSite(of: graph, times: graph.layers.map { _ in .milliseconds(1) })
        let costs = try SplitCosts(edge: site, cloud: site)
        let known = try costs.knownCuts(at: [.eightBits])
        #expect(Set(known.map(\.crossing)).isSuperset(of: graph.prefixCuts().map(\.crossing)))
        #expect(Set(known.map(\.crossing)).isSuperset(of: try costs.candidateCuts(at: [.eightBits]).map(\.crossing)))
    }
}
