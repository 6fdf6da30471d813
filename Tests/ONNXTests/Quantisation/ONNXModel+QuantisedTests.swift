import Foundation
import Model
import ONNX
import SwiftProtobuf
import TestSupport
import Testing

@Suite struct ONNXModelQuantisedTests {
    private func decoded(_ model: ONNXModel) throws -> Onnx_ModelProto {
        try Onnx_ModelProto(serializedBytes: model.serialized())
    }

    private func raw(_ tensor: Onnx_TensorProto) -> [Float] {
        Array(tensor.rawData).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }

    @Test(arguments: [ONNXFixture.residual, .branching], [2, 4, 8])
    func weightsBecomeIntegersAndNothingElseDoes(fixture: ONNXFixture, bits: Int) throws {
        let source = try ONNXModel(bytes: fixture.bytes, name: "m")
        let model = try source.quantised(to: HeadPrecision(weights: try #require(Precision(bits: bits))))
        let (before, after) = (try Onnx_ModelProto(serializedBytes: fixture.bytes), try decoded(model))
        let weights = Dictionary(uniqueKeysWithValues: before.graph.initializer.map { ($0.name, $0) })
        let stored = Dictionary(uniqueKeysWithValues: after.graph.initializer.map { ($0.name, $0) })
        let unpacking = after.graph.node.filter { $0.opType == "DequantizeLinear" }
        let quantised = Set(unpacking.map { $0.output[0] })
        let expected = Set(
            before.graph.node.filter { ["Conv", "Gemm", "MatMul"].contains($0.opType) }.map { $0.input[1] })
        #expect(quantised == expected)
        for node in unpacking {
            let weight = try #require(weights[node.output[0]])
            let codes = try #require(stored[node.input[0]])
            #expect(codes.dims == weight.dims && codes.dataType == [2: 26, 4: 22, 8: 3][bits])
            #expect(codes.rawData.count == (weight.rawData.count / 4 * bits + 7) / 8)
            let axis = Int(try #require(node.attribute.first { $0.name == "axis" }).i)
            #expect(stored[node.input[1]]?.dims == [weight.dims[axis]])
            #expect(stored[node.output[0]] == nil, "the floats are gone")
        }
        for (name, weight) in weights where !quantised.contains(name) { #expect(stored[name] == weight, "\(name)") }
        // What comes out is a model that can be read, and raised as far as its types ask for.
        let read = try ONNXModel(bytes: model.serialized(), name: "m")
        #expect(read.operatorSet == [2: 25, 4: 21, 8: 17][bits])
        #expect(
            try read.layerGraph(tensors: fixture.tensors).layers.count
                == source.layerGraph(tensors: fixture.tensors).layers.count)
    }

    @Test func eightBitWeightsAreNearTheFloats() throws {
        let source = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let before = try Onnx_ModelProto(serializedBytes: ONNXFixture.residual.bytes)
        let after = try decoded(source.quantised(to: HeadPrecision(weights: .eightBits)))
        let stored = Dictionary(uniqueKeysWithValues: after.graph.initializer.map { ($0.name, $0) })
        for node in after.graph.node where node.opType == "DequantizeLinear" {
            let floats = raw(try #require(before.graph.initializer.first { $0.name == node.output[0] }))
            let codes = Array(try #require(stored[node.input[0]]).rawData).map { Int8(bitPattern: $0) }
            let scales = raw(try #require(stored[node.input[1]]))
            let inner = floats.count / scales.count
            for (place, (float, code)) in zip(floats, codes).enumerated() {
                let scale = scales[place / inner]
                #expect(abs(float - Float(code) * scale) < 2 * scale, "\(node.output[0]) \(place)")
            }
        }
    }

    @Test func singleLayersMayHaveBitsOfTheirOwn() throws {
        let source = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let bits: [String: Precision] = ["block1": .fourBits, "classifier": .unquantised]
        let after = try decoded(source.quantised(to: HeadPrecision(weights: .eightBits, layers: bits)))
        let stored = Dictionary(uniqueKeysWithValues: after.graph.initializer.map { ($0.name, $0.dataType) })
        #expect(stored["block1.weight.codes"] == 22)
        #expect(stored["block2.weight.codes"] == 3)
        #expect(stored["classifier.weight"] == 1)
    }

    @Test func widthsInBetweenAreStoredInTheNextType() {
        let stored = (1...16).compactMap(Precision.init(bits:)).map { HeadPrecision.storedBits(of: $0).bits }
        #expect(stored == [2, 2, 4, 4, 8, 8, 8, 8] + [Int](repeating: 32, count: 8))
    }

    @Test func aWeightReadInTwoWaysStaysFloat() throws {
        var model = ONNXModelBuilder()
        model.input("x", [1, 4])
        model.output("y", [1, 4])
        model.weight("w", [4, 4], seed: 1)
        model.node("MatMul", ["x", "w"], ["a"], name: "first")
        model.node("Gemm", ["a", "w"], ["y"], name: "second", attributes: [.int("transB", 1)])
        let source = try ONNXModel(bytes: model.bytes(), name: "m")
        let after = try source.quantised(to: HeadPrecision(weights: .eightBits))
        #expect(after.proto.graph.node.map(\.opType) == ["MatMul", "Gemm"])
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity], ["w", "b"])
    func weightsThatAreNotFiniteAreNamed(element: Float, name: String) throws {
        var model = ONNXModelBuilder()
        model.input("x", [1, 4])
        model.output("y", [1, 4])
        func elements(_ weight: String, _ count: Int) -> [Float] {
            [Float](repeating: 0.5, count: count - 1) + [weight == name ? element : 1]
        }
        model.weight("w", [4, 4], floats: elements("w", 16))
        model.weight("b", [4], floats: elements("b", 4))
        model.node("Gemm", ["x", "w", "b"], ["y"], name: "product")
        let source = try ONNXModel(bytes: model.bytes(), name: "m")
        let activations = ["x": ValueRange(low: 0, high: 1), "y": ValueRange(low: -1, high: 1)]
        let error = try #require(throws: ONNXError.self) {
            try source.quantised(to: HeadPrecision(weights: .eightBits, activations: activations))
        }
        #expect(error.problem == .weightNotFinite(name))
        #expect(error.description.hasPrefix("m: weight '\(name)' has an element that is not finite"))
        // A bias stays floats where only weights become integers, and no distortion is measured of it.
        if name == "w" {
            #expect(throws: error) { try source.quantised(to: HeadPrecision(weights: .eightBits)) }
            #expect(throws: error) { try source.weightDistortions(bits: 2...8) }
        } else {
            _ = try source.quantised(to: HeadPrecision(weights: .eightBits))
        }
    }

    /// A model of one operator that changed since the operator set of the builder.
    private func model(_ kind: String, operatorSet: Int = 17, _ attributes: [ONNXModelBuilder.Attribute] = [])
        -> ONNXModelBuilder
    {
        var model = ONNXModelBuilder()
        model.operatorSets = [("", operatorSet)]
        model.input("x", [1, 4, 2, 2])
        model.output("y", [1, 4, 2, 2])
        model.weight("w", [4, 4, 1, 1], seed: 1)
        model.node("Conv", ["x", "w"], ["a"], name: "conv")
        model.node(kind, ["a"] + (kind == "GridSample" ? ["grid"] : []), ["y"], name: "changed", attributes: attributes)
        if kind == "GridSample" { model.weight("grid", [1, 2, 2, 2], seed: 2) }
        return model
    }

    @Test func axesOfReductionsBecomeAnInput() throws {
        let source = try ONNXModel(bytes: model("ReduceMean", [.ints("axes", [2, 3])]).bytes(), name: "m")
        let eight = try decoded(source.quantised(to: HeadPrecision(weights: .eightBits)))
        #expect(eight.graph.node.last?.attribute.map(\.name) == ["axes"], "not raised, not rewritten")
        let four = try decoded(source.quantised(to: HeadPrecision(weights: .fourBits)))
        let node = try #require(four.graph.node.last)
        #expect(node.attribute.isEmpty && node.input.count == 2)
        let axes = try #require(four.graph.initializer.first { $0.name == node.input[1] })
        #expect(Array(axes.rawData).withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) } == [2, 3])
        #expect(four.irVersion == 10)
    }

    @Test func whatWouldMeanSomethingElseIsRefused() throws {
        for (kind, operatorSet) in [("GridSample", 17), ("GroupNormalization", 18), ("Relu", 12)] {
            let builder = model(kind, operatorSet: operatorSet)
            let source = try ONNXModel(bytes: builder.bytes(), name: "m.onnx")
            let node = kind == "Relu" ? nil : "changed"
            let problem = ONNXError.Problem.cannotRaise(from: operatorSet, to: 21, node: node)
            #expect(throws: ONNXError(model: "m.onnx", problem: problem)) {
                try source.quantised(to: HeadPrecision(weights: .fourBits))
            }
            #expect(problem.description.contains("operator set 21"))
        }
    }

    @Test func weightsInOtherFilesAreQuantisedAlike() throws {
        try TestFiles.withFolder { folder in
            var random = SeededGenerator(seed: 4)
            let floats = (0..<64).map { _ in Float(random.nextUnit() * 2 - 1) }
            func bytes(_ add: (inout ONNXModelBuilder) -> Void) -> [UInt8] {
                var model = ONNXModelBuilder()
                model.input("x", [1, 8])
                model.output("y", [1, 8])
                add(&model)
                model.node("MatMul", ["x", "w"], ["y"], name: "product")
                return model.bytes()
            }
            try Data(floats.withUnsafeBytes(Array.init)).write(to: URL(filePath: "\(folder)/weights"))
            let inside = bytes { $0.weight("w", [8, 8], floats: floats) }
            let outside = bytes { $0.externalWeight("w", [8, 8], location: "weights", offset: 0, length: 256) }
            let precision = HeadPrecision(weights: .fourBits)
            let expected = try ONNXModel(bytes: inside, name: "m").quantised(to: precision).serialized()
            let found = try ONNXModel(bytes: outside, name: "m", folder: folder).quantised(to: precision).serialized()
            #expect(found == expected)
        }
    }

    @Test func oldModelsNoLongerListTheirWeightsAmongTheInputs() throws {
        for bits in [Precision.eightBits, .fourBits] {
            var model = ONNXModelBuilder()
            model.irVersion = 3
            model.input("x", [1, 4])
            model.input("w", [4, 4])
            model.output("y", [1, 4])
            model.weight("w", [4, 4], seed: 1)
            model.node("MatMul", ["x", "w"], ["y"], name: "product")
            let after = try decoded(
                ONNXModel(bytes: model.bytes(), name: "m").quantised(to: HeadPrecision(weights: bits)))
            #expect(after.graph.input.map(\.name) == ["x"] && after.irVersion >= 7)
            #expect(after.graph.node.map(\.opType) == ["DequantizeLinear", "MatMul"])
        }
    }

    @Test func equalModelsGiveEqualBytes() throws {
        let ranges = ONNXFixture.residual.shapes.map { ($0.name, ValueRange(low: -1, high: 1)) }
        let precision = HeadPrecision(weights: .eightBits, activations: Dictionary(uniqueKeysWithValues: ranges))
        let bytes = try (0..<2).map { _ in
            try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m").quantised(to: precision).serialized()
        }
        #expect(bytes[0] == bytes[1])
    }

    @Test func integerLayersPassTheirActivationsThroughEightBits() throws {
        let ranges = ONNXFixture.residual.shapes.map { ($0.name, ValueRange(low: -1, high: 1)) }
        let precision = HeadPrecision(weights: .eightBits, activations: Dictionary(uniqueKeysWithValues: ranges))
        let source = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let graph = try decoded(source.quantised(to: precision)).graph
        let rounded = Set(graph.node.filter { $0.opType == "QuantizeLinear" }.map { $0.input[0] })
        // A ReLU is part of the layer before it, and the classifier's answer stays a float.
        #expect(rounded == Set(["image"] + ["b", "c", "e", "f", "g", "h", "i", "j"].map { "\($0).computed" }))
        #expect(source.computesInIntegers(at: precision))
        #expect(!source.computesInIntegers(at: HeadPrecision(weights: .eightBits)))
        #expect(!source.computesInIntegers(at: HeadPrecision(weights: .fourBits, activations: precision.activations)))
    }

    /// Those whose distortions are measured, each with all its readers.
    @Test func quantisableWeightsNameTheirReaders() throws {
        let branching = try ONNXModel(bytes: ONNXFixture.branching.bytes, name: "m")
        let weights = branching.quantisableWeights
        #expect(weights.map(\.layers) == [["stem"], ["left", "middle/shared"], ["middle"], ["classifier"]])
        #expect(weights.map(\.elements) == [4 * 3 * 9, 16, 16 * 9, 55])
        for fixture in [ONNXFixture.residual, .branching] {
            let model = try ONNXModel(bytes: fixture.bytes, name: "m")
            let measured = try model.weightDistortions(bits: 2...8)
            #expect(model.quantisableWeights.map { $0.layers[0] } == measured.map(\.layer))
            #expect(model.quantisableWeights.map(\.elements) == measured.map(\.elements))
        }
    }

    /// A sum stands behind a weight of 2 bits where, and only where, other layers compute in integers.
    @Test func weightsOfTwoBitsAreKeptApartFromIntegerLayers() throws {
        let source = try ONNXModel(bytes: ONNXFixture.residual.bytes, name: "m")
        let ranges = Dictionary(
            uniqueKeysWithValues: ONNXFixture.residual.tensors.keys.map { ($0, ValueRange(low: -1, high: 1)) })
        func sums(_ layers: [String: Precision], _ ranges: [String: ValueRange]) throws -> [Onnx_NodeProto] {
            let precision = HeadPrecision(weights: .eightBits, layers: layers, activations: ranges)
            return try decoded(source.quantised(to: precision)).graph.node.filter { $0.opType == "Sum" }
        }
        let weight = try #require(
            Onnx_ModelProto(serializedBytes: ONNXFixture.residual.bytes).graph.node.first { $0.name == "block1" }
        )
        .input[1]
        #expect(try sums(["block1": .twoBits], ranges).map(\.output) == [[weight]])
        #expect(try sums(["block1": .fourBits], ranges).isEmpty && sums(["block1": .twoBits], [:]).isEmpty)
    }
}
