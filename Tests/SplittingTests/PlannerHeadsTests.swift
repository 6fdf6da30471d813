import Foundation
import Frames
import Model
import Optimizer
import Splitting
import TestSupport
import Testing

/// Frames of a model's input shape, in a folder.
func writeFrames(_ count: Int, of shape: TensorShape, to folder: String) throws {
    var random = SeededGenerator(seed: 7)
    for index in 0..<count {
        let floats = (0..<shape.elementCount).map { _ in Float(random.nextUnit()) }
        try NPYFile.write(floats, shape, to: "\(folder)/\(index).npy")
    }
}

/// A planner of a model on sites that are only described, so that its costs are the same on every machine.
func modelledPlanner(
    of fixture: ONNXFixture, edge: String = "roofline:1000,0.01", in folder: String
) throws -> Planner {
    let model = try splitModel(fixture)
    try writeFrames(8, of: model.inputs[0].shape, to: folder)
    let samples = try SampleSet(FrameFolder(path: folder), for: model.inputs[0])
    func site(_ text: String) throws -> Site {
        guard case .roofline(let roofline) = try CostModelName(parsing: text) else { throw SplitError.noSamples }
        return Site(costs: try RooflineCosts(roofline, of: model.graph))
    }
    var planner = Planner(model: model, edge: try site(edge), cloud: try site("roofline:1000,100"), samples: samples)
    planner.maxAccuracyDrop = 1
    planner.precisions = [.fourBits, .eightBits]
    return planner
}

@Suite struct PlannerHeadsTests {
    /// Every choice of 2, 4 and 8 bits for the weights of the whole model, each layer named.
    private func everyPrecision(_ layers: [[String]], _ integers: HeadPrecision) -> [HeadPrecision] {
        layers.reduce([integers]) { precisions, layers in
            precisions.flatMap { precision in
                [Precision.twoBits, .fourBits, .eightBits].map { bits in
                    var precision = precision
                    for layer in layers { precision.layers[layer] = bits }
                    return precision
                }
            }
        }
    }

    private func weightLayers(_ fixture: ONNXFixture) -> [[String]] {
        fixture.description == "residual"
            ? ["stem", "block1", "block2", "shortcut", "classifier"].map { [$0] }
            : [["stem"], ["left", "middle/shared"], ["middle"], ["classifier"]]
    }

    private func plan(_ planner: inout Planner, _ id: String) throws -> Plan {
        try #require(try planner.plan().plans.first { $0.id == id }, "\(id)")
    }

