import Foundation
import Model

/// Where a demo puts its files: a temporary folder, or one to keep.
struct DemoFolder: Sendable {
    private let url: URL
    private let isKept: Bool

    /// - Throws: `FileUnwritable`.
    init(keeping path: String?) throws {
        isKept = path != nil
        url =
            path.map { URL(filePath: $0) }
            ?? FileManager.default.temporaryDirectory.appending(path: "resplit-demo-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw FileUnwritable(path: url.path, why: "the folder can't be made")
        }
    }

    func path(_ name: String) -> String { url.appending(path: name).path }

    func remove() {
        if !isKept { try? FileManager.default.removeItem(at: url) }
    }
}
