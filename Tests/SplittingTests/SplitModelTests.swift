import Foundation
import Inference
import Model
import Splitting
import TestSupport
import Testing

/// A fixture made ready for splitting, from a file that is gone afterwards.
func splitModel(_ fixture: ONNXFixture) throws -> SplitModel { try splitModel(fixture.builder) }

func splitModel(_ builder: ONNXModelBuilder) throws -> SplitModel {
    let path = FileManager.default.temporaryDirectory.appending(path: "resplit-\(UUID().uuidString).onnx").path
    try Data(builder.bytes()).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try SplitModel(contentsOf: path, runtime: Runtime.load())
}

/// The project's own model.
func projectModel() throws -> SplitModel {
    try SplitModel(contentsOf: TestFiles.project("models/resplit-digits.onnx"), runtime: Runtime.load())
}

@Suite struct SplitModelTests {
    @Test(arguments: [ONNXFixture.residual, .branching])
    func everyClosedSetOfLayersEqualsTheWhole(_ fixture: ONNXFixture) throws {
        let model = try splitModel(fixture)
        let heads = downwardClosedSets(of: model.graph)
        #expect(heads.count > 10)
        for head in heads {
            let check = try model.verify(Partition(head: head, of: model.graph), seeds: 0..<2)
            #expect(check.isEqual, "\(fixture), head \(head.sorted()): differs by \(check.maxAbsDiff)")
            #expect(check.controlFails, "\(fixture), head \(head.sorted()): the control did not fail")
        }
    }

    @Test func everyClosedSetOfTheProjectsModelEqualsTheWhole() throws {
        let model = try projectModel()
        let heads = grownClosedSets(of: model.graph)
        #expect(heads.count > 400)
        for head in heads {
            let check = try model.verify(Partition(head: head, of: model.graph), seeds: 0..<1)
            let names = check.crossing.map(\.name)
            #expect(check.isEqual, "\(head.count) layers, \(names): differs by \(check.maxAbsDiff)")
            #expect(check.controlFails, "\(head.count) layers, \(names): the control did not fail")
        }
    }

    @Test(arguments: [ONNXFixture.residual, .branching])
    func setsThatGrowAreThoseFoundByTryingAll(_ fixture: ONNXFixture) throws {
        let graph = try splitModel(fixture).graph
        #expect(Set(grownClosedSets(of: graph)) == Set(downwardClosedSets(of: graph)))
    }

    @Test func theProjectsModelIsWhatItsReadmeSays() throws {
        let graph = try projectModel().graph
        #expect((300_000_000...1_000_000_000).contains(graph.macs))
        #expect(graph.parameters * 4 <= 4_000_000)
        #expect(graph.layers.contains { $0.kind == "Concat" })
        let input = graph.tensors[graph.inputs[0]]
        #expect(input.shape == TensorShape([1, 3, 224, 224]))
    }

    @Test func batchNormAndConstantsAreFolded() throws {
        let graph = try projectModel().graph
        #expect(!graph.layers.contains { ["BatchNormalization", "Identity", "Constant"].contains($0.kind) })
    }

    @Test func writtenHalvesAreReadAgain() throws {
        let model = try splitModel(.residual)
        let folder = FileManager.default.temporaryDirectory.appending(path: "resplit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (head, tail) = (folder.appending(path: "head.onnx").path, folder.appending(path: "tail.onnx").path)
        let partition = Partition(prefix: 3, of: model.graph)
        try model.write(partition, head: head, tail: tail)
        let runtime = try Runtime.load()
        let crossing = model.graph.crossing(partition).map { model.graph.tensors[$0].name }
        #expect(try SplitModel(contentsOf: head, runtime: runtime).outputs.map(\.name) == crossing)
        #expect(try SplitModel(contentsOf: tail, runtime: runtime).inputs.map(\.name) == crossing)
    }

    @Test func outputsThatAreNotNumbersEqualNothing() throws {
        let sound = try splitModel(.twoProducts(endingIn: 0.5))
        #expect(try sound.verify(Partition(at: ["a"], of: sound.graph)).passes)
        let broken = try splitModel(.twoProducts(endingIn: .nan))
        let check = try broken.verify(Partition(at: ["a"], of: broken.graph))
        #expect(!check.isEqual && check.maxAbsDiff == .infinity)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func weightsThatAreNotFiniteMakeNoIntegerHeads(_ element: Float) throws {
        let model = try splitModel(.twoProducts(endingIn: element))
        let both = Partition(prefix: 2, of: model.graph)
        let error = try #require(throws: (any Error).self) {
            try model.head(of: both, precision: HeadPrecision(weights: .eightBits))
        }
        #expect("\(error)".contains("weight 'w2' has an element that is not finite"))
        // Before that weight is read there is nothing wrong.
        _ = try model.head(of: Partition(prefix: 1, of: model.graph), precision: HeadPrecision(weights: .eightBits))
    }

    @Test func anEmptyHalfIsRefused() throws {
        let model = try splitModel(.residual)
        #expect(throws: SplitError.emptyHalf(side: "head")) {
            try model.write(Partition(prefix: 0, of: model.graph), head: "/nowhere", tail: nil)
        }
    }
}
