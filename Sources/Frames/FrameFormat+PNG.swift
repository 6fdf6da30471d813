internal import CPNG
internal import Model

extension FrameFormat {
    /// Through libpng's simplified interface, which reports errors by its return value and never jumps over its caller.
    func decodePNG(_ bytes: [UInt8], file: String, into planes: PixelPlanes) throws(FrameError) -> TensorValue {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        // libpng keeps the pointer until the image is finished: one scope for both steps.
        let outcome: Result<[UInt8], FrameError> = bytes.withUnsafeBytes { source in
            guard png_image_begin_read_from_memory(&image, source.baseAddress, source.count) != 0 else {
                return .failure(.broken(file: file, problem: "not a whole PNG image (\(image.text))"))
            }
            if let mismatch = planes.mismatch(width: Int(image.width), height: Int(image.height), file: file) {
                return .failure(mismatch)
            }
            image.format = planes.channels == 3 ? PNG_FORMAT_RGB : png_uint_32(PNG_FORMAT_GRAY)
            image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
            var samples = [UInt8](repeating: 0, count: planes.sampleCount)
            guard png_image_finish_read(&image, nil, &samples, 0, nil) != 0 else {
                return .failure(.broken(file: file, problem: "damaged PNG image (\(image.text))"))
            }
            return .success(samples)
        }
        return planes.value(try outcome.get())
    }
}

extension png_image {
    /// libpng's message, cut short at its end.
    fileprivate var text: String {
        withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
