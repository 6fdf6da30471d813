import DataPlane
import Frames
import Model

/// A folder's frames, in name order, again and again. Decoded once: a camera does not decode either.
struct FolderSource: FrameSource {
    private let frames: [SourceFrame]

    /// - Throws: `FrameError`, `SingleInputError`.
    init(_ folder: FrameFolder, inputs: [Tensor]) throws {
        guard let input = inputs.first, inputs.count == 1 else { throw SingleInputError(inputs: inputs.map(\.name)) }
        frames = try (0..<folder.count).map {
            SourceFrame(inputs: [try folder.value(at: $0, for: input)], label: folder.label(at: $0))
        }
    }

    func frame(_ number: Int) -> SourceFrame { frames[number % frames.count] }
}

/// A folder feeds one input.
struct SingleInputError: InputError {
    var inputs: [String]
    var description: String {
        "the model has the inputs \(inputs.joined(separator: ", ")); a folder of frames feeds one"
    }
}
