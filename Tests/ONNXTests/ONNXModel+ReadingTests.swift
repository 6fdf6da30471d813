import Model
import ONNX
import SwiftProtobuf
import TestSupport
import Testing

/// A model of one `Relu`, but for what a test adds.
private func modelWith(_ change: (inout ONNXModelBuilder) -> Void) -> [UInt8] {
    var builder = ONNXModelBuilder()
    builder.input("x", [2])
    builder.output("y", [2])
    builder.node("Relu", ["x"], ["y"], name: "relu")
    change(&builder)
    return builder.bytes()
}

/// The line with which a model is refused; empty where it is not.
private func refusal(of bytes: [UInt8]) -> String {
    do throws(ONNXError) {
        _ = try ONNXModel(bytes: bytes, name: "m.onnx")
        return ""
    } catch {
        return error.description
    }
}

@Suite struct ONNXModelReadingTests {
    @Test(arguments: [ONNXFixture.residual, .branching])
    func whatIsReadIsWrittenBack(fixture: ONNXFixture) throws {
        let model = try ONNXModel(bytes: fixture.bytes, name: "m")
        let written = try model.serialized()
        #expect(try Onnx_ModelProto(serializedBytes: written) == Onnx_ModelProto(serializedBytes: fixture.bytes))
        #expect(try ONNXModel(bytes: written, name: "m").serialized() == written)
    }

