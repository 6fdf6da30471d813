import Model
import Optimizer
import TestSupport
import Testing

@Suite struct SplitCostsPlanSetTests {
    /// What a frame takes, by the definition: a head at one precision, everything that crosses sent once.
    private struct DumbPlan {
        var edge: Nanoseconds
        var cloud: Nanoseconds
        var bits: Int
        /// `nil` for edge-only.
        var bytes: (sent: Int, returned: Int)?

        func latency(_ conditions: Conditions) -> Double {
            let local = edge.inSeconds * conditions.edgeSlowdown
            guard let bytes else { return local }
            return local + Double(bytes.sent) * 8 / conditions.uplink.bitsPerSecond + conditions.rtt.inSeconds
                + conditions.cloudQueue.inSeconds + cloud.inSeconds * conditions.cloudSlowdown
                + Double(bytes.returned) * 8 / conditions.downlink.bitsPerSecond
        }
    }

    private let widths: [Precision] = [.fourBits, .eightBits, .unquantised]
    private let model = ModelIdentity(name: "made-up", sha256: String(repeating: "0", count: 64))

    /// Every closed set of layers at every precision; the input crosses at 8 bits to the cloud alone.
    private func everyPlan(_ costs: SplitCosts, pinned: [Side?]) throws -> [DumbPlan] {
        let graph = costs.edge.graph
        let returned = graph.outputs.reduce(0) { $0 + graph.tensors[$1].byteCount }
        return try downwardClosedSets(of: graph).flatMap { head in
            guard keeps(head, pinned) else { return [] as [DumbPlan] }
            let cut = Cut(try Partition(head: head, of: graph), of: graph)
            let time = costs.costOfLayers(in: cut)
            if cut.partition.isEdgeOnly {
                return [DumbPlan(edge: time.edge, cloud: .zero, bits: 32, bytes: nil)]
            }
            return (head.isEmpty ? [.eightBits] : widths).map { width in
                let sent = cut.crossing.reduce(0) { $0 + (graph.tensors[$1].elementCount * width.bits + 7) / 8 }
                return DumbPlan(edge: time.edge, cloud: time.cloud, bits: width.bits, bytes: (sent, returned))
            }
        }
    }

    private func keeps(_ head: Set<LayerIndex>, _ pinned: [Side?]) -> Bool {
        pinned.enumerated().allSatisfy { layer, side in side.map { ($0 == .head) == head.contains(layer) } ?? true }
    }

    /// None, or some layers of one closed set to the head and some others to the tail, so that they don't contradict.
    private func somePins(_ graph: LayerGraph, _ random: inout SeededGenerator) -> [Side?] {
        guard Bool.random(using: &random),
            let head = downwardClosedSets(of: graph).randomElement(using: &random)
        else { return [] }
        return graph.layers.indices.map { layer in
            guard Int.random(in: 0..<3, using: &random) == 0 else { return nil }
            return head.contains(layer) ? .head : .tail
        }
    }

    private func planSet(_ costs: SplitCosts, accurateFrom bits: Int, pinned: [Side?] = []) throws -> PlanSet {
        let graph = costs.edge.graph
        let range = ValueRange(low: 0, high: 1)
        let builder = PlanBuilder(
            graph: graph, ranges: Dictionary(uniqueKeysWithValues: graph.tensors.map { ($0.name, range) }),
            codingCosts: .free, precisions: widths)
        return try costs.planSet(of: model, at: widths, keeping: PlanSelection(timeTolerance: 0), pinned: pinned) {
            cuts in
            try builder.plans(for: cuts) { costs.cost(of: $0) }.filter { plan in
                let all = Set(graph.layers.indices)
                guard !plan.isEdgeOnly, !plan.isCloudOnly else { return keeps(plan.isEdgeOnly ? all : [], pinned) }
                let partition = try Partition(at: plan.crossing.map(\.name), of: graph)
                return keeps(Set(graph.layers.indices.filter { partition.inHead[$0] }), pinned)
            }
        } measuring: { plans in
            let measured = plans.map { plan in
                var plan = plan
                let isAccurate = plan.crossing.allSatisfy { $0.precision.bits >= bits }
                plan.accuracy = Accuracy(samples: 100, topOne: nil, agreement: isAccurate ? 1 : 0.5)
                return plan
            }
            return (measured, Accuracy(samples: 100, topOne: nil, agreement: 1))
        }
    }

    /// Whatever the conditions, no accurate plan of any closed set at any precision beats the best of the set.
    @Test func noPlanBeatsTheSet() throws {
        var kept = 0
        var all = 0
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let graph = try oneOutput(randomGraph(layerCount: Int.random(in: 2...7, using: &random), seed: seed))
            let costs = try SplitCosts(
                edge: MadeUpSite(of: graph, most: 2_000_000, using: &random),
                cloud: MadeUpSite(of: graph, most: 500_000, using: &random))
            let bits = [4, 8, 32].randomElement(using: &random) ?? 4
            let pinned = somePins(graph, &random)
            let every = try everyPlan(costs, pinned: pinned).filter { $0.bits >= bits }
            // Pinned to the cloud alone at fewer bits than are accurate.
            guard !every.isEmpty else { continue }
            let set = try planSet(costs, accurateFrom: bits, pinned: pinned)
            for _ in 0..<30 {
                var conditions = randomConditions(using: &random)
                conditions.uplink = BitRate(bitsPerSecond: Double(Int.random(in: 1...1000, using: &random)) * 1e3)
                conditions.downlink = conditions.uplink
                let least = every.map { $0.latency(conditions) }.min() ?? .infinity
                let best = try #require(set.best(under: conditions), "seed \(seed)")
                #expect(isClose(best.value, least), "seed \(seed), \(conditions)")
            }
            kept += set.plans.count
            all += every.count
        }
        // It keeps few, or it would be no choice.
        #expect(kept < all / 2)
    }

    /// A rule out of the caller's reach is passed on, and what is left out when plans are made plays no part.
    @Test func onlyPlansThatWereMadeAreKept() throws {
        let graph = try residualGraph()
        let site = MadeUpSite(of: graph, times: graph.layers.map { _ in .milliseconds(1) })
        let costs = try SplitCosts(edge: site, cloud: site)
        let alone = madeUpPlan("edge-only", head: 5, edge: 5, bytes: nil)
        let set = try costs.planSet(of: model, at: widths) { _ in
            [alone]
        } measuring: {
            ($0, Accuracy(samples: 1, topOne: nil, agreement: 1))
        }
        #expect(set.plans.map(\.id) == [alone.id])
        #expect(throws: PlanningError.noRange(tensor: "a")) {
            try costs.planSet(of: model, at: widths) { _ in
                throw PlanningError.noRange(tensor: "a")
            } measuring: {
                ($0, Accuracy(samples: 1, topOne: nil, agreement: 1))
            }
        }
    }
}
