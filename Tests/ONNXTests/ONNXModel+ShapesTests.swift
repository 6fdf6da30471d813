import Model
import ONNX
import TestSupport
import Testing

@Suite struct ONNXModelShapesTests {
    private func model() throws -> ONNXModel {
        var builder = ONNXModelBuilder()
        builder.input("image", ["batch", 3, "height", "height"])
        builder.input("scale", ["batch", 1, 1, 1])
        builder.output("y", ["batch", 3, "height", "height"])
        builder.node("Mul", ["image", "scale"], ["y"])
        return try ONNXModel(bytes: builder.bytes(), name: "m.onnx")
    }

    private func refusal(_ shapes: [String: TensorShape]) throws -> String {
        let model = try model()
        do throws(ONNXError) {
            _ = try model.binding(shapes: shapes)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func oneNameStandsForOneExtent() throws {
        let bound = try model().binding(shapes: ["image": TensorShape([2, 3, 8, 8])])
        #expect(bound.inputs.map(\.shape) == [TensorShape([2, 3, 8, 8]), TensorShape([2, 1, 1, 1])])
        #expect(bound.outputs.map(\.shape) == [TensorShape([2, 3, 8, 8])])
        #expect(
            try model().inputs[0].dimensions == [.dynamic("batch"), .fixed(3), .dynamic("height"), .dynamic("height")])
    }

    @Test func refusesWhatStaysUnknownOrContradicts() throws {
        #expect(
            try refusal([:])
                == "m.onnx: input 'image' has dynamic dimensions (batchx3xheightxheight); give them, as in --shape image=1x3x224x224"
        )
        #expect(
            try refusal(["picture": TensorShape([1])])
                == "m.onnx: there is no input 'picture' to shape; the model's inputs are 'image', 'scale'")
        for wrong in [[1, 4, 8, 8], [1, 3, 8], [1, 3, 8, 9]] {
            #expect(
                try refusal(["image": TensorShape(wrong)])
                    == "m.onnx: input 'image' is declared batchx3xheightxheight, and cannot be \(TensorShape(wrong))")
        }
        #expect(
            try refusal(["image": TensorShape([1 << 40, 3, 1 << 40, 1 << 40])]).hasPrefix(
                "m.onnx: tensor 'image' has impossible dimensions"))
    }

    @Test func layersNeedEveryShape() throws {
        let model = try model()
        #expect(throws: ONNXError.self) { try model.layerGraph(tensors: ["y": (.float32, TensorShape([1, 3, 8, 8]))]) }
    }
}
