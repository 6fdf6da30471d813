import Inference
import Model
import Testing

@Suite struct LayerProfileTests {
    private static let recorded = """
        [
        {"cat" : "Session","pid" :1,"tid" :1,"dur" :49,"ts" :5,"ph" : "X","name" :"model_loading_array","args" : {}},
        {"cat" : "Node","pid" :1,"tid" :1,"dur" :153,"ts" :9,"ph" : "X","name" :"stem.conv_kernel_time","args" : \
        {"op_name" : "Conv","node_index" : "2","output_type_shape" : [{"float":[1,24,112,112]}]}},
        {"cat" : "Node","pid" :1,"tid" :1,"dur" :7,"ts" :9,"ph" : "X","name" :"Split_5_kernel_time","args" : \
        {"op_name" : "Split","node_index" : "5","output_type_shape" : [{"int64":[]},{"double":[0,2]}]}},
        {"cat" : "Session","pid" :1,"tid" :1,"dur" :200,"ts" :5,"ph" : "X","name" :"model_run","args" : {}},
        {"cat" : "Node","pid" :1,"tid" :1,"dur" :151,"ts" :9,"ph" : "X","name" :"stem.conv_kernel_time","args" : \
        {"op_name" : "Conv","node_index" : "2","output_type_shape" : [{"float":[1,24,112,112]}]}},
        {"cat" : "Session","pid" :1,"tid" :1,"dur" :190,"ts" :5,"ph" : "X","name" :"model_run","args" : {}}
        ]
        """

    @Test func gathersTheRunsOfEachNode() throws {
        let profile = try LayerProfile(json: Array(Self.recorded.utf8))
        #expect(profile.runs == [.microseconds(200), .microseconds(190)])
        #expect(profile.nodes.map(\.name) == ["stem.conv", "Split_5"])
        #expect(profile.nodes.map(\.kind) == ["Conv", "Split"])
        #expect(profile.nodes.map(\.index) == [2, 5])
        #expect(profile.nodes[0].durations == [.microseconds(153), .microseconds(151)])
        #expect(profile.nodes[0].outputs.map(\.shape) == [TensorShape([1, 24, 112, 112])])
        #expect(profile.nodes[1].outputs.map(\.elementType) == [.int64, .float64])
        #expect(profile.nodes[1].outputs.map(\.shape) == [TensorShape([]), TensorShape([0, 2])])
    }

    @Test func readsWhatTheRuntimeWrites() throws {
        try withTemporaryFolder { folder in
            let options = SessionOptions(optimization: .disabled, profilePrefix: folder + "/run")
            let profiled = try session(.perceptron, options)
            let input = floats([Float](repeating: 1, count: 16), [1, 16])
            for _ in 0..<5 { _ = try profiled.run([input]) }
            let path = try profiled.endProfiling()
            let profile = try LayerProfile(contentsOf: path)
            #expect(profile.nodes.map(\.name) == ["first", "relu", "second"])
            #expect(profile.nodes.map(\.kind) == ["MatMul", "Relu", "MatMul"])
            #expect(profile.nodes.allSatisfy { $0.durations.count == 5 })
            #expect(profile.nodes.map { $0.outputs.map(\.shape.description) } == [["1x32"], ["1x32"], ["1x8"]])
            #expect(profile.runs.count == 5)
            #expect(failure { try profiled.endProfiling() } != nil)
        }
        #expect(
            failure { try session(.perceptron).endProfiling() }?.description
                == "profile of the runtime: the session was made without a profile prefix")
    }

    /// The names that the profile gives to element types.
    @Test(arguments: ElementType.allCases) func knowsEveryElementType(type: ElementType) throws {
        var model = TinyModel()
        model.input("x", type, [2])
        model.output("y", type, [2])
        model.node("Identity", "copy", from: ["x"], to: ["y"])
        try withTemporaryFolder { folder in
            let options = SessionOptions(optimization: .disabled, profilePrefix: folder + "/run")
            let profiled = try session(model, options)
            let zeros = [UInt8](repeating: 0, count: 2 * type.byteWidth)
            _ = try profiled.run([TensorValue(elementType: type, shape: TensorShape([2]), bytes: zeros)])
            let profile = try LayerProfile(contentsOf: profiled.endProfiling())
            #expect(profile.nodes.map { $0.outputs.map(\.elementType) } == [[type]])
        }
    }

    @Test(arguments: [
        "", "[", "{}", #"[{"cat":"Node"}]"#,
        #"[{"cat":"Session","name":"model_run","dur":9223372036854775807}]"#,
        #"[{"cat":"Session","name":"model_run","dur":-1}]"#,
        #"[{"cat":"Node","name":"a_kernel_time","dur":1,"args":{"node_index":"0","output_type_shape":[{"string":[1]}]}}]"#,
        #"[{"cat":"Node","name":"a_kernel_time","dur":1,"args":{"node_index":"0","output_type_shape":[{"float":[-1]}]}}]"#,
    ])
    func refusesWhatIsNoProfile(text: String) throws {
        let error = try #require(failure { try LayerProfile(json: Array(text.utf8)) })
        #expect(error.description.hasPrefix("profile of the runtime: ") && !error.description.contains("\n"))
    }

    @Test func survivesMutatedProfiles() {
        let recorded = Array(Self.recorded.utf8)
        var refused = 0
        for seed in 0..<10_000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let bytes = mutated(recorded, &generator)
            if failure({ try LayerProfile(json: bytes) }) != nil { refused += 1 }
        }
        #expect(refused > 1_000)
    }
}
