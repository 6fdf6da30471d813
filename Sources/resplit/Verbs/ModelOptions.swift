import ArgumentParser
import Inference
import Model
import Splitting

/// The model that a verb works on.
struct ModelOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("An ONNX file.", valueName: "model.onnx"))
    var model: String

    @Option(
        name: .customLong("shape"),
        help: ArgumentHelp(
            "The shape of an input that the file leaves open; may be repeated.", valueName: "NAME=1x3x224x224"))
    var shapes: [InputShape] = []

    func open() throws -> SplitModel {
        try SplitModel(contentsOf: model, shapes: inputShapes, runtime: Runtime.load())
    }

    var inputShapes: [String: TensorShape] {
        Dictionary(shapes.map { ($0.name, $0.shape) }) { _, last in last }
    }
}
