import Foundation
import Frames
import Model
import Optimizer
import Splitting
import TestSupport
import Testing

@Suite struct PlannerTests {
    /// A planner for the residual fixture, with frames of its input's shape.
    private func planner(in folder: String) throws -> Planner {
        let model = try splitModel(.residual)
        var random = SeededGenerator(seed: 7)
        for index in 0..<12 {
            let floats = (0..<model.inputs[0].elementCount).map { _ in Float(random.nextUnit()) }
            try NPYFile.write(floats, model.inputs[0].shape, to: "\(folder)/\(index).npy")
        }
        let samples = try SampleSet(FrameFolder(path: folder), for: model.inputs[0])
        let profile = try model.profile(ProfileOptions(runs: 3, everyCut: true))
        let site = try Site(profile, of: model.graph)
        return Planner(model: model, edge: site, cloud: site, samples: samples)
    }

    @Test func measuresEveryPlanThatItKeeps() throws {
        try TestFiles.withFolder { folder in
            var planner = try planner(in: folder)
            planner.maxAccuracyDrop = 1
            let set = try planner.plan()
            #expect(set.edgeOnly != nil)
            #expect(set.plan(id: "cloud-8") != nil && set.plan(id: "cloud-8-deflated") != nil)
            #expect(set.reference?.agreement == 1)
            for plan in set.plans {
                #expect(plan.accuracy?.samples == 6, "\(plan.id)")
                #expect(plan.isEdgeOnly || plan.transmitBytes > 0, "\(plan.id)")
            }
        }
    }

    @Test func whatIsKnownIsNotMeasuredAgain() throws {
        try TestFiles.withFolder { folder in
            var first = try planner(in: folder)
            first.maxAccuracyDrop = 1
            let set = try first.plan()
            var second = first
            second.know(first.calibration)
            var measurements = 0
            #expect(try second.plan { _, _ in measurements += 1 } == set)
            #expect(measurements == 0)
        }
    }

    @Test func anUnquantisedCutAgreesWithTheWhole() throws {
        try TestFiles.withFolder { folder in
            var planner = try planner(in: folder)
            planner.precisions = [.unquantised]
            for plan in try planner.plan().plans where plan.crossing.allSatisfy({ !$0.precision.isQuantised }) {
                #expect(plan.accuracy?.agreement == 1, "\(plan.id)")
            }
        }
    }

    @Test func profilesSurviveTheirFile() throws {
        let model = try splitModel(.branching)
        let profile = try model.profile(ProfileOptions(runs: 2, everyCut: true))
        #expect(profile.layers.map(\.name) == model.graph.layers.map(\.name))
        #expect(profile.layers.allSatisfy { $0.timing.runs == 2 })
        #expect(profile.heads.count == profile.tails.count && profile.heads.count > 3)
        #expect(try Profile.decode(from: profile.encode(), source: "p.json") == profile)
    }

    @Test func theShippedCalibrationIsOfTheShippedModelAndSamples() throws {
        let path = TestFiles.project("models/resplit-digits.calibration.json")
        let calibration = try Calibration.decode(from: Data(contentsOf: URL(filePath: path)), source: path)
        let model = try projectModel()
        let folder = try FrameFolder(path: TestFiles.project("models/samples"))
        let samples = try SampleSet(folder, for: model.inputs[0])
        #expect(calibration.model.sha256 == model.identity.sha256)
        #expect(calibration.samplesSHA256 == samples.sha256)
        #expect((calibration.reference?.topOne ?? 0) >= 0.97)
    }
}