    @Test(arguments: [ONNXFixture.residual, .branching])
    func withinABoundOnMemoryTheHeadHasTheLeastDistortion(fixture: ONNXFixture) throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: fixture, in: folder)
            let integers = try plan(&planner, "edge-only-int8")
            let (graph, whole) = (planner.model.graph, planner.model.graph.edgeOnlyCut.partition)
            let precisions = everyPrecision(weightLayers(fixture), try #require(integers.headPrecision))
            func weightBits(_ precision: HeadPrecision) throws -> Int {
                weightLayers(fixture).reduce(0) { sum, layers in
                    let elements = planner.calibration.weights[layers[0]]?.elements ?? 0
                    return sum + (elements * precision.weightBits(of: layers[0]).bits + 7) / 8
                }
            }
            let all = try weightBits(try #require(integers.headPrecision))
            for spared in [all / 5, all / 2, all * 5 / 8] {
                planner.constraints.memory = integers.edgeBytes - spared
                let mixed = try plan(&planner, "edge-only-mixed")
                let precision = try #require(mixed.headPrecision)
                #expect(mixed.edgeBytes <= integers.edgeBytes - spared)
                #expect(mixed.edgeWork < integers.edgeWork && planner.unprovedWeightBits.isEmpty)
                for layers in weightLayers(fixture) {
                    #expect(Set(layers.map { precision.weightBits(of: $0) }).count == 1, "\(layers) share a weight")
                }
                // By the definition: the largest part that does not depend on bits, and the sums of the calibration.
                let fitting = try precisions.filter { try weightBits($0) <= all - spared - weightLayers(fixture).count }
                let distortions = fitting.compactMap { precision in
                    planner.calibration.distortion(
                        of: whole, in: graph, weightBits: { precision.weightBits(of: $0.name).bits },
                        activationBits: { precision.activations[$0.name] == nil ? nil : 8 })
                }
                #expect(!fitting.isEmpty && distortions.count == fitting.count)
                let least = try #require(distortions.min())
                #expect((mixed.distortion ?? .infinity) <= least * (1 + 1e-12), "\(spared) bytes spared")
            }
        }
    }

    /// The promise of the plan is that of the head that is deployed: its file, and what it answers.
    @Test(arguments: [ONNXFixture.residual, .branching])
    func theHeadThatIsDeployedIsTheOnePlanned(fixture: ONNXFixture) throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: fixture, in: folder)
            let integers = try plan(&planner, "edge-only-int8")
            planner.constraints.memory = integers.edgeBytes - (fixture.description == "residual" ? 100 : 40)
            let plans = try planner.plan().plans.filter { $0.id.hasSuffix("-mixed") }
            #expect(!plans.isEmpty)
            for plan in plans {
                let precision = try #require(plan.headPrecision)
                let partition = try planner.model.partition(of: plan)
                #expect(!precision.layers.isEmpty && precision.layers.values.allSatisfy { $0 < .eightBits })
                #expect(try planner.model.computesInIntegers(partition, precision), "\(plan.id)")
                let file = Double(try planner.model.head(of: partition, precision: precision).count)
                let promised = plan.edgeBytes - planner.model.graph.edgeBytes(of: partition, weightBytes: 0)
                #expect(abs(Double(promised) / file - 1) < 0.05, "\(plan.id): \(file) bytes, \(promised) promised")
                if plan.isEdgeOnly {
                    #expect(try planner.accuracy(of: partition, precision: precision) == plan.accuracy)
                }
            }
        }
    }

    @Test func withinABoundOnDistortionTheHeadIsTheFastest() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            let integers = try plan(&planner, "edge-only-int8")
            let exact = try #require(integers.distortion)
            let (graph, costs, calibration) = (planner.model.graph, planner.edge.costs, planner.calibration)
            let precisions = everyPrecision(weightLayers(.residual), try #require(integers.headPrecision))
            for share in [1.0001, 1.05, 2] {
                planner.constraints.distortion = exact * share
                let set = try planner.plan()
                #expect(set.plans.allSatisfy { ($0.distortion ?? .infinity) <= exact * share })
                let times = precisions.compactMap { precision -> Nanoseconds? in
                    let distortion = calibration.distortion(
                        of: graph.edgeOnlyCut.partition, in: graph,
                        weightBits: { precision.weightBits(of: $0.name).bits },
                        activationBits: { precision.activations[$0.name] == nil ? nil : 8 })
                    guard let distortion, distortion <= exact * share else { return nil }
                    return costs.headTime(of: graph.edgeOnlyCut) { layer in
                        OperandBits(weights: precision.weightBits(of: graph.layers[layer].name).bits, activations: 8)
                    }
                }
                let alone = set.plans.filter { $0.isEdgeOnly && $0.headPrecision != nil }.map(\.edgeWork).min()
                #expect(alone == times.min(), "\(share) times the distortion of 8 bits")
            }
        }
    }

    @Test func withoutABoundThereAreNoSuchHeads() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            let free = try planner.plan()
            #expect(!free.plans.contains { $0.id.hasSuffix("-mixed") })
            // Nor where 8 bits throughout fit.
            planner.constraints.memory = 1 << 30
            #expect(try planner.plan() == free)
            planner.considersIntegerHeads = false
            planner.constraints.memory = try #require(free.edgeOnly?.edgeBytes)
            #expect(try planner.plan().plans.allSatisfy { $0.headPrecision == nil })
        }
    }

    @Test func distortionIsThatOfHeadAndCrossing() throws {
        try TestFiles.withFolder { folder in
            var planner = try modelledPlanner(of: .residual, in: folder)
            planner.inputCodings = [.deflated]
            let set = try planner.plan()
            var (sent, whole) = (0, 0)
            for plan in set.plans {
                let (graph, calibration) = (planner.model.graph, planner.calibration)
                let partition = try planner.model.partition(of: plan)
                let isInteger = plan.headPrecision != nil
                var expected =
                    isInteger
                    ? calibration.distortion(
                        of: partition, in: graph, weightBits: { _ in 8 }, activationBits: { _ in 8 }) ?? .nan : 0
                for tensor in plan.crossing where tensor.name != "image" && tensor.precision.bits < 16 {
                    guard tensor.precision.bits != 8 || !isInteger else { continue }
                    expected += calibration.tensors[tensor.name]?.distortion(bits: tensor.precision.bits) ?? .nan
                    sent += 1
                }
                if expected == 0 { whole += 1 }
                #expect(abs((plan.distortion ?? .nan) - expected) <= 1e-12 * expected, "\(plan.id)")
            }
            #expect(sent > 0 && whole > 1, "\(sent) sent, \(whole) without distortion")
        }
    }
}
