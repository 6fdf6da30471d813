internal import Model

/// The planes of an input that an image fills.
struct PixelPlanes {
    /// The widest and the highest image that is read.
    static let largestExtent = 16384

    let shape: TensorShape
    /// 3 (red, green, blue) or 1 (grey).
    let channels: Int
    let height: Int
    let width: Int

    /// - Throws: `unusableInput` unless the shape is 1xCxHxW or CxHxW with C one or three.
    init(_ input: Tensor) throws(FrameError) {
        let extents = input.shape.extents
        let isImage = extents.count == 3 || (extents.count == 4 && extents[0] == 1)
        guard isImage, [1, 3].contains(extents[extents.count - 3]),
            extents.suffix(2).allSatisfy({ (1...Self.largestExtent).contains($0) })
        else { throw .unusableInput(name: input.name, problem: "has shape \(input.shape)") }
        shape = input.shape
        channels = extents[extents.count - 3]
        height = extents[extents.count - 2]
        width = extents[extents.count - 1]
    }

    var sampleCount: Int { width * height * channels }

    /// An image is decoded only when it has the size wanted, so that a few bytes cannot claim much memory.
    /// - Returns: what is wrong with an image of another size; `nil` where nothing is.
    func mismatch(width: Int, height: Int, file: String) -> FrameError? {
        width == self.width && height == self.height
            ? nil : .wrongSize(file: file, size: "\(width)x\(height)", wanted: "\(self.width)x\(self.height)")
    }

    /// - Parameter samples: row by row, the channels of a pixel side by side.
    func value(_ samples: [UInt8]) -> TensorValue {
        precondition(samples.count == sampleCount)
        let plane = width * height
        let floats = [Float](unsafeUninitializedCapacity: sampleCount) { floats, count in
            count = sampleCount
            samples.withUnsafeBufferPointer { samples in
                for channel in 0..<channels {
                    for pixel in 0..<plane {
                        floats[channel &* plane &+ pixel] = Float(samples[pixel &* channels &+ channel]) / 255
                    }
                }
            }
        }
        return TensorValue(floats: floats, shape: shape)
    }
}
