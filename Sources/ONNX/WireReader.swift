/// Walks the fields of one protobuf message in place (Protocol Buffers, "Encoding"). Copies nothing, never recurses.
struct WireReader {
    enum Failure: Error {
        /// A field runs past the end of its message.
        case pastEnd
        /// No field can look like this.
        case malformed
    }

    enum Kind: UInt64 { case varint = 0, fixed64 = 1, delimited = 2, fixed32 = 5 }

    struct Field {
        var number: UInt64
        var kind: Kind
        /// Tag and contents.
        var extent: Range<Int>
        /// Contents alone, without tag and length.
        var contents: Range<Int>
    }

    let bytes: UnsafeRawBufferPointer
    private(set) var position: Int
    private let end: Int

    /// - Parameter range: lies within `bytes`.
    init(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or `nil` at the end of the message.
    mutating func next() throws(Failure) -> Field? {
        guard position < end else { return nil }
        let start = position
        let tag = try varint()
        guard tag >> 3 > 0, tag >> 3 < 1 << 29, let kind = Kind(rawValue: tag & 7) else { throw .malformed }
        let length: UInt64
        var contentsStart = position
        switch kind {
        case .varint:
            _ = try varint()
            length = UInt64(position - contentsStart)
            position = contentsStart
        case .fixed64: length = 8
        case .fixed32: length = 4
        case .delimited:
            length = try varint()
            contentsStart = position
        }
        guard length <= UInt64(end - contentsStart) else { throw .pastEnd }
        position = contentsStart + Int(length)
        return Field(
            number: tag >> 3, kind: kind, extent: start..<position, contents: contentsStart..<position)
    }

    /// Elements of a packed field of varints.
    func varintCount(in range: Range<Int>) -> Int {
        bytes[range].reduce(0) { $1 < 0x80 ? $0 + 1 : $0 }
    }

    mutating func varint() throws(Failure) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard position < end else { throw .pastEnd }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        throw .malformed
    }
}

extension [UInt8] {
    /// Appends `value` as a protobuf varint.
    mutating func append(varint value: Int) {
        var rest = UInt64(bitPattern: Int64(value))
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// Appends the tag and length of a delimited field.
    mutating func appendHeader(field: Int, length: Int) {
        append(varint: field << 3 | 2)
        append(varint: length)
    }
}
