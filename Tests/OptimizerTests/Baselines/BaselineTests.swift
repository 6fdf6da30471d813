import Model
import Optimizer
import TestSupport
import Testing

@Suite struct BaselineTests {
    private func inHeads(_ instance: SplitInstance) -> [[Bool]] {
        downwardClosedSets(of: instance.graph).map { head in instance.graph.layers.indices.map(head.contains) }
    }

    private func floatLatency(_ instance: SplitInstance, _ inHead: [Bool]) -> Nanoseconds {
        latencyByDefinition(instance, inHead, edge: { instance.edgeTime($0, at: .unquantised) }, sentBits: 32)
    }

    private func instances(_ seeds: Range<UInt64>, _ body: (UInt64, SplitInstance) throws -> Void) throws {
        for seed in seeds {
            var random = SeededGenerator(seed: seed)
            let graph =
                seed % 2 == 0
                ? try randomGraph(layerCount: .random(in: 1...9, using: &random), seed: seed)
                : try blockGraph(blocks: .random(in: 1...3, using: &random), seed: seed)
            try body(seed, try randomInstance(of: graph, using: &random))
        }
    }

    @Test func dadsIsTheBestOfAllClosedSets() throws {
        try instances(0..<1500) { seed, instance in
            let dads = try instance.outcome(of: .dads)
            let best = inHeads(instance).map { floatLatency(instance, $0) }.min()
            #expect(dads.cost.latency == best, "seed \(seed)")
            #expect(floatLatency(instance, dads.split.cut.partition.inHead) == best, "seed \(seed)")
            #expect(dads.cost.distortion == 0, "seed \(seed)")
        }
    }

