/// A protobuf message under construction (Protocol Buffers, "Encoding"). Knows only the wire, so that tests of readers do
/// not lean on the reader's own library.
public struct WireMessage: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    public mutating func add(_ field: Int, _ value: Int) {
        append(UInt64(field << 3))
        append(UInt64(bitPattern: Int64(value)))
    }

    public mutating func add(_ field: Int, _ value: Float) {
        append(UInt64(field << 3 | 5))
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    public mutating func add(_ field: Int, _ value: [UInt8]) {
        append(UInt64(field << 3 | 2))
        append(UInt64(value.count))
        bytes += value
    }

    public mutating func add(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }
    public mutating func add(_ field: Int, _ value: WireMessage) { add(field, value.bytes) }

    private mutating func append(_ varint: UInt64) {
        var rest = varint
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
