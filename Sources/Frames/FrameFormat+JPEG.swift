internal import CTurboJPEG
internal import Model

extension FrameFormat {
    func decodeJPEG(_ bytes: [UInt8], file: String, into planes: PixelPlanes) throws(FrameError) -> TensorValue {
        guard let decoder = tjInitDecompress() else {
            throw .broken(file: file, problem: "TurboJPEG could not start (\(text(of: nil)))")
        }
        defer { tjDestroy(decoder) }
        var (width, height, subsampling, colourSpace): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let length = UInt(bytes.count)
        guard tjDecompressHeader3(decoder, bytes, length, &width, &height, &subsampling, &colourSpace) == 0 else {
            throw .broken(file: file, problem: "not a JPEG image (\(text(of: decoder)))")
        }
        // A stream of tables alone is valid and has no size.
        guard width > 0, height > 0 else { throw .broken(file: file, problem: "a JPEG file without an image") }
        if let mismatch = planes.mismatch(width: Int(width), height: Int(height), file: file) { throw mismatch }
        var samples = [UInt8](repeating: 0, count: planes.sampleCount)
        let format = planes.channels == 3 ? TJPF_RGB : TJPF_GRAY
        // A warning counts as an error here: the rest of a cut image would be made up.
        guard
            tjDecompress2(
                decoder, bytes, length, &samples, width, 0, height, format.rawValue,
                TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS) == 0
        else { throw .broken(file: file, problem: "damaged JPEG image (\(text(of: decoder)))") }
        return planes.value(samples)
    }

    private func text(of decoder: tjhandle?) -> String { String(cString: tjGetErrorStr2(decoder)) }
}
