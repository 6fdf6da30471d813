import Foundation
import Model

extension SeededGenerator {
    /// `document` with one to four random changes: bytes altered, removed, repeated, or a token put in place of a piece.
    mutating func nextMutation(of document: Data) -> Data {
        let tokens = [
            "-1", "0", "1e400", "1e39", "-0.0", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
            "null",
            "true", "\"\"", "[]", "{}", "[[[[", "NaN", "4611686018427387904", "\u{0}", "\"int8\"", "33", "0.1",
        ]
        var bytes = [UInt8](document)
        for _ in 0..<Int.random(in: 1...4, using: &self) where !bytes.isEmpty {
            let start = Int.random(in: bytes.indices, using: &self)
            let end = min(bytes.count, start + Int.random(in: 1...12, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: bytes[start] = UInt8.random(in: 0...255, using: &self)
            case 1: bytes.removeSubrange(start..<end)
            case 2: bytes.insert(contentsOf: bytes[start..<end], at: start)
            case 3: bytes.removeSubrange(start...)
            default:
                let token = Array((tokens.randomElement(using: &self) ?? "").utf8)
                bytes.replaceSubrange(number(in: bytes, from: start) ?? start..<end, with: token)
            }
        }
        return Data(bytes)
    }

    /// The next number of the document: replaced as a whole it leaves valid JSON.
    private func number(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        let digits = Set("0123456789.-".utf8)
        guard let first = bytes[start...].firstIndex(where: digits.contains) else { return nil }
        return first..<(bytes[first...].firstIndex { !digits.contains($0) } ?? bytes.count)
    }
}

/// A JSON document with the value at `path` (keys and indices) replaced, or removed where `value` is `nil`.
func edited(_ document: Data, _ path: [Any], _ value: Any?) throws -> Data {
    func edit(_ node: Any, _ path: ArraySlice<Any>) -> Any? {
        guard let key = path.first else { return value }
        if var object = node as? [String: Any], let key = key as? String {
            object[key] = edit(object[key] ?? NSNull(), path.dropFirst())
            return object
        }
        if var array = node as? [Any], let index = key as? Int {
            array[index] = edit(array[index], path.dropFirst()) ?? NSNull()
            return array
        }
        return node
    }
    let root = try JSONSerialization.jsonObject(with: document)
    return try JSONSerialization.data(withJSONObject: edit(root, path[...]) ?? NSNull())
}
