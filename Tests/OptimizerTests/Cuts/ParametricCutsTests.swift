import Model
import Optimizer
import TestSupport
import Testing

@Suite struct ParametricCutsTests {
    /// Times and sizes of 0...most.
    private func randomWork(of graph: LayerGraph, most: Int, _ random: inout SeededGenerator) -> GraphWork {
        func part() -> Int { Int.random(in: 0...most, using: &random) }
        func time() -> Nanoseconds { Nanoseconds(Int64(part())) }
        let coding = Bool.random(using: &random)
        return GraphWork(
            edge: graph.layers.map { _ in time() }, cloud: graph.layers.map { _ in time() },
            transmit: graph.tensors.map { _ in
                CutWork(edge: coding ? time() : .zero, bytes: part(), cloud: coding ? time() : .zero)
            })
    }

    /// A distinct work of closed heads, and the layers that all heads of that work share.
    private struct Point {
        var vector: [Int128]
        var inHead: [Bool]
    }

    private func points(of graph: LayerGraph, _ work: GraphWork) throws -> [Point] {
        var heads: [[Int128]: [Bool]] = [:]
        for head in downwardClosedSets(of: graph) {
            let partition = try Partition(head: head, of: graph)
            let isAllowed = zip(work.pinned, partition.inHead).allSatisfy { $0 == nil || ($0 == .head) == $1 }
            guard isAllowed else { continue }
            var (edge, bytes, cloud): (Int64, Int, Int64) = (0, 0, 0)
            for layer in graph.layers.indices {
                if head.contains(layer) { edge += work.edge[layer].count } else { cloud += work.cloud[layer].count }
            }
            for tensor in graph.crossing(partition) {
                edge += work.transmit[tensor].edge.count
                bytes += work.transmit[tensor].bytes
                cloud += work.transmit[tensor].cloud.count
            }
            let vector = [Int128(edge), Int128(bytes), Int128(cloud)]
            heads[vector] = heads[vector].map { zip($0, partition.inHead).map { $0 && $1 } } ?? partition.inHead
        }
        return heads.map { Point(vector: $0.key, inHead: $0.value) }
    }

    private func dot(_ a: [Int128], _ b: [Int128]) -> Int128 { a[0] * b[0] + a[1] * b[1] + a[2] * b[2] }

    /// Whether some positive price makes `point` cheaper than all others, exactly and without a linear program. The prices at which
    /// it is no worse are a cone, bounded by one plane for each rival and three for the parts being non-negative; its extreme rays are
    /// among the lines in which two of the planes meet, and their sum lies in its relative interior. So if any price
    /// will do, that sum does.
    private func isStrictlyBest(_ point: [Int128], among rivals: [[Int128]]) -> Bool {
        let axes: [[Int128]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
        let planes = rivals.filter { $0 != point }.map { rival in (0..<3).map { rival[$0] - point[$0] } } + axes
        var price: [Int128] = [0, 0, 0]
        for (index, a) in planes.enumerated() {
            for b in planes[..<index] {
                let line = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
                for ray in [line, line.map { -$0 }] where planes.allSatisfy({ dot($0, ray) >= 0 }) {
                    for part in 0..<3 { price[part] += ray[part] }
                }
            }
        }
        return planes.allSatisfy { dot($0, price) > 0 }
    }

    private func check(seed: UInt64, layerCount: Int, most: Int) throws {
        var random = SeededGenerator(seed: seed)
        let graph = try randomGraph(layerCount: layerCount, seed: seed)
        var work = randomWork(of: graph, most: most, &random)
        if seed % 5 == 0 { work.pinned = randomPins(of: graph, &random) }
        let all = try points(of: graph, work)
        // One that is nowhere better than another is never strictly best.
        let front = all.filter { point in
            !all.contains { rival in
                rival.vector != point.vector && zip(rival.vector, point.vector).allSatisfy { $0 <= $1 }
            }
        }
        let vectors = front.map(\.vector)
        let expected = front.filter { isStrictlyBest($0.vector, among: vectors) }
            .sorted { $0.vector.lexicographicallyPrecedes($1.vector) }
        let cuts = try graph.cutsBestUnderSomePrices(work)
        #expect(cuts.map(\.cut.partition.inHead) == expected.map(\.inHead), "seed \(seed)")
        #expect(cuts.map { vector(of: $0.work) } == expected.map(\.vector), "seed \(seed)")
        for cut in cuts {
            let price = [cut.price.edge, cut.price.bytes, cut.price.cloud]
            let own = vector(of: cut.work)
            #expect(price.allSatisfy { $0 > 0 }, "seed \(seed)")
            #expect(all.allSatisfy { $0.vector == own || dot($0.vector, price) > dot(own, price) }, "seed \(seed)")
            #expect(try cut.isBest(in: graph, work), "seed \(seed)")
        }
        // Every price is covered, those with parts of zero too.
        for _ in 0..<20 {
            let price = (0..<3).map { _ in Int128(max(0, Int.random(in: -3...9, using: &random))) }
            #expect(
                cuts.map { dot(vector(of: $0.work), price) }.min() == all.map { dot($0.vector, price) }.min(),
                "seed \(seed), \(price)")
        }
    }

