import FoundationEssentials
import Inference
import Model
import Testing

@Suite struct SessionOptionsTests {
    private let input = floats((0..<16).map { Float($0) - 8 }, [1, 16])

    @Test(arguments: [
        (0, "session option: 0 threads; 1 to 1024 are possible"),
        (5_000, "session option: 5000 threads; 1 to 1024 are possible"),
    ])
    func refusesImpossibleThreads(threads: Int, text: String) {
        #expect(failure { try session(.perceptron, SessionOptions(intraOpThreads: threads)) }?.description == text)
    }

    @Test func refusesToBorrowTheModel() {
        let key = "session.use_ort_model_bytes_directly"
        #expect(
            failure { try session(.perceptron, SessionOptions(configEntries: [key: "1"])) }
                == .badOption(reason: "\(key) is not supported"))
    }

    @Test func passesOnTheRuntimesOwnComplaint() throws {
        let entries = ["session.intra_op.allow_spinning": String(repeating: "9", count: 100_000)]
        let error = try #require(failure { try session(.perceptron, SessionOptions(configEntries: entries)) })
        #expect(error.description.hasPrefix("session option: session.intra_op.allow_spinning: "))
    }

    @Test(arguments: [1, 2, 4]) func threadsDoNotChangeTheAnswer(threads: Int) throws {
        let expected = try session(.perceptron).run([input])
        #expect(try session(.perceptron, SessionOptions(intraOpThreads: threads)).run([input]) == expected)
    }

    @Test func writesTheOptimizedModel() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/optimized.onnx"
            let options = SessionOptions(optimization: .basic, optimizedModelPath: path)
            let expected = try session(.perceptron, options).run([input])
            let written = try Session(
                runtime: SharedRuntime.get(), model: .file(path), options: SessionOptions(optimization: .disabled))
            #expect(try written.run([input]) == expected)
        }
    }

    @Test func findsExternalWeightsOfAModelFromBytes() throws {
        var model = TinyModel()
        model.input("x", .float32, [3])
        model.output("y", .float32, [3])
        model.externalWeight("w", location: "weights.bin", [3])
        model.node("Add", "add", from: ["x", "w"], to: ["y"])
        try withTemporaryFolder { folder in
            let options = SessionOptions(
                configEntries: ["session.model_external_initializers_file_folder_path": folder])
            #expect(failure { try session(model, options) } != nil)
            let weights: [Float] = [100, 200, 300]
            try Data(weights.withUnsafeBytes(Array.init)).write(to: URL(filePath: folder + "/weights.bin"))
            #expect(try session(model, options).run([floats([1, 2, 3], [3])])[0].floats == [101, 202, 303])
        }
    }
}
