import Foundation
import Model

/// A folder of our own among the system's temporary files, removed with its last owner.
final class TemporaryFolder: Sendable {
    private let url: URL

    /// - Throws: `TemporaryFolderError` where none can be made.
    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "resplit-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        } catch {
            throw TemporaryFolderError(path: url.deletingLastPathComponent().path)
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

struct TemporaryFolderError: EnvironmentError {
    var path: String
    var description: String { "\(path): no folder can be made there for temporary files; set TMPDIR to one that can" }
}