    private func vector(of work: CutWork) -> [Int128] {
        [Int128(work.edge.count), Int128(work.bytes), Int128(work.cloud.count)]
    }

    @Test func theCutsEqualTheExtremePointsOfAllClosedSets() throws {
        for seed in 0..<3000 {
            try check(seed: UInt64(seed), layerCount: seed % 9, most: [1, 3, 12, 1000, 1 << 30][seed % 5])
        }
    }

    @Test func largerGraphsToo() throws {
        for seed in 3000..<3040 {
            try check(seed: UInt64(seed), layerCount: 9 + seed % 6, most: [5, 100_000][seed % 2])
        }
    }

    @Test func theGreatestWorkIsExact() throws {
        let graph = try residualGraph()
        let most = Int64(GraphWork.greatestSum)
        for seed in 0..<300 {
            var random = SeededGenerator(seed: UInt64(seed))
            func time() -> Nanoseconds { Nanoseconds(Int64.random(in: 0...(most / 5), using: &random)) }
            let work = GraphWork(
                edge: (0..<5).map { _ in time() }, cloud: (0..<5).map { _ in time() },
                transmit: (0..<6).map { _ in CutWork(edge: .zero, bytes: Int(time().count * 5 / 6), cloud: .zero) })
            let all = try points(of: graph, work).map(\.vector)
            let cuts = try graph.cutsBestUnderSomePrices(work)
            for cut in cuts {
                let price = [cut.price.edge, cut.price.bytes, cut.price.cloud]
                let own = vector(of: cut.work)
                #expect(all.allSatisfy { $0 == own || dot($0, price) > dot(own, price) }, "seed \(seed)")
            }
            for _ in 0..<50 {
                let price = (0..<3).map { _ in Int128.random(in: 0...(1 << 80), using: &random) }
                #expect(
                    cuts.map { dot(vector(of: $0.work), price) }.min() == all.map { dot($0, price) }.min(),
                    "seed \(seed)")
            }
        }
    }

    @Test func aCutWithinTheHullIsLeftOut() throws {
        let graph = try residualGraph()
        func times(_ values: Int64...) -> [Nanoseconds] { values.map { .microseconds($0) } }
        let work = GraphWork(
            edge: times(10, 10, 1, 10, 10), cloud: times(1, 1, 1, 1, 1),
            transmit: [800, 500, 500, 100, 100, 0].map { CutWork(edge: .zero, bytes: $0, cloud: .zero) })
        let cuts = try graph.cutsBestUnderSomePrices(work)
        #expect(cuts.map { $0.cut.names(in: graph) } == [["input"], ["c"], []])
        // Cutting at a takes 10 us, 500 bytes and 4 us: more than the mean of input and c, so it is best at no price.
        #expect(cuts.map(\.work.bytes) == [800, 100, 0])
    }

    @Test func badWorkIsNamed() throws {
        let graph = try residualGraph()
        let work = GraphWork(
            edge: [Nanoseconds](repeating: .zero, count: 5), cloud: [Nanoseconds](repeating: .zero, count: 5),
            transmit: [CutWork](repeating: CutWork(edge: .zero, bytes: 0, cloud: .zero), count: 6))
        func refused(_ error: PlanningError, _ change: (inout GraphWork) -> Void) {
            var bad = work
            change(&bad)
            #expect(throws: error) { try graph.cutsBestUnderSomePrices(bad) }
        }
        let most = GraphWork.greatestSum
        refused(.negativeCost(.edge(of: "sum"), -1)) { $0.edge[2] = Nanoseconds(-1) }
        refused(.negativeCost(.bytes(of: "a"), -5)) { $0.transmit[1].bytes = -5 }
        refused(.negativeCost(.decoding(of: "e"), -2)) { $0.transmit[5].cloud = Nanoseconds(-2) }
        refused(.costsTooLarge(.encoding(of: "input"), most: most)) {
            $0.edge[0] = Nanoseconds(Int64(most))
            $0.transmit[0].edge = Nanoseconds(1)
        }
        refused(.costsTooLarge(.cloud(of: "first"), most: most)) { $0.cloud[0] = .seconds(3600) }
        refused(.costsOfAnotherGraph("edge times of layers", count: 4, expected: 5)) { $0.edge.removeLast() }
        refused(.costsOfAnotherGraph("cloud times of layers", count: 0, expected: 5)) { $0.cloud = [] }
        refused(.costsOfAnotherGraph("transmissions of tensors", count: 5, expected: 6)) { $0.transmit.removeLast() }
        refused(.pinsContradict(head: "third", tail: "first")) { $0.pinned = [.tail, nil, nil, .head, nil] }
    }
}
