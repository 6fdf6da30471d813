import Foundation
import Model

/// Writes to standard output: one JSON document for programs, or text for people.
enum Emit {
    static func json(_ value: some Encodable) throws {
        FileHandle.standardOutput.write(try StableJSON.encode(value))
    }

    /// A line of text, at once, also into a pipe.
    static func line(_ text: String = "") {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    /// A remark beside the result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
