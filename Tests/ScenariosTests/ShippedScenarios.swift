import Foundation
import Scenarios

/// The repository's own scenarios, by their folders, in the order of their names.
let shippedFolders: [URL] = {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "scenarios")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().map { folder.appending(path: $0) }
        .filter { FileManager.default.fileExists(atPath: $0.appending(path: Scenario.fileName).path) }
}()

/// A folder's files in memory, by name.
func files(in folder: URL) throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) })
}
