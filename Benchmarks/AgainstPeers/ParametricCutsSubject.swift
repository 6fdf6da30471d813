import Model
import Optimizer

/// All cuts that are best under some prices, for one precision of what crosses. No peer does this.
struct ParametricCutsSubject: Subject {
    private struct Case {
        var name: String
        var graph: LayerGraph
        var work: GraphWork
    }

    private let cases: [Case]
    let instances: [String]

    init() throws {
        cases = try [
            ("ResNet-50", Networks.resNet50()), ("GoogLeNet", Networks.googLeNet()),
            ("DenseNet-121", Networks.denseNet121()),
        ].flatMap { name, graph in
            [2, 4, 8, 32].map { bits in
                Case(name: "\(name), \(bits) bits", graph: graph, work: graph.work(bits: bits, seed: 1))
            } + [Case(name: "\(name), random work", graph: graph, work: graph.randomWork(seed: 1))]
        }
        instances = cases.map(\.name)
    }

    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for one in cases {
            var cuts: [PricedCut] = []
            let time = try nanoseconds { cuts = try one.graph.cutsBestUnderSomePrices(one.work) }
            let prefixes = Set(one.graph.prefixCuts() + [one.graph.edgeOnlyCut, one.graph.cloudOnlyCut])
            times[one.name] = [
                "layers": Double(one.graph.layers.count), "time": time, "cuts": Double(cuts.count),
                "beyond": Double(cuts.count { !prefixes.contains($0.cut) }),
            ]
        }
        return times
    }
}

extension LayerGraph {
    /// Work without rhyme or reason, of which many cuts are best somewhere.
    fileprivate func randomWork(seed: UInt64) -> GraphWork {
        var random = SeededGenerator(seed: seed)
        func part() -> Int64 { Int64.random(in: 0...10_000_000, using: &random) }
        return GraphWork(
            edge: layers.map { _ in Nanoseconds(part()) }, cloud: layers.map { _ in Nanoseconds(part()) },
            transmit: tensors.map { _ in
                CutWork(edge: Nanoseconds(part()), bytes: Int(part()), cloud: Nanoseconds(part()))
            })
    }

    /// Made-up times, and tensors packed to a number of bits at a nanosecond a value on the edge, a tenth of it in the cloud.
    fileprivate func work(bits: Int, seed: UInt64) -> GraphWork {
        var random = SeededGenerator(seed: seed)
        func times(_ device: MadeUpTimes) -> [Nanoseconds] {
            device.nanoseconds(of: self, &random).map { Nanoseconds(Int64($0)) }
        }
        return GraphWork(
            edge: times(.edge), cloud: times(.cloud),
            transmit: tensors.map { tensor in
                let count = tensor.elementCount
                return CutWork(
                    edge: Nanoseconds(Int64(count)), bytes: (count * bits + 7) / 8,
                    cloud: Nanoseconds(Int64(count / 10)))
            })
    }
}
