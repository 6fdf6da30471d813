import ArgumentParser
import Foundation
import Model

/// Writes to standard output: one JSON document for programs, or text for people.
enum Emit {
    static func json(_ value: some Encodable) throws {
        write(try StableJSON.encode(value))
    }

    /// A line of text, at once, also into a pipe.
    static func line(_ text: String = "") {
        write(Data((text + "\n").utf8))
    }

    /// Text that ends its own lines.
    static func text(_ text: String) { write(Data(text.utf8)) }

    /// Where nobody reads any more (`resplit … | head`) the rest is not wanted: the run ends quietly, as interrupted.
    private static func write(_ data: Data) {
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            exit(Ending.interrupted.rawValue)
        }
    }

    /// A remark beside the result.
    static func note(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
