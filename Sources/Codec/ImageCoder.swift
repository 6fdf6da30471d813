internal import CTurboJPEG
internal import Model

/// The codec of a tensor that is a picture: 1xCxHxW or CxHxW with C one or three, its values quantised to 8 bits over its range,
/// then coded as a baseline JPEG of quality 90 with halved colour (4:2:0), as cameras do. Lossy, beyond the quantisation.
struct ImageCoder: ValueCoder {
    static let quality: Int32 = 90

    private let tensor: TransmittedTensor
    private let channels: Int
    private let height: Int
    private let width: Int
    private let quantiser: AffineQuantiser

    /// - Throws: `notAnImage` unless the tensor is a quantised picture of 8 bits; `noRange`, `unusableRange`.
    init(_ tensor: TransmittedTensor) throws(CodecError) {
        let extents = tensor.shape.extents
        let isPicture = extents.count == 3 || (extents.count == 4 && extents[0] == 1)
        guard isPicture, [1, 3].contains(extents[extents.count - 3]), tensor.elementType == .float32,
            tensor.precision == .eightBits,
            extents.suffix(2).allSatisfy({ (1...Self.largestExtent).contains($0) })
        else { throw .notAnImage(tensor: tensor.name, shape: tensor.shape) }
        guard let range = tensor.range else { throw .noRange(tensor: tensor.name) }
        guard let quantiser = AffineQuantiser(range: range, bits: 8) else {
            throw .unusableRange(tensor: tensor.name, range: range)
        }
        self.tensor = tensor
        self.quantiser = quantiser
        channels = extents[extents.count - 3]
        height = extents[extents.count - 2]
        width = extents[extents.count - 1]
    }

    /// The widest and the highest picture, so that a few bytes cannot claim much memory.
    private static let largestExtent = 16384

    private var format: Int32 { (channels == 3 ? TJPF_RGB : TJPF_GRAY).rawValue }
    private var subsampling: Int32 { Int32((channels == 3 ? TJSAMP_420 : TJSAMP_GRAY).rawValue) }
    private var count: Int { channels * height * width }

    func encode(_ value: TensorValue) -> [UInt8] {
        let samples = interleaved(value)
        let capacity = Int(tjBufSize(Int32(width), Int32(height), subsampling))
        let coder = tjInitCompress()
        precondition(coder != nil, "TurboJPEG starts unless memory is out")
        defer { tjDestroy(coder) }
        return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, size in
            var target = bytes.baseAddress
            var length = UInt(capacity)
            let failed = tjCompress2(
                coder, samples, Int32(width), 0, Int32(height), format, &target, &length, subsampling, Self.quality,
                TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT)
            precondition(failed == 0, "a buffer of the size that TurboJPEG asks for is enough")
            size = Int(length)
        }
    }

    func decode(_ payload: [UInt8]) throws(CodecError) -> TensorValue {
        func corrupt(_ problem: String) -> CodecError { .corruptPayload(tensor: tensor.name, problem: problem) }
        guard let decoder = tjInitDecompress() else { throw corrupt("TurboJPEG could not start") }
        defer { tjDestroy(decoder) }
        var (width, height, subsampling, colourSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let length = UInt(payload.count)
        guard tjDecompressHeader3(decoder, payload, length, &width, &height, &subsampling, &colourSpace) == 0 else {
            throw corrupt("not a JPEG image")
        }
        guard (Int(width), Int(height)) == (self.width, self.height) else {
            throw corrupt("a JPEG image of \(width)x\(height), not \(self.width)x\(self.height)")
        }
        var samples = [UInt8](repeating: 0, count: count)
        guard
            tjDecompress2(
                decoder, payload, length, &samples, width, 0, height, format, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
                == 0
        else { throw corrupt("a damaged JPEG image") }
        return planes(samples)
    }

    func roundTrip(_ value: TensorValue) -> TensorValue {
        do {
            return try decode(encode(value))
        } catch {
            preconditionFailure("what was encoded here decodes here: \(error)")
        }
    }

    /// Row by row, the channels of a pixel side by side.
    private func interleaved(_ value: TensorValue) -> [UInt8] {
        let codes = [UInt8](unsafeUninitializedCapacity: count) { codes, initialised in
            value.withFloats { quantiser.quantise($0, into: codes) }
            initialised = count
        }
        guard channels > 1 else { return codes }
        return [UInt8](unsafeUninitializedCapacity: count) { samples, initialised in
            let plane = width * height
            for channel in 0..<channels {
                for pixel in 0..<plane { samples[pixel &* channels &+ channel] = codes[channel &* plane &+ pixel] }
            }
            initialised = count
        }
    }

    private func planes(_ samples: [UInt8]) -> TensorValue {
        let plane = width * height
        let codes =
            channels == 1
            ? samples : (0..<channels).flatMap { channel in (0..<plane).map { samples[$0 * channels + channel] } }
        let floats = [Float](unsafeUninitializedCapacity: count) { floats, initialised in
            codes.withUnsafeBufferPointer { quantiser.dequantise($0, into: floats) }
            initialised = count
        }
        return TensorValue(floats: floats, shape: tensor.shape)
    }
}
