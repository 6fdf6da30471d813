import Foundation
import Model

/// Frame records and telemetry samples as JSON lines, written as they come.
final class RecordLog: Sendable {
    private let file: FileHandle

    /// - Throws: `FileUnwritable`.
    init(path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw FileUnwritable(path: path, why: "it can't be made there") }
        self.file = file
    }

    func append(_ record: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard var line = try? encoder.encode(record) else { return }
        line.append(UInt8(ascii: "\n"))
        try? file.write(contentsOf: line)
    }

    func close() throws { try file.close() }

    /// The frame records among the whole lines of a log that may still be written.
    static func read(_ path: String) -> [FrameRecord] {
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        let decoder = JSONDecoder()
        return data.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(FrameRecord.self, from: $0) }
    }
}
