import Codec
import Foundation
import Frames
import Inference
import Model
import Splitting

/// The project's own model, whole and split at one tensor, with the same frames for both.
struct Pipelines {
    struct Disagreement: Error {
        var agreeing: Int
        var frames: Int
    }

    let frames: [TensorValue]
    private let sessions: (whole: Session, head: Session, tail: Session)
    private let codec: ActivationCodec
    private let crossing: String

    /// - Throws: `Disagreement` unless nine of ten frames are answered alike; what model, runtime and frames throw.
    init(cut crossing: String, bits: Int) throws {
        let models = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "models").path
        let model = try SplitModel(contentsOf: "\(models)/resplit-digits.onnx", runtime: Runtime.load())
        let folder = try FrameFolder(path: "\(models)/samples")
        let frames = try (0..<16).map { try folder.value(at: $0, for: model.inputs[0]) }
        let cut = try Partition(at: [crossing], of: model.graph)
        let whole = Partition(prefix: model.graph.layers.count, of: model.graph)
        let head = try model.session(.head, of: cut, threads: 1)
        let activations = try frames.map { try head.run([$0], outputs: [crossing])[0] }
        let tensor = TransmittedTensor(
            name: crossing, elementType: .float32, shape: activations[0].shape,
            precision: Precision(bits: bits) ?? .unquantised, range: ValueRange.measured(activations))
        self.frames = frames
        self.crossing = crossing
        codec = try ActivationCodec(tensors: [tensor], coding: .packed)
        sessions = (
            try model.session(.head, of: whole, threads: 1), head, try model.session(.tail, of: cut, threads: 1)
        )
        let agreeing = try frames.count { try Self.topClass(self.whole($0)) == Self.topClass(split($0)) }
        guard agreeing * 10 >= frames.count * 9 else { throw Disagreement(agreeing: agreeing, frames: frames.count) }
    }

    func whole(_ frame: TensorValue) throws -> TensorValue { try sessions.whole.run([frame])[0] }

    func split(_ frame: TensorValue) throws -> TensorValue {
        let activation = try sessions.head.run([frame], outputs: [crossing])
        return try sessions.tail.run(codec.decode(codec.encode(activation)))[0]
    }

    private static func topClass(_ answer: TensorValue) -> Int? {
        let scores = answer.floats
        return scores.indices.max { scores[$0] < scores[$1] }
    }
}
