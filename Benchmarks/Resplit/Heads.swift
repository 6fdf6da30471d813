import Foundation
import Frames
import Inference
import Model
import Splitting

/// The whole of the project's model as a head: with weights and activations of 8 bits, and in floats, on one thread.
struct Heads {
    struct Disagreement: Error {
        var agreeing: Int
        var frames: Int
    }

    let frames: [TensorValue]
    private let integers: Session
    private let floats: Session

    /// - Throws: `Disagreement` unless nine of ten frames are answered alike; what model, runtime and frames throw.
    init() throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "models").path
        let model = try SplitModel(contentsOf: "\(models)/resplit-digits.onnx", runtime: Runtime.load())
        let path = "\(models)/resplit-digits.calibration.json"
        let calibration = try Calibration.decode(from: Data(contentsOf: URL(filePath: path)), source: path)
        let whole = Partition(prefix: model.graph.layers.count, of: model.graph)
        let folder = try FrameFolder(path: "\(models)/samples")
        frames = try (0..<16).map { try folder.value(at: $0, for: model.inputs[0]) }
        integers = try model.session(
            .head, of: whole,
            precision: calibration.headPrecision(weights: .eightBits, integerActivations: true), threads: 1)
        floats = try model.session(.head, of: whole, threads: 1)
        let agreeing = try frames.count { try inIntegers($0).topClass == inFloats($0).topClass }
        guard agreeing * 10 >= frames.count * 9 else { throw Disagreement(agreeing: agreeing, frames: frames.count) }
    }

    func inIntegers(_ frame: TensorValue) throws -> TensorValue { try integers.run([frame])[0] }
    func inFloats(_ frame: TensorValue) throws -> TensorValue { try floats.run([frame])[0] }
}
