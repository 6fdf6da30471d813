internal import Foundation
internal import GRDB
internal import Model

/// What is at a path before, and as, it is opened: nothing of another program's is changed.
enum StorePlace {
    /// - Throws: `StoreError` where no database of ours can be there, `StoreUnavailable` where it can't be read.
    static func check(_ path: String) throws {
        try checkFolder(path)
        try checkHeader(path)
    }

    private static func checkFolder(_ path: String) throws {
        guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("file:") else {
            throw StoreError.notAFile(path: path)
        }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw StoreError.folderMissing(path: path, folder: folder)
        }
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let type = try? FileManager.default.attributesOfItem(atPath: target)[.type] as? FileAttributeType
        guard type == nil || type == .typeRegular else { throw StoreError.notAFile(path: path) }
    }

    /// A database of a single page may be our own, with its tables still in the log (SQLite file format, section 1.3). A
    /// file that begins with zeros is what a power failure leaves of a page never written.
    private static func checkHeader(_ path: String) throws {
        guard let header = try head(of: path, bytes: 100), !header.isEmpty else { return }
        if header.count == 100, header.allSatisfy({ $0 == 0 }) {
            throw StoreError.damaged(path: path, problem: "it begins with zeros")
        }
        guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else {
            throw StoreError.notADatabase(path: path)
        }
        let word = { (offset: Int) in header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        let (pages, application) = (word(28), word(68))
        guard pages <= 1 || application == UInt32(bitPattern: Schema.applicationID) else {
            throw StoreError.foreign(path: path)
        }
    }

    /// Whether there is nothing in the file: a store not begun yet.
    static func isEmpty(_ path: String) throws -> Bool { try head(of: path, bytes: 1)?.isEmpty ?? true }

    /// - Returns: the file's first bytes, fewer where it is shorter; `nil` where there is no file.
    private static func head(of path: String, bytes: Int) throws -> [UInt8]? {
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw unreadable(path)
        }
        defer { close(file) }
        var head = [UInt8](repeating: 0, count: bytes)
        let count = head.withUnsafeMutableBytes { read(file, $0.baseAddress, bytes) }
        guard count >= 0 else { throw unreadable(path) }
        return Array(head[..<count])
    }

    /// With what the last call to the system came to.
    private static func unreadable(_ path: String) -> StoreUnavailable {
        let problem = "it cannot be read: \(String(cString: strerror(errno)))"
        return StoreUnavailable(path: path, problem: problem, remedy: "check its permissions and the disk")
    }

    /// Whether SQLite can make no files beside it.
    static func isInClosedFolder(_ path: String) -> Bool {
        access(URL(fileURLWithPath: path).deletingLastPathComponent().path, W_OK) != 0
    }

    /// Whether rows may wait in the log that are not in the database.
    static func hasLog(_ path: String) throws -> Bool { try head(of: path + "-wal", bytes: 1)?.isEmpty == false }

    /// Names the file to SQLite as one that nobody changes: it takes no locks then, and needs no files beside it
    /// (sqlite.org/uri.html). Where SQLite was built without such names it finds no file, and says so.
    static func immutable(_ path: String) -> String {
        let whole = URL(fileURLWithPath: path).path
        return "file://\(whole.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? whole)?immutable=1"
    }

    /// The table of migrations alone is what a process killed at the first start leaves.
    static func checkOwner(_ db: Database, path: String) throws {
        let sql = "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'"
        let tables = try Int.fetchOne(db, sql: sql) ?? 0
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        guard tables == 0 || owner == Schema.applicationID else { throw StoreError.foreign(path: path) }
        guard try tables == 0 || !Schema.migrator.hasBeenSuperseded(db) else {
            throw StoreError.newerVersion(path: path)
        }
    }

    /// The path with the first number behind it under which there is no file, nor a log.
    static func freePath(_ path: String) -> String {
        var number = 1
        while ["", "-wal", "-shm"].contains(where: { FileManager.default.fileExists(atPath: "\(path)-\(number)\($0)") })
        {
            number += 1
        }
        return "\(path)-\(number)"
    }
}
