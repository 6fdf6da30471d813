import Model
import Optimizer

/// The whole plan set of a network in one call: every cut, bits of 2, 4, 6 and 8, for layers, ranges, sizes and accuracies that
/// are known. No peer does this; what counts is the limit that it is to keep.
struct PlanSetSubject: Subject {
    private struct Case {
        var name: String
        var costs: SplitCosts
        var builder: PlanBuilder
        var accuracy: [Precision: Accuracy]

        func planSet() throws -> PlanSet {
            try costs.planSet(of: PlanSetSubject.model, at: builder.precisions) { cuts in
                try builder.plans(for: cuts) { costs.cost(of: $0) }
            } measuring: { plans in
                (plans.map(measured), Accuracy(samples: 1000, topOne: 0.75, agreement: 1))
            }
        }

        private func measured(_ plan: Plan) -> Plan {
            var plan = plan
            plan.accuracy = plan.crossing.first.flatMap { accuracy[$0.precision] }
            return plan
        }
    }

    private static let model = ModelIdentity(name: "made up", sha256: String(repeating: "0", count: 64))
    private static let precisions = [2, 4, 6, 8].compactMap(Precision.init(bits:))

    private let cases: [Case]
    let instances: [String]

    init() throws {
        cases = try [
            ("ResNet-50", Networks.resNet50()), ("GoogLeNet", Networks.googLeNet()),
            ("DenseNet-121", Networks.denseNet121()),
        ].map { name, graph in
            var random = SeededGenerator(seed: 1)
            let costs = try SplitCosts(
                edge: MadeUpSite(.edge, of: graph, &random), cloud: MadeUpSite(.cloud, of: graph, &random))
            return Case(
                name: name, costs: costs, builder: Self.builder(graph, &random),
                accuracy: Dictionary(
                    uniqueKeysWithValues: zip(Self.precisions, [0.6, 0.745, 0.75, 0.75]).map {
                        ($0, Accuracy(samples: 1000, topOne: $1, agreement: $1 + 0.2))
                    }))
        }
        instances = cases.map(\.name)
    }

    /// A builder for which every tensor was measured at every width: deflated it takes half to all of what it does packed.
    private static func builder(_ graph: LayerGraph, _ random: inout SeededGenerator) -> PlanBuilder {
        var measured: [String: [Precision: MeasuredPrecision]] = [:]
        for tensor in graph.tensors {
            let share = 0.5 + 0.5 * random.nextUnit()
            for precision in precisions {
                let packed = precision.packedBytes(elements: tensor.elementCount, of: tensor.elementType)
                let mean = Int(share * Double(packed))
                measured[tensor.name, default: [:]][precision] = MeasuredPrecision(
                    range: ValueRange(low: 0, high: 1), meanSquaredError: 0.01,
                    deflated: CodedSize(mean: mean, p95: mean + mean / 10))
            }
        }
        let coding = CodingCost(encode: 1, decode: 0.1)
        return PlanBuilder(
            graph: graph, ranges: [:],
            codingCosts: CodingCosts(
                value: [.packed: Dictionary(uniqueKeysWithValues: precisions.map { ($0, coding) })]),
            precisions: precisions, inputSizes: [.jpeg: CodedSize(mean: 15_000, p95: 20_000)], measured: measured)
    }

    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for one in cases {
            var set: PlanSet?
            let time = try nanoseconds { set = try one.planSet() }
            times[one.name] = [
                "layers": Double(one.builder.graph.layers.count), "time": time, "plans": Double(set?.plans.count ?? 0),
                "cuts": Double(Set(set?.plans.map(\.headLayers) ?? []).count),
            ]
        }
        return times
    }
}

/// Times of layers on a made-up device as a cost model.
private struct MadeUpSite: CostModel {
    var graph: LayerGraph
    var times: [Nanoseconds]

    init(_ device: MadeUpTimes, of graph: LayerGraph, _ random: inout SeededGenerator) {
        self.graph = graph
        times = device.nanoseconds(of: graph, &random).map { Nanoseconds(Int64($0)) }
    }

    func layerTime(_ layer: LayerIndex, at bits: OperandBits) -> Nanoseconds { times[layer] }
}
