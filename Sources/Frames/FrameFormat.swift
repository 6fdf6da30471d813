package import Model

/// A file format of frames, told by the ending of the file's name.
package enum FrameFormat: CaseIterable, Sendable {
    case png, jpeg, npy

    package init?(fileName: String) {
        guard !fileName.hasPrefix("."), let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "png": self = .png
        case "jpg", "jpeg": self = .jpeg
        case "npy": self = .npy
        default: return nil
        }
    }

    /// - Parameter file: how to name the file in an error.
    package func decode(_ bytes: [UInt8], file: String, for input: Tensor) throws(FrameError) -> TensorValue {
        guard input.elementType == .float32 else {
            throw .unusableInput(name: input.name, problem: "is \(input.elementType.rawValue)")
        }
        switch self {
        case .png: return try decodePNG(bytes, file: file, into: PixelPlanes(input))
        case .jpeg: return try decodeJPEG(bytes, file: file, into: PixelPlanes(input))
        case .npy: return try NPYArray(bytes, file: file).value(for: input, file: file)
        }
    }
}
