import Model

/// Reads JSON of one shape, an array of objects whose members are numbers, and knows its lines. Members that are
/// strings, true, false or null have no number. RFC 8259 otherwise.
struct FlatJSON {
    struct Object {
        /// Where it begins, from 1.
        var line: Int
        /// `nil` for what is no number. Of equal keys the last counts.
        var members: [String: Double?] = [:]
    }

    private let source: String
    private let bytes: [UInt8]
    private var place = 0
    private var line = 1

    init(_ text: String, source: String) {
        self.source = source
        bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { place = 3 }
    }

    mutating func objects() throws(TraceError) -> [Object] {
        var objects: [Object] = []
        try expect("[", "the file is an array of objects")
        if skip("]") { return try ended(objects) }
        repeat {
            objects.append(try object())
        } while skip(",")
        try expect("]", "an array ends with it; between objects stands a comma")
        return try ended(objects)
    }

    private mutating func ended(_ objects: [Object]) throws(TraceError) -> [Object] {
        if next() != nil { throw failure("something follows the end of the array; take it out") }
        return objects
    }

    private mutating func object() throws(TraceError) -> Object {
        _ = next()
        var object = Object(line: line)
        try expect("{", "an object begins with it")
        if skip("}") { return object }
        repeat {
            let key = try string()
            try expect(":", "it stands between a key and its value")
            object.members[key] = .some(try value())
        } while skip(",")
        try expect("}", "an object ends with it; between members stands a comma")
        return object
    }

    private mutating func value() throws(TraceError) -> Double? {
        guard let first = next() else { throw failure("ends before a value") }
        if first == UInt8(ascii: "\"") {
            _ = try string()
            return nil
        }
        let start = place
        while place < bytes.count, Self.isOfWord(bytes[place]) { place += 1 }
        let word = Substring(decoding: bytes[start..<place], as: UTF8.self)
        if ["true", "false", "null"].contains(word) { return nil }
        guard let number = TraceText.number(word) else {
            throw failure(word.isEmpty ? "has no plain number here" : "has \(quoted(word)), which is not a number")
        }
        return number
    }

    private mutating func string() throws(TraceError) -> String {
        try expect("\"", "a key stands in quotes")
        let start = place
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
            if bytes[place] < 0x20 { throw failure("has a string that does not end on its line") }
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard place < bytes.count else { throw failure("ends within a string") }
        place += 1
        return String(decoding: bytes[start..<place - 1], as: UTF8.self)
    }

    private static func isOfWord(_ byte: UInt8) -> Bool {
        byte > 0x20 && !",]}[{:\"".utf8.contains(byte)
    }

    /// The next byte that is not a blank, which stays.
    private mutating func next() -> UInt8? {
        while place < bytes.count {
            switch bytes[place] {
            case 0x0A: line += 1
            case 0x20, 0x09, 0x0D: break
            default: return bytes[place]
            }
            place += 1
        }
        return nil
    }

    private mutating func skip(_ mark: Unicode.Scalar) -> Bool {
        guard let byte = next(), byte == UInt8(ascii: mark) else { return false }
        place += 1
        return true
    }

    private mutating func expect(_ mark: Unicode.Scalar, _ reason: String) throws(TraceError) {
        guard skip(mark) else { throw failure("lacks a '\(mark)': \(reason)") }
    }

    private func failure(_ problem: String) -> TraceError {
        TraceError(source: source, line: line, column: nil, problem: problem)
    }
}
