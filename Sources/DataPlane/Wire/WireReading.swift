import Model

/// Reads numbers off the wire into the ranges that the rest of the program may calculate with without overflow.
enum WireReading {
    /// Eleven days in nanoseconds: no stage of a frame lasts longer, and thousands of them still add up.
    static let longestSpan: UInt64 = 1_000_000_000_000_000

    static func count(_ value: UInt64, _ field: @autoclosure () -> String) throws(WireError) -> Int {
        guard value < 1 << 53 else { throw .badField(field(), problem: "is over 2^53") }
        return Int(value)
    }

    static func span(_ value: UInt64, _ field: @autoclosure () -> String) throws(WireError) -> Nanoseconds {
        guard value <= longestSpan else { throw .badField(field(), problem: "is over 10^15 nanoseconds") }
        return Nanoseconds(Int64(value))
    }

    /// Half the range of `Int64` either way, so that differences of instants fit.
    static func instant(_ value: Int64, _ field: @autoclosure () -> String) throws(WireError) -> Instant {
        guard value > Int64.min / 4, value < Int64.max / 4 else {
            throw .badField(field(), problem: "is no time of a monotonic clock")
        }
        return Instant(nanoseconds: value)
    }

    static func name(_ value: String, _ field: @autoclosure () -> String) throws(WireError) -> String {
        guard !value.isEmpty, value.utf8.count <= 4096 else {
            throw .badField(field(), problem: "is empty or longer than 4096 bytes")
        }
        return value
    }

    static func sha256(_ value: String, _ field: @autoclosure () -> String) throws(WireError) -> String {
        guard value.utf8.count == 64, value.utf8.allSatisfy(isHexDigit) else {
            throw .badField(field(), problem: "is not 64 hexadecimal digits")
        }
        return value
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte)
    }
}