    @Test func qdmpFindsTheCutOfDads() throws {
        try instances(0..<1500) { seed, instance in
            let (qdmp, dads) = (try instance.outcome(of: .qdmp), try instance.outcome(of: .dads))
            #expect(qdmp.split == dads.split, "seed \(seed)")
        }
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try blockGraph(blocks: .random(in: 4...20, using: &random), seed: seed)
            let instance = try randomInstance(of: graph, using: &random)
            let costs = instance.cutCosts(bits: .unquantised, sentBits: 32)
            let (inBlocks, whole) = (try graph.minimumCutWithinBlocks(costs), try graph.minimumCut(costs))
            #expect(inBlocks == whole.cut, "seed \(seed)")
        }
    }

    @Test func neurosurgeonIsTheBestPrefix() throws {
        try instances(0..<1500) { seed, instance in
            let count = instance.graph.layers.count
            let prefixes = (0...count).map { length in
                floatLatency(instance, (0..<count).map { $0 < length })
            }
            let outcome = try instance.outcome(of: .neurosurgeon)
            #expect(outcome.cost.latency == prefixes.min(), "seed \(seed)")
            #expect(outcome.split.cut.headLayers == prefixes.firstIndex(of: outcome.cost.latency), "seed \(seed)")
        }
    }

    /// On a chain every closed set is a prefix.
    @Test func onAChainTheMethodsAgree() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let count = Int.random(in: 1...12, using: &random)
            let graph = try LayerGraph(
                layers: (0..<count).map { Layer(name: "l\($0)", kind: "Conv", inputs: [$0], outputs: [$0 + 1]) },
                tensors: (0...count).map {
                    Tensor(
                        name: "t\($0)", elementType: .float32,
                        shape: TensorShape([.random(in: 1...64, using: &random)]))
                }, inputs: [0], outputs: [count])
            let instance = try randomInstance(of: graph, using: &random)
            let splits = try [Baseline.neurosurgeon, .dads, .qdmp].map { try instance.outcome(of: $0).split }
            #expect(Set(splits).count == 1, "seed \(seed)")
        }
    }

    @Test func qdmpQuantisedKeepsTheCut() throws {
        try instances(0..<300) { seed, instance in
            let float = try instance.outcome(of: .qdmp)
            for bits in [4, 8] {
                let outcome = try instance.outcome(of: .qdmpQuantised(bits: bits))
                #expect(outcome.split == instance.uniform(float.split.cut, bits: bits), "seed \(seed)")
                #expect(outcome.cost.latency <= float.cost.latency, "seed \(seed)")
                #expect(outcome.cost.cloud == float.cost.cloud, "seed \(seed)")
            }
        }
    }

    /// input -> first -> a; second(a) -> b; sum(a, b) -> c; third(c) -> d; fourth(d) -> e: eight values a tensor, 25
    /// weights a layer.
    @Test func theEndsByHand() throws {
        let graph = try residualGraph()
        let values = [0.4, 0.3, 0.2, 0.1]
        let distortions = LayerDistortions(
            bits: [2, 4, 6, 8], weights: [[Double]](repeating: values, count: 5),
            activations: [[Double]](repeating: values, count: 5))
        let roofline = try #require(Roofline(gigaflops: 1, gigabytesPerSecond: 1))
        let cloud = try #require(Roofline(gigaflops: 1, gigabytesPerSecond: 10))
        let instance = try SplitInstance(
            SplitCosts(edge: RooflineCosts(roofline, of: graph), cloud: RooflineCosts(cloud, of: graph)),
            distortions: distortions, uplink: BitRate(bitsPerSecond: 1e6))
        let alone = try instance.outcome(of: .edgeOnly(bits: 4)).cost
        // 13 bytes of weights and two tensors of 4 bytes at a nanosecond a byte; `sum` has a third.
        #expect(alone.edge == Nanoseconds(5 * 21 + 4))
        #expect(alone.transmission == .microseconds(32) && alone.cloud == .zero)
        #expect(alone.memoryBits == (5 * 25 + 8) * 4 && alone.edgeBytes == 67)
        #expect(abs(alone.distortion - 10 * 0.3) < 1e-12)
        let cloudOnly = try instance.outcome(of: .cloudOnly).cost
        #expect(cloudOnly.edge == .zero && cloudOnly.transmission == .microseconds(64))
        // 50 bytes of weights and 16 a tensor, at a tenth of a nanosecond: 8.2 and once 9.8.
        #expect(cloudOnly.cloud == Nanoseconds(8 + 8 + 10 + 8 + 8))
        #expect(cloudOnly.memoryBits == 0 && cloudOnly.distortion == 0 && cloudOnly.sentBits == 64)
        let compressed = try instance.outcome(of: .cloudOnlyCompressed(name: "JPEG", inputBytes: 3))
        #expect(compressed.cost.transmission == .microseconds(24) && compressed.cost.sentBits == 24)
        #expect(compressed.cost.cloud == cloudOnly.cloud && compressed.baseline.name == "CLOUD16_JPEG")
    }

    @Test func theLastLayerOnlyLeavesTheShortcutOut() throws {
        let graph = try residualGraph()
        var random = SeededGenerator(seed: 1)
        let instance = try randomInstance(of: graph, using: &random)
        let split = instance.uniform(Cut(Partition(prefix: 2, of: graph), of: graph), bits: 4)
        #expect(instance.cost(of: split).sentBits == 64)
        #expect(instance.cost(of: split, counting: .lastLayerOnly).sentBits == 32)
    }

    @Test func anUplinkTooSlowIsRefused() throws {
        let graph = try residualGraph()
        var random = SeededGenerator(seed: 1)
        let costs = MadeUpCosts(graph, upTo: 8, using: &random)
        let distortions = randomDistortions(of: graph, using: &random)
        for rate in [0, 999, .infinity, .nan] {
            #expect(throws: PlanningError.self) {
                try SplitInstance(
                    SplitCosts(edge: costs, cloud: costs), distortions: distortions,
                    uplink: BitRate(bitsPerSecond: rate))
            }
        }
    }

    /// What cannot be posed is an error that names the place, whichever method meets it.
    @Test func badInputIsNamed() throws {
        let graph = try blockGraph(blocks: 3, seed: 5)
        var random = SeededGenerator(seed: 5)
        let instance = try randomInstance(of: graph, using: &random)
        for bits in [[], [3], [4, 40], [0]] {
            for problem: () throws -> Void in [
                { _ = try instance.outcome(of: .autoSplit(bits: bits)) }, { _ = try instance.best(bits: bits) },
                { _ = try instance.outcome(of: .qdmpQuantised(bits: bits.last ?? 7)) },
            ] {
                #expect { try problem() } throws: { "\($0)".hasPrefix("bit widths: the edge ") }
            }
        }
        var edge = MadeUpCosts(graph, upTo: 100, using: &random)
        let cloud = MadeUpCosts(graph, upTo: 100, using: &random)
        edge.times[1] = (base: -1_000_000, weights: 0, activations: 0)
        let distortions = randomDistortions(of: graph, using: &random)
        let negative = try SplitInstance(
            SplitCosts(edge: edge, cloud: cloud), distortions: distortions, uplink: .mbps(10))
        let name = graph.layers[1].name
        #expect(throws: PlanningError.negativeCost(.edge(of: name), -1_000_000)) {
            try negative.outcome(of: .dads)
        }
        #expect { try negative.outcome(of: .autoSplit(bits: [2, 4])) } throws: { "\($0)".contains("'\(name)'") }
        for value in [-1, Double.nan, .infinity] {
            let activations = graph.layers.indices.map { [0.5, $0 == 2 ? value : 0.25] }
            let damaged = try SplitInstance(
                SplitCosts(edge: cloud, cloud: cloud),
                distortions: LayerDistortions(
                    bits: [2, 4], weights: graph.layers.map { _ in [] }, activations: activations),
                uplink: .mbps(10))
            #expect { try damaged.outcome(of: .autoSplit(bits: [2, 4])) } throws: {
                "\($0)".contains("layer 2 '\(graph.layers[2].name)' at 4 bits")
            }
        }
    }
}
