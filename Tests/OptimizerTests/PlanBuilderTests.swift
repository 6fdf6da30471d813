import Model
import Optimizer
import TestSupport
import Testing

@Suite struct PlanBuilderTests {
    private let range = ValueRange(low: -1, high: 1)
    private let cost = CutCost(edge: .milliseconds(2), cloud: .milliseconds(1))

    private func builder(_ graph: LayerGraph) -> PlanBuilder {
        let coding = CodingCosts(value: [
            .packed: [.eightBits: CodingCost(encode: 10, decode: 5), .unquantised: CodingCost(encode: 1, decode: 1)],
            .deflated: [.eightBits: CodingCost(encode: 110, decode: 55)],
        ])
        return PlanBuilder(
            graph: graph, ranges: Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, range) }),
            codingCosts: coding,
            inputSizes: [.deflated: CodedSize(mean: 6, p95: 7), .jpeg: CodedSize(mean: 3, p95: 4)])
    }

    @Test func everyCutAtEveryPrecision() throws {
        let graph = try residualGraph()
        let plans = try builder(graph).plans(for: graph.prefixCuts()) { _ in cost }
        let bits = [2, 4, 6, 8, 16, 32]
        let splits = ["a", "b+1", "c", "d"].flatMap { stem in bits.map { "\(stem)@\($0)" } }
        #expect(plans.map(\.id) == ["cloud-8", "cloud-8-deflated", "cloud-8-jpeg"] + splits + ["edge-only"])
        let bytes = plans.filter { $0.id.hasPrefix("b+1") }.map(\.transmitBytes)
        #expect(bytes == [4, 8, 12, 16, 32, 64])
    }

    @Test func aPlanIsWhatItsCutCosts() throws {
        let graph = try residualGraph()
        let plans = try builder(graph).plans(for: graph.prefixCuts()) { _ in cost }
        let set = planSet(plans)
        let split = try #require(set.plan(id: "b+1@8"))
        #expect(split.crossing.map(\.name) == ["a", "b"])
        #expect(split.crossing.allSatisfy { $0.range == range && $0.precision == .eightBits })
        #expect(split.headLayers == 2)
        #expect(split.edgeWork == .milliseconds(2))
        #expect(split.encodeWork == Nanoseconds(160))
        #expect(split.cloudWork == Nanoseconds(1_000_080))
        #expect(split.resultBytes == 32)
        #expect(split.edgeBytes == 264)
        let cut = try #require(graph.prefixCuts().first { $0.headLayers == 2 })
        #expect(split.edgeBytesByMaximum == graph.edgeBytesByMaximum(of: cut.partition))
        let raw = try #require(set.plan(id: "c@32"))
        #expect(raw.crossing.map(\.range) == [nil])
        #expect(raw.encodeWork == Nanoseconds(8))
    }

    @Test func theEndsOfTheRange() throws {
        let graph = try residualGraph()
        let set = try planSet(builder(graph).plans(for: []) { _ in cost })
        let edge = try #require(set.edgeOnly)
        #expect(edge.transmitBytes == 0 && edge.resultBytes == 0 && edge.encodeWork == .zero && edge.headLayers == 5)
        let cloud = try #require(set.plan(id: "cloud-8"))
        #expect(cloud.isCloudOnly && cloud.coding == .packed && cloud.transmitBytes == 8)
        #expect(cloud.encodeWork == Nanoseconds(80))
        let deflated = try #require(set.plan(id: "cloud-8-deflated"))
        #expect(deflated.isCloudOnly && deflated.coding == .deflated && deflated.transmitBytes == 6)
        #expect(deflated.encodeWork == Nanoseconds(80 + 800))
        #expect(deflated.cloudWork == Nanoseconds(1_000_000 + 40 + 400))
    }

    @Test func deflatedPlansAreMadeWhereThatIsSmaller() throws {
        let graph = try residualGraph()
        var builder = builder(graph)
        builder.precisions = [.fourBits, .eightBits]
        builder.codingCosts.value[.deflated, default: [:]][.eightBits] = CodingCost(encode: 7, decode: 3)
        let narrow = ValueRange(low: 0, high: 0.5)
        func measured(_ mean: Int) -> MeasuredPrecision {
            MeasuredPrecision(range: narrow, meanSquaredError: 0, deflated: CodedSize(mean: mean, p95: mean + 2))
        }
        builder.measured = [
            "a": [.eightBits: measured(4), .fourBits: measured(5)], "b": [.eightBits: measured(3)],
            "c": [.eightBits: measured(100)],
        ]
        let set = try planSet(builder.plans(for: graph.prefixCuts()) { _ in cost })
        // Of `a` 4 bits take 4 bytes packed, `b` was not measured at 4 bits, and `c` grows.
        #expect(
            set.plans.map(\.id).filter { $0.hasSuffix("-deflated") && !$0.hasPrefix("cloud") }.sorted() == [
                "a@8-deflated", "b+1@8-deflated",
            ])
        let plan = try #require(set.plan(id: "b+1@8-deflated"))
        #expect(plan.coding == .deflated && plan.transmitBytes == 7 && plan.transmitBytesP95 == 11)
        #expect(plan.crossing.allSatisfy { $0.range == narrow })
        #expect(plan.encodeWork == Nanoseconds(16 * 7) && plan.cloudWork == Nanoseconds(1_000_000 + 16 * 3))
        #expect(set.plan(id: "b+1@8")?.transmitBytesP95 == nil)
        #expect(set.plan(id: "d@8")?.crossing.first?.range == range)
    }

    @Test func integerHeadsAreHeldAsTheirFormSays() throws {
        let graph = try residualGraph()
        let precision = HeadPrecision(weights: .eightBits, activations: ["a": range])
        let form = HeadForm(name: "int8", precision: precision, edge: .microseconds(700), weightBytes: 5)
        var builder = builder(graph)
        builder.precisions = [.eightBits]
        let set = try planSet(
            builder.plans(
                for: graph.prefixCuts(),
                forms: { cut, _ in cut.headLayers == 2 || cut.partition.isEdgeOnly ? [form] : [] }
            ) { _ in cost })
        #expect(set.plans.filter { $0.headPrecision != nil }.map(\.id) == ["b+1@8-int8", "edge-only-int8"])
        let (float, held) = (try #require(set.plan(id: "b+1@8")), try #require(set.plan(id: "b+1@8-int8")))
        #expect(held.edgeWork == .microseconds(700) && held.headPrecision == precision)
        #expect(held.transmitBytes == float.transmitBytes && held.cloudWork == float.cloudWork)
        let cut = try #require(graph.prefixCuts().first { $0.headLayers == 2 })
        #expect(float.edgeBytes - held.edgeBytes == graph.weightBytes(of: cut.partition) - 5)
        #expect(set.edgeOnly?.id == "edge-only")
    }

    /// Each precision that is sent has its own heads, and ids tell them apart.
    @Test func aCutHasTheFormsOfEachPrecision() throws {
        let graph = try residualGraph()
        func form(_ name: String, _ bits: Precision) -> HeadForm {
            HeadForm(name: name, precision: HeadPrecision(weights: bits), edge: .zero, weightBytes: 1)
        }
        var builder = builder(graph)
        builder.precisions = [.fourBits, .eightBits]
        let plans = try builder.plans(
            for: graph.prefixCuts().filter { $0.headLayers == 2 },
            forms: { cut, precision in
                if cut.partition.isEdgeOnly { return [form("int8", precision)] }
                return precision == .fourBits ? [] : [form("int8", .eightBits), form("mixed", .twoBits)]
            }, cost: { _ in cost })
        #expect(
            plans.map(\.id).filter { !$0.hasPrefix("cloud") } == [
                "b+1@4", "b+1@8", "b+1@8-int8", "b+1@8-mixed", "edge-only", "edge-only-int8",
            ])
        #expect(plans.first { $0.id == "b+1@8-mixed" }?.headPrecision?.weights == .twoBits)
        #expect(plans.first { $0.id == "edge-only-int8" }?.headPrecision?.weights == .unquantised)
    }

    @Test func sizesAreMeanAndNearestRank() {
        #expect(CodedSize(of: [5]) == CodedSize(mean: 5, p95: 5))
        #expect(CodedSize(of: Array((1...100).reversed())) == CodedSize(mean: 51, p95: 95))
        #expect(CodedSize(of: [1, 2]) == CodedSize(mean: 2, p95: 2))
    }

    @Test func whatCannotBeQuantisedTravelsAsItIs() throws {
        let graph = try residualGraph(inputType: .int64)
        let cloud = try #require(try builder(graph).plans(for: []) { _ in cost }.first)
        #expect(cloud.crossing.map(\.precision) == [.unquantised])
        #expect(cloud.crossing.map(\.range) == [nil])
        #expect(cloud.transmitBytes == 64)
    }

    @Test func aCutWithoutCostHasNoPlan() throws {
        let graph = try residualGraph()
        let plans = try builder(graph).plans(for: graph.prefixCuts()) { $0.headLayers == 3 ? cost : nil }
        #expect(plans.map(\.id) == [2, 4, 6, 8, 16, 32].map { "c@\($0)" })
    }

    @Test func outputsOfTheHeadDoNotComeBack() throws {
        let graph = try twoOutputGraph()
        let cut = Cut(Partition(prefix: 2, of: graph), of: graph)
        let plan = try #require(try builder(graph).plans(for: [cut]) { $0 == cut ? cost : nil }.first)
        #expect(plan.resultBytes == 32)
    }

    @Test func rangesMustBeKnownAndFinite() throws {
        let graph = try residualGraph()
        var lacking = builder(graph)
        lacking.ranges["c"] = nil
        #expect(throws: PlanningError.noRange(tensor: "c")) {
            try lacking.plans(for: graph.prefixCuts()) { _ in cost }
        }
        for range in [ValueRange(low: 1, high: 0), ValueRange(low: 0, high: .infinity), ValueRange(low: .nan, high: 0)]
        {
            lacking.ranges["c"] = range
            #expect(throws: PlanningError.notARange(tensor: "c")) {
                try lacking.plans(for: graph.prefixCuts()) { _ in cost }
            }
        }
    }

    @Test func idsAreUniqueOnAnyGraph() throws {
        for seed in 0..<500 {
            let graph = try randomGraph(layerCount: 3 + seed % 40, seed: UInt64(seed))
            let plans = try builder(graph).plans(for: graph.prefixCuts()) { _ in cost }
            #expect(Set(plans.map(\.id)).count == plans.count, "seed \(seed)")
        }
    }
}
