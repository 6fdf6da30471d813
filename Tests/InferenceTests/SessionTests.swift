import CRuntime
import FoundationEssentials
import Inference
import Model
import Testing

@Suite struct SessionTests {
    @Test func describesItsPorts() throws {
        let fixed = try session(.twoByTwo)
        #expect(fixed.inputs.map(\.name) == ["a", "b", "n"] && fixed.outputs.map(\.name) == ["sum", "square"])
        #expect(fixed.inputs[2] == Port(name: "n", elementType: .int64, extents: [2]))
        #expect(fixed.inputs[0].shape == TensorShape([3]))
        let dynamic = try session(.product).inputs[0]
        #expect(dynamic == Port(name: "a", elementType: .float32, extents: [nil, nil]))
        #expect(dynamic.shape == nil)
    }

    @Test func modelBytesAreNotNeededAfterwards() throws {
        let path = try SharedRuntime.get().libraryPath
        var runtime: OpaquePointer?
        try #require(!ort_runtime_open(path, &runtime).failed)
        var settings = ort_session_settings(
            intra_op_threads: 1, optimization_level: 99, profile_prefix: nil, optimized_model_path: nil)
        var options: OpaquePointer?
        try #require(!ort_session_options_create(runtime, &settings, &options).failed)
        defer { ort_session_options_release(runtime, options) }

        var bytes = TinyModel.perceptron.bytes
        var made: OpaquePointer?
        bytes.withUnsafeMutableBytes { buffer in
            let status = ort_session_create(runtime, nil, buffer.baseAddress, buffer.count, options, &made)
            #expect(!status.failed)
            buffer.initializeMemory(as: UInt8.self, repeating: 0xA5)
        }
        let session = try #require(made)
        defer { ort_session_release(session) }
        let input = [Float](repeating: 1, count: 16)
        let extents: [Int64] = [1, 16]
        var output = ort_output()
        let status = input.withUnsafeBytes { data in
            extents.withUnsafeBufferPointer { extents in
                var view = ort_tensor_view(
                    data: data.baseAddress, byte_count: data.count, extents: extents.baseAddress, rank: 2,
                    element_type: 1)
                return ort_session_run(session, &view, [0], 1, &output)
            }
        }
        try #require(!status.failed)
        defer { ort_output_release(session, &output) }
        let found = UnsafeRawBufferPointer(start: output.data, count: 32)
        let expected = try Inference.Session(runtime: SharedRuntime.get(), model: .bytes(TinyModel.perceptron.bytes))
            .run([floats(input, [1, 16])])
        #expect(Array(found) == expected[0].bytes)
        #expect(expected[0].floats.contains { $0 != 0 })
    }

    @Test(arguments: [
        ([UInt8](), "0 bytes"), (Array("no model at all".utf8), "15 bytes"),
        (Array(TinyModel.increment().bytes.dropLast(9)), "refuses"),
    ])
    func refusesWhatIsNoModel(bytes: [UInt8], mentioned: String) throws {
        let runtime = try SharedRuntime.get()
        let error = failure { try Session(runtime: runtime, model: .bytes(bytes)) }
        let text = try #require(error).description
        #expect(text.contains(mentioned) && !text.contains("\n"))
    }

    @Test func refusesAMissingFileByName() throws {
        let runtime = try SharedRuntime.get()
        let error = try #require(failure { try Session(runtime: runtime, model: .file("/nowhere/m.onnx")) })
        #expect(error.description.hasPrefix("/nowhere/m.onnx: ONNX Runtime refuses the model: "))
    }

    @Test func namesAnUnknownOperator() throws {
        var model = TinyModel()
        model.input("x", .float32, [1])
        model.output("y", .float32, [1])
        model.node("Frobnicate", "odd", from: ["x"], to: ["y"])
        let error = try #require(failure { try session(model) })
        #expect(error.description.contains("Frobnicate"))
    }

    @Test func refusesStringsAndSequences() throws {
        var strings = TinyModel()
        strings.stringInput("words")
        strings.stringOutput("same")
        strings.node("Identity", "copy", from: ["words"], to: ["same"])
        #expect(
            failure { try session(strings) }
                == .unsupportedPort(name: "words", reason: "has strings or another unsupported element type"))
        var sequence = TinyModel()
        sequence.input("x", .float32, [1])
        sequence.sequenceOutput("list")
        sequence.node("SequenceConstruct", "list", from: ["x"], to: ["list"])
        #expect(
            failure { try session(sequence) }
                == .unsupportedPort(name: "list", reason: "is a sequence, a map, an optional or a sparse tensor"))
    }

    @Test func refusesAWeightLargerThanItsBytes() throws {
        for extents in [[1 << 40, 1 << 40], [1 << 62], [5]] {
            var model = TinyModel.increment()
            model.initializers = []
            model.weight("one", [1], extents)
            #expect(failure { try session(model) } != nil, "\(extents)")
        }
    }

    /// Malformed models end in an error or in a session, never in a crash, and every error is one line.
    @Test func survivesMutatedModels() throws {
        let runtime = try SharedRuntime.get()
        let models = [TinyModel.increment(), .product, .twoByTwo, .perceptron].map(\.bytes)
        var refused = 0
        for seed in 0..<2_000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let bytes = mutated(models[Int(seed % 4)], &generator)
            guard let error = failure({ try Session(runtime: runtime, model: .bytes(bytes)) }) else { continue }
            refused += 1
            #expect(!error.description.contains("\n"), "seed \(seed)")
        }
        #expect(refused > 200)
    }
}