    /// Fields that the schema does not know, at three depths, and elements that are not raw.
    @Test func unknownFieldsAndTypedElementsSurvive() throws {
        let bytes = modelWith { builder in
            builder.trailer.add(3000, "kept in the model")
            builder.graph.add(3001, "kept in the graph")
            var tensor = WireMessage()
            for extent in [1, 3] { tensor.add(1, extent) }
            tensor.add(4, Float(1))
            tensor.add(3002, "kept in the tensor")
            tensor.add(4, Float(2))
            tensor.add(2, 1)
            tensor.add(4, [0, 0, 128, 63])
            tensor.add(8, "w")
            builder.graph.add(5, tensor)
        }
        let written = try ONNXModel(bytes: bytes, name: "m").serialized()
        let proto = try Onnx_ModelProto(serializedBytes: written)
        #expect(proto == (try Onnx_ModelProto(serializedBytes: bytes)))
        #expect(proto.graph.initializer[0].floatData == [1, 2, 1])
        let text = String(decoding: written, as: UTF8.self)
        for depth in ["model", "graph", "tensor"] { #expect(text.contains("kept in the \(depth)")) }
    }

    @Test func everyActivationIsExposedOnce() throws {
        let model = try ONNXModel(bytes: ONNXFixture.branching.bytes, name: "m")
        let exposed = try ONNXModel(bytes: model.exposingActivations().serialized(), name: "m")
        #expect(exposed.outputs.map(\.name) == ["logits", "map", "a", "b", "c", "d", "e", "f", "g", "h", "i"])
        #expect(exposed.activationNames == model.activationNames)
    }

    @Test func refusesWhatIsNoModel() {
        #expect(refusal(of: []) == "m.onnx: is not an ONNX model: it is empty")
        #expect(
            refusal(of: Array("<html>Not found</html>".utf8))
                == "m.onnx: is not an ONNX model: it is not in the protobuf form")
        #expect(
            refusal(of: [0x08, 0x08])
                == "m.onnx: is not an ONNX model: it holds no version of the format, or no graph")
        #expect(
            refusal(of: Array(ONNXFixture.residual.bytes.dropLast(100)))
                == "m.onnx: is cut short: the file ends before the model does; copy or export it again")
        #expect(
            refusal(of: modelWith { $0.operatorSets = [] })
                == "m.onnx: names no version of the ONNX operators: it is no ONNX model, or cut short")
        #expect(
            refusal(of: modelWith { $0.graph.add(1, [0xFF, 0xFF]) })
                == "m.onnx: is damaged: a part of it is not in the protobuf form; copy or export it again")
    }

    @Test func refusesUnsupportedFeatures() {
        #expect(
            refusal(of: modelWith { $0.operatorSets = [("", 6)] })
                == "m.onnx: uses operator set 6; supported are 7 to 26: export it with one of those")
        #expect(
            refusal(of: modelWith { $0.node("Frobnicate", ["x"], ["z"], name: "odd") })
                == "m.onnx: node 'odd' uses the operator 'Frobnicate', which is not a standard ONNX operator")
        #expect(
            refusal(of: modelWith { $0.node("FusedConv", ["x"], ["z"], domain: "com.microsoft") })
                == "m.onnx: node 'FusedConv_1' uses the operator 'com.microsoft.FusedConv', which is not a standard ONNX operator"
        )
        for kind in ["If", "Loop", "Scan"] {
            #expect(
                refusal(of: modelWith { $0.node(kind, ["x"], ["z"], name: "n", attributes: [.graph("body")]) })
                    == "m.onnx: node 'n' ('\(kind)') holds a control-flow sub-graph, which cannot be cut; export without control flow"
            )
        }
        #expect(
            refusal(of: modelWith { $0.node("Relu", ["x"], ["z"], name: "n", attributes: [.graph("body")]) })
                == "m.onnx: node 'n' ('Relu') holds a control-flow sub-graph, which cannot be cut; export without control flow"
        )
        #expect(
            refusal(of: modelWith { $0.node("SequenceAt", ["x"], ["z"], name: "n") })
                == "m.onnx: what node 'n' ('SequenceAt') handles is not a tensor; sequences, maps and optional values are not supported"
        )
        #expect(
            refusal(
                of: modelWith { builder in
                    var function = WireMessage()
                    function.add(1, "block")
                    builder.trailer.add(25, function)
                })
                == "m.onnx: defines a function of its own, 'block'; inline functions before the export")
        #expect(
            refusal(of: modelWith { $0.graph.add(15, WireMessage()) })
                == "m.onnx: weight 'sparse initializer 0' is sparse; store it dense")
        #expect(
            refusal(of: modelWith { $0.input("words", [2], type: 8) })
                == "m.onnx: tensor 'words' has element type string, which is not supported here")
        #expect(
            refusal(
                of: modelWith { builder in
                    var type = WireMessage()
                    type.add(4, WireMessage())
                    var info = WireMessage()
                    info.add(1, "list")
                    info.add(2, type)
                    builder.graph.add(11, info)
                })
                == "m.onnx: input 'list' is not a tensor; sequences, maps and optional values are not supported")
    }

    @Test func refusesInconsistentGraphs() {
        #expect(
            refusal(of: modelWith { $0.node("Relu", ["missing"], ["z"], name: "n") })
                == "m.onnx: node 'n' reads 'missing', which nothing in the model writes")
        #expect(
            refusal(
                of: modelWith { builder in
                    builder.node("Add", ["x", "b"], ["a"], name: "first")
                    builder.node("Relu", ["a"], ["b"], name: "second")
                }) == "m.onnx: node 'second' depends on its own output: the graph has a cycle")
        #expect(
            refusal(of: modelWith { $0.node("Relu", ["x"], ["y"], name: "n") })
                == "m.onnx: the name 'y' stands for two things; names in a model are unique")
        #expect(
            refusal(of: modelWith { $0.node("Relu", ["x"], ["z"], name: "relu") })
                == "m.onnx: the name 'relu' stands for two things; names in a model are unique")
        #expect(
            refusal(of: modelWith { $0.weight("y", [1], floats: [1]) })
                == "m.onnx: the name 'y' stands for two things; names in a model are unique")
        #expect(refusal(of: modelWith { $0.input("", [1]) }) == "m.onnx: input 1 has no name")
        #expect(
            refusal(of: modelWith { $0.output("x", [2]) })
                == "m.onnx: output 'x' is not computed from the inputs by any layer")
        #expect(
            refusal(
                of: modelWith { builder in
                    builder.node("Constant", [], ["c"], attributes: [.tensor("value", [1], [1])])
                    builder.output("c", [1])
                }) == "m.onnx: output 'c' is not computed from the inputs by any layer")
        var silent = ONNXModelBuilder()
        silent.input("x", [1])
        #expect(refusal(of: silent.bytes()) == "m.onnx: the model has no outputs")
    }

    @Test func refusesInconsistentWeights() {
        #expect(
            refusal(of: modelWith { $0.weight("w", [2, 3], floats: [1, 2, 3]) })
                == "m.onnx: weight 'w' has 12 bytes where its dimensions ask for 24")
        #expect(
            refusal(of: modelWith { $0.weight("w", [2, -3], floats: []) })
                == "m.onnx: tensor 'w' has impossible dimensions 2x-3")
        #expect(
            refusal(of: modelWith { $0.weight("w", [1 << 40, 1 << 40], floats: []) })
                == "m.onnx: tensor 'w' has impossible dimensions 1099511627776x1099511627776")
        #expect(
            refusal(of: modelWith { $0.weight("w", [1], type: 99, raw: []) })
                == "m.onnx: tensor 'w' has element type number 99, which is not supported here")
        #expect(
            refusal(
                of: modelWith { builder in
                    var tensor = WireMessage()
                    tensor.add(1, 2)
                    tensor.add(2, 7)
                    tensor.add(7, [0x80, 0x01, 0x02, 0x03])
                    tensor.add(8, "w")
                    builder.graph.add(5, tensor)
                }) == "m.onnx: weight 'w' has 3 elements where its dimensions ask for 2")
        #expect(
            refusal(
                of: modelWith {
                    $0.node("Constant", [], ["c"], name: "n", attributes: [.tensor("value", [3], [1])])
                }) == "m.onnx: weight 'n' has 4 bytes where its dimensions ask for 12")
    }

    /// Two four-bit elements share a byte.
    @Test func fourBitWeightsAreRead() throws {
        let bytes = modelWith { $0.weight("w", [5], type: 22, raw: [1, 2, 3]) }
        #expect(try ONNXModel(bytes: bytes, name: "m").weightBytes == 3)
    }

    @Test func aHostileNameStaysOnOneLine() {
        let line = refusal(of: modelWith { $0.node("A\nB" + String(repeating: "x", count: 5000), ["x"], ["z"]) })
        #expect(line.count == 500 && !line.contains("\n"))
    }
}
