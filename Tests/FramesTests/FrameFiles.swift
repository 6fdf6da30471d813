import CPNG
import CTurboJPEG
import FoundationEssentials
import Frames
import Model
import Testing

/// An image of `channels` interleaved samples in a pixel.
struct TestImage {
    var width: Int
    var height: Int
    var channels: Int
    var samples: [UInt8]

    init(width: Int, height: Int, channels: Int, sample: (_ x: Int, _ y: Int, _ channel: Int) -> Int) {
        self.width = width
        self.height = height
        self.channels = channels
        samples = (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<channels).map { UInt8(truncatingIfNeeded: sample(x, y, $0)) } }
        }
    }

    func png() throws -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        let formats = [1: png_uint_32(PNG_FORMAT_GRAY), 3: PNG_FORMAT_RGB, 4: PNG_FORMAT_RGB | PNG_FORMAT_FLAG_ALPHA]
        image.format = try #require(formats[channels])
        var size: png_alloc_size_t = 1 << 20
        var bytes = [UInt8](repeating: 0, count: Int(size))
        try #require(png_image_write_to_memory(&image, &bytes, &size, 0, samples, 0, nil) != 0)
        return Array(bytes.prefix(Int(size)))
    }

    func jpeg() throws -> [UInt8] {
        let compressor = try #require(tjInitCompress())
        defer { tjDestroy(compressor) }
        var output: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        defer { tjFree(output) }
        let format = channels == 3 ? TJPF_RGB : TJPF_GRAY
        let sampling = channels == 3 ? TJSAMP_444 : TJSAMP_GRAY
        try #require(
            tjCompress2(
                compressor, samples, Int32(width), 0, Int32(height), format.rawValue, &output, &size,
                Int32(bitPattern: sampling.rawValue), 100, TJFLAG_ACCURATEDCT) == 0)
        return Array(UnsafeBufferPointer(start: output, count: Int(size)))
    }

    /// The planes that a model is to see.
    var planes: [Float] {
        (0..<channels).flatMap { channel in
            stride(from: channel, to: samples.count, by: channels).map { Float(samples[$0]) / 255 }
        }
    }
}

/// An NPY file of one version; the dictionary is padded as NumPy does.
func npy(version: UInt8 = 1, dictionary: String, content: [UInt8]) -> [UInt8] {
    let start = version == 1 ? 10 : 12
    let padding = 63 - (start + dictionary.utf8.count) % 64
    let header = Array(dictionary.utf8) + Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
    let length = (0..<(start - 8)).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + length + header + content
}

func input(_ extents: [Int], _ elementType: ElementType = .float32) -> Tensor {
    Tensor(name: "input", elementType: elementType, shape: TensorShape(extents))
}

/// Calls `body` with a new folder of these files, and removes it.
func withFolder(_ files: [String: [UInt8]], _ body: (_ path: String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "frames-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
    try body(folder.path)
}
