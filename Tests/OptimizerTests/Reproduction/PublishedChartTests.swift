import Model
import Optimizer
import Testing

@Suite struct PublishedChartTests {
    @Test func everyRowIsWithinTheTolerance() throws {
        let rows = try PublishedChart.rows()
        #expect(rows.map(\.configuration) == ["8_12_4", "8_2_4", "8_12_6", "8_12_8", "U2", "U4", "U6", "U8"])
        for row in rows { #expect(row.agrees, "\(row)") }
    }

    /// Where a shortcut crosses, too, the published rule leaves it out; with it 8_12_8 is six times slower.
    @Test func theFullCutTellsOtherwise() throws {
        let rows = try PublishedChart.rows()
        #expect(rows.map(\.isValid) == [false, false, false, false, true, true, true, true])
        let widest = try #require(rows.first { $0.configuration == "8_12_8" })
        #expect(abs(widest.oursFullCut - 6.08) < 0.01)
        for row in rows { #expect(row.isValid ? row.oursFullCut == row.oursPublishedRule : row.oursFullCut > 1) }
    }

    /// Seconds of CLOUD16 and U8 at other rates, from the restatement of the paper.
    @Test(arguments: [(1, 1.154, 0.380), (10, 0.121, 0.373), (20, 0.063, 0.372)])
    func otherRates(rate: Double, cloud: Double, edge: Double) throws {
        let instance = try LayerTable.named("resnet50").instance(
            formula: .published, uplink: BitRate(bitsPerSecond: rate * 0x1p20))
        let ours = try [Baseline.cloudOnly, .edgeOnly(bits: 8)].map {
            try instance.outcome(of: $0).cost.latency.inSeconds
        }
        #expect(abs(ours[0] - cloud) < 0.001 && abs(ours[1] - edge) < 0.001, "\(ours)")
    }

    /// With full cuts at 3 Mbps, without a bound on the error: of the splits behind a residual block the best is that
    /// behind layer3.0 at two bits; at four or more none behind a convolution or a sum beats the cloud. The cut behind
    /// the pooling, which Auto-Split's order of splits does not have, does.
    @Test func theBestFullCutAtThreeMegabits() throws {
        let instance = try LayerTable.named("resnet50").instance(formula: .published, uplink: PublishedChart.uplink)
        let graph = instance.graph
        let cloud = try instance.outcome(of: .cloudOnly).cost.latency.inSeconds
        func share(_ cut: Cut, sentBits: Int) -> Double {
            instance.cost(of: instance.uniform(cut, bits: 8, sentBits: sentBits)).latency.inSeconds / cloud
        }
        func splits(behind kinds: Set<String>) -> [Cut] {
            instance.everyPrefix.filter { cut in
                (1..<graph.layers.count).contains(cut.headLayers)
                    && kinds.contains(graph.layers[cut.headLayers - 1].kind)
            }
        }
        let best = try #require(splits(behind: ["Add"]).min { share($0, sentBits: 2) < share($1, sentBits: 2) })
        #expect(abs(share(best, sentBits: 2) - 0.838) < 0.002)
        #expect(best.names(in: graph) == ["add_7"])
        for bits in [4, 6, 8] {
            #expect(splits(behind: ["Conv", "Add"]).allSatisfy { share($0, sentBits: bits) >= 1 })
        }
        let pooling = try #require(splits(behind: ["MaxPool"]).first)
        #expect(share(pooling, sentBits: 4) < 0.7)
    }
}
