internal import Foundation
internal import GRDB
internal import Model

/// The system's wall clock, in nanoseconds since 1970.
@Sendable public func systemWallClock() -> Int64 {
    Int64(Date().timeIntervalSince1970 * 1e9)
}

extension TelemetryStore {
    /// Opens the file, made anew where there is none, and brings its tables up to date. Blocks; for start-up.
    /// - Throws: `StoreError` where the path or the file is wrong, `StoreUnavailable` where the machine does not let us
    ///   use it.
    public static func open(path: String, options: StoreOptions = StoreOptions()) throws -> TelemetryStore {
        try checkPlace(path)
        try checkHeader(path)
        do {
            let pool = try DatabasePool(path: path, configuration: configuration(options))
            try pool.writeWithoutTransaction { db in try checkOwner(db, path: path) }
            try Schema.migrator.migrate(pool)
            return TelemetryStore(path: path, pool: pool, options: options)
        } catch {
            throw storeError(error, path: path)
        }
    }

    private static func configuration(_ options: StoreOptions) -> Configuration {
        var configuration = Configuration()
        let seconds = Double(options.busyTimeout.components.seconds)
        configuration.busyMode = .timeout(seconds + Double(options.busyTimeout.components.attoseconds) * 1e-18)
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = NORMAL")
        }
        return configuration
    }

    private static func checkPlace(_ path: String) throws {
        guard !path.isEmpty, !path.hasPrefix(":"), !path.hasPrefix("file:") else {
            throw StoreError.notAFile(path: path)
        }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw StoreError.folderMissing(path: path, folder: folder)
        }
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
            throw StoreError.notAFile(path: path)
        }
    }

    /// Looks at the file before SQLite may change it: another program's database is left as it is. A database of a
    /// single page may be our own, with its tables still in the log (SQLite file format, section 1.3).
    private static func checkHeader(_ path: String) throws {
        guard let header = try head(of: path, bytes: 100), !header.isEmpty else { return }
        guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else {
            throw StoreError.notADatabase(path: path)
        }
        let word = { (offset: Int) in header[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        let (pages, application) = (word(28), word(68))
        guard pages <= 1 || application == UInt32(bitPattern: Schema.applicationID) else {
            throw StoreError.foreign(path: path)
        }
    }

    /// - Returns: the file's first bytes, fewer where it is shorter; `nil` where there is no file.
    private static func head(of path: String, bytes: Int) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            return try [UInt8](file.read(upToCount: bytes) ?? Data())
        } catch {
            throw StoreUnavailable(path: path, problem: oneLine("\(error)"))
        }
    }

    private static func checkOwner(_ db: Database, path: String) throws {
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        guard tables == 0 || owner == Schema.applicationID else { throw StoreError.foreign(path: path) }
        guard try tables == 0 || !Schema.migrator.hasBeenSuperseded(db) else {
            throw StoreError.newerVersion(path: path)
        }
    }
}
