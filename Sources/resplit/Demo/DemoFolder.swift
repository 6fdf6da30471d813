import Foundation
import Model
import Splitting

/// Where a demo puts its files: a temporary folder, or one to keep.
struct DemoFolder: Sendable {
    private let url: URL
    /// Removes the folder with its last owner; `nil` where it is kept.
    private let temporary: TemporaryFolder?

    /// - Throws: `FileUnwritable`, `TemporaryFolderError`.
    init(keeping path: String?) throws {
        guard let path else {
            let temporary = try TemporaryFolder()
            (url, self.temporary) = (temporary.url, temporary)
            return
        }
        (url, temporary) = (URL(filePath: path), nil)
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileUnwritable(path: url.path, why: "the folder can't be made")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path }
}
