import Foundation
import Splitting
import Testing

@Suite struct TemporaryFolderTests {
    @Test func goesWithItsOwner() throws {
        var folder: TemporaryFolder? = try TemporaryFolder()
        let path = try #require(folder?.url.path)
        #expect(FileManager.default.fileExists(atPath: path))
        folder = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// What a killed process leaves is a folder whose lock nobody holds.
    @Test func theNextRemovesAbandonedOnesAndNoOthers() throws {
        let parent = FileManager.default.temporaryDirectory
        let abandoned = parent.appending(path: "resplit-\(UUID().uuidString)")
        let foreign = parent.appending(path: "resplit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: foreign) }
        for folder in [abandoned, foreign] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        }
        try Data().write(to: abandoned.appending(path: "in-use"))
        let inUse = try TemporaryFolder()
        _ = try TemporaryFolder()
        #expect(!FileManager.default.fileExists(atPath: abandoned.path))
        #expect(FileManager.default.fileExists(atPath: foreign.path))
        #expect(FileManager.default.fileExists(atPath: inUse.url.path))
    }
}
