package import Foundation
import Model

/// A folder of our own among the system's temporary files, removed with its last owner.
///
/// A killed process cannot clean up after itself, so its folders go when the next one is made: as long as a folder is in use
/// its owner holds a lock on a file in it, which the kernel takes back with the process.
package final class TemporaryFolder: Sendable {
    private static let prefix = "resplit-"
    private static let lockName = "in-use"

    package let url: URL
    private let lock: Int32

    /// - Throws: `TemporaryFolderError` where none can be made.
    package init() throws(TemporaryFolderError) {
        let parent = FileManager.default.temporaryDirectory
        Self.removeAbandoned(in: parent)
        let url = parent.appending(path: "\(Self.prefix)\(UUID().uuidString)")
        guard (try? FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)) != nil,
            let lock = Self.makeLock(in: url)
        else { throw TemporaryFolderError(path: parent.path) }
        self.url = url
        self.lock = lock
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
        close(lock)
    }

    package func path(_ name: String) -> String { url.appending(path: name).path }

    /// Locked before it bears its name, so that nobody finds it unlocked.
    private static func makeLock(in folder: URL) -> Int32? {
        let unnamed = folder.appending(path: "\(lockName).new").path
        let lock = open(unnamed, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { return nil }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0, rename(unnamed, folder.appending(path: lockName).path) == 0 else {
            close(lock)
            return nil
        }
        return lock
    }

    private static func removeAbandoned(in parent: URL) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
        where name.hasPrefix(prefix) {
            let folder = parent.appending(path: name)
            let lock = open(folder.appending(path: lockName).path, O_RDWR | O_CLOEXEC)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(at: folder) }
            close(lock)
        }
    }
}

/// No temporary folder can be made.
package struct TemporaryFolderError: EnvironmentError {
    package var path: String
    package var description: String {
        "\(path): no folder can be made there for temporary files; set TMPDIR to one that can"
    }
}
