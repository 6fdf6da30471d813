internal import CZlib

/// zlib streams (RFC 1950): deflate with a header and an Adler-32 checksum. Only runs are matched (`Z_RLE`, made for predicted
/// images): quantised activations and predicted pictures hold noise that seldom repeats at a distance, so a search for longer
/// matches makes them no smaller and takes five to ten times as long.
enum Deflate {
    /// - Precondition: `bytes` has under 2^32 elements.
    static func compress(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let level: Int32 = 6
        let (windowBits, memoryLevel) = (MAX_WBITS, Int32(8))
        let opened = deflateInit2_(
            &stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_RLE, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)
        )
        precondition(opened == Z_OK, "zlib's own header and library fail to open a stream only for want of memory")
        defer { deflateEnd(&stream) }
        var input = bytes
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = uInt(input.count)
            let bound = Int(deflateBound(&stream, uLong(input.count)))
            return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
                stream.next_out = target.baseAddress
                stream.avail_out = uInt(bound)
                let status = deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "a stream ends within its bound")
                count = bound - Int(stream.avail_out)
            }
        }
    }

    /// Takes a stream of exactly `size` bytes, all of `stream` and no more, and never holds more than `size` bytes of it.
    /// - Throws: `StreamDamage`.
    static func decompress(_ stream: [UInt8], size: Int) throws(StreamDamage) -> [UInt8] {
        // Deflate makes at most 1032 bytes of one: a short stream need not cost the memory of a large tensor.
        guard size / 1032 <= stream.count else { throw StreamDamage() }
        var isWhole = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            var length = uLongf(size)
            var consumed = uLong(stream.count)
            let status = uncompress2(target.baseAddress, &length, stream, &consumed)
            isWhole = status == Z_OK && length == size && consumed == stream.count
            count = isWhole ? size : 0
        }
        guard isWhole else { throw StreamDamage() }
        return bytes
    }

    /// Not a zlib stream, or one of another size, or one with bytes behind its end.
    struct StreamDamage: Error {}
}
