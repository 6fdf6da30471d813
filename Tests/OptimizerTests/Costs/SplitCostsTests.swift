import Model
import Optimizer
import Testing

@Suite struct SplitCostsTests {
    private func profile(
        _ graph: LayerGraph, layerTime: Int64, whole: Int64, halves: [String] = [], sha256: Character = "0"
    ) -> Profile {
        func timing(_ milliseconds: Int64) -> Timing {
            Timing(median: .milliseconds(milliseconds), spread: .zero, runs: 3)
        }
        let halves = halves.map { Profile.HalfTiming(cut: [$0], timing: timing(whole / 2)) }
        return Profile(
            model: ModelIdentity(name: "m", sha256: String(repeating: sha256, count: 64)), device: "d", runtime: "r",
            threads: 1, whole: timing(whole),
            layers: graph.layers.map {
                Profile.LayerTiming(name: $0.name, kind: $0.kind, outputs: [], timing: timing(layerTime))
            }, heads: halves, tails: halves, coding: [])
    }

    private func costs(_ graph: LayerGraph, edge: Profile, cloud: Profile) throws -> SplitCosts {
        try SplitCosts(edge: ProfileCosts(edge, of: graph), cloud: ProfileCosts(cloud, of: graph))
    }

    @Test func layerTimesAddUpOnEachSide() throws {
        let graph = try residualGraph()
        let costs = try costs(
            graph, edge: profile(graph, layerTime: 10, whole: 0), cloud: profile(graph, layerTime: 1, whole: 0))
        let actual = graph.prefixCuts().map { costs.costOfLayers(in: $0) }
        let expected = (1...4).map { CutCost(edge: .milliseconds(10 * $0), cloud: .milliseconds(5 - $0)) }
        #expect(actual == expected)
    }

    @Test func measuredHalvesAreFoundByTheirNames() throws {
        let graph = try residualGraph()
        let costs = try costs(
            graph, edge: profile(graph, layerTime: 0, whole: 40, halves: ["a", "c"]),
            cloud: profile(graph, layerTime: 0, whole: 8, halves: ["c", "d"]))
        let cuts = graph.prefixCuts()
        #expect(
            cuts.map { costs.cost(of: $0) }
                == [nil, nil, CutCost(edge: .milliseconds(20), cloud: .milliseconds(4)), nil])
        #expect(costs.cost(of: graph.edgeOnlyCut) == CutCost(edge: .milliseconds(40), cloud: .zero))
        #expect(costs.cost(of: graph.cloudOnlyCut) == CutCost(edge: .zero, cloud: .milliseconds(8)))
    }

    @Test func aModelledSiteKnowsEveryCut() throws {
        let graph = try residualGraph()
        let edge = try ProfileCosts(profile(graph, layerTime: 3, whole: 40, halves: ["a"]), of: graph)
        // Three tensors of 32 bytes at most and 100 bytes of weights a layer, at 1 GB/s: a nanosecond a byte.
        let cloud = try RooflineCosts(#require(Roofline(gigaflops: 1, gigabytesPerSecond: 1)), of: graph)
        let costs = try SplitCosts(edge: edge, cloud: cloud)
        let first = graph.prefixCuts()[0]
        #expect(costs.cost(of: first) == CutCost(edge: .milliseconds(20), cloud: Nanoseconds(164 + 196 + 164 + 164)))
        #expect(costs.cost(of: graph.edgeOnlyCut)?.cloud == .zero)
    }

    /// Layers with weights below 8 bits run as in the head in floats, by their share of its layers' time.
    @Test func fewerBitsThanEightSaveNoTime() throws {
        let graph = try residualGraph()
        var profile = profile(graph, layerTime: 5, whole: 40, halves: ["c"])
        let cut = try #require(graph.prefixCuts().first { $0.names(in: graph) == ["c"] })
        profile.integerHeads = [
            .init(cut: ["c"], timing: Timing(median: .milliseconds(8), spread: .zero, runs: 3)),
            .init(cut: [], timing: Timing(median: .milliseconds(16), spread: .zero, runs: 3)),
        ]
        let costs = try ProfileCosts(profile, of: graph)
        func head(_ cut: Cut, _ coarse: [LayerIndex], _ bits: Int = 4) -> Nanoseconds? {
            costs.headTime(of: cut) { OperandBits(weights: coarse.contains($0) ? bits : 8, activations: 8) }
        }
        #expect(graph.layers.allSatisfy { $0.parameters > 0 } && cut.headLayers == 3)
        #expect(head(cut, []) == .milliseconds(8) && head(cut, [0, 1, 2]) == .milliseconds(20))
        #expect(head(cut, [1]) == .milliseconds(12) && head(cut, [1], 2) == .milliseconds(12))
        #expect(head(cut, [4]) == .milliseconds(8))
        #expect(head(graph.edgeOnlyCut, [0, 1, 2, 3, 4]) == .milliseconds(40))
        #expect(head(graph.prefixCuts()[0], [0]) == nil)
    }

    @Test func profilesMustFit() throws {
        let graph = try residualGraph()
        let edge = profile(graph, layerTime: 1, whole: 1)
        let other = profile(graph, layerTime: 1, whole: 1, sha256: "1")
        #expect(throws: PlanningError.differentModels(edge: "m", cloud: "m")) {
            try costs(graph, edge: edge, cloud: other)
        }
        #expect(throws: PlanningError.layerNotTimed("stem", device: "d")) {
            try ProfileCosts(edge, of: twoOutputGraph())
        }
    }

    @Test func halvesMustBeOfTheGraph() throws {
        let graph = try residualGraph()
        let known = profile(graph, layerTime: 1, whole: 1, halves: ["a"])
        let strange = Profile.HalfTiming(cut: ["a", "zz"], timing: known.whole)
        let halves: [(WritableKeyPath<Profile, [Profile.HalfTiming]>, String)] = [
            (\.heads, "head"), (\.tails, "tail"), (\.integerHeadsOrNone, "head of integers"),
        ]
        for (half, name) in halves {
            var profile = known
            profile[keyPath: half].append(strange)
            #expect(throws: PlanningError.tensorNotInModel("zz", half: name, device: "d")) {
                try ProfileCosts(profile, of: graph)
            }
        }
    }
}

extension Profile {
    fileprivate var integerHeadsOrNone: [HalfTiming] {
        get { integerHeads ?? [] }
        set { integerHeads = newValue }
    }
}
