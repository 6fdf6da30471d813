internal import Foundation
internal import GRDB
internal import Model

/// The database file as the store has it open.
struct StoreFile: Sendable {
    let path: String
    let pool: DatabasePool
    /// Which file the path named when it was opened.
    let identity: FileIdentity?
    /// As they were when it was opened.
    let marks: Marks
    let isReadOnly: Bool

    /// Opens the file, made anew where there is none, and brings its tables up to date.
    /// - Throws: `StoreError`, `StoreUnavailable`.
    static func open(_ path: String, _ options: StoreOptions) throws -> StoreFile {
        do {
            try StorePlace.check(path)
            try keepDamagedLog(path, options)
            let pool = try DatabasePool(path: path, configuration: configuration(options, isReadOnly: false))
            try pool.writeWithoutTransaction { db in try StorePlace.checkOwner(db, path: path) }
            try migrate(pool, path: path, options)
            let marks = try pool.write { db in
                try Schema.nameCodes(db)
                return try Marks(db)
            }
            return StoreFile(path: path, pool: pool, identity: FileIdentity(path), marks: marks, isReadOnly: false)
        } catch {
            throw storeError(error, path: path)
        }
    }

    /// Opens a file to read, while another process may write it; one of an older version is brought up to date first.
    /// - Throws: `StoreError`, `StoreUnavailable`.
    static func openToRead(_ path: String, _ options: StoreOptions) throws -> StoreFile {
        do {
            try StorePlace.check(path)
            guard let identity = FileIdentity(path), try !StorePlace.isEmpty(path) else {
                throw StoreError.noStore(path: path)
            }
            let pool = try poolToRead(path, options)
            guard try pool.read({ try Schema.migrator.hasCompletedMigrations($0) }) else {
                try pool.close()
                guard !StorePlace.isInClosedFolder(path) else { throw StoreUnavailable.olderInClosedFolder(path) }
                try open(path, options).close()
                return try openToRead(path, options)
            }
            let marks = try pool.read { try Marks($0) }
            return StoreFile(path: path, pool: pool, identity: identity, marks: marks, isReadOnly: true)
        } catch {
            throw storeError(error, path: path)
        }
    }

    /// SQLite shares a log through a file beside it. Where it can't make one, on a read-only disk say, nobody writes
    /// either, as whoever writes has made it: the database is read as it lies, provided that its log is empty.
    private static func poolToRead(_ path: String, _ options: StoreOptions) throws -> DatabasePool {
        let configuration = configuration(options, isReadOnly: true)
        func pool(_ name: String) throws -> DatabasePool {
            let pool = try DatabasePool(path: name, configuration: configuration)
            try pool.read { db in try StorePlace.checkOwner(db, path: path) }
            return pool
        }
        do {
            return try pool(path)
        } catch let error as DatabaseError
            where [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) && StorePlace.isInClosedFolder(path)
        {
            guard try !StorePlace.hasLog(path) else { throw StoreUnavailable.logInClosedFolder(path) }
            return try pool(StorePlace.immutable(path))
        }
    }

    /// Moves the log into the database, and lets the file go, even where that fails.
    func close() throws {
        let moved = Result { if !isReadOnly { try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) } } }
        let closed = Result { try pool.close() }
        try moved.get()
        try closed.get()
    }

    private static func configuration(_ options: StoreOptions, isReadOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        let (seconds, attoseconds) = options.busyTimeout.components
        configuration.busyMode = .timeout(Double(seconds) + Double(attoseconds) * 1e-18)
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = NORMAL")
        }
        return configuration
    }

    /// An older file that has anything in it is first copied as it is, its log included.
    private static func migrate(_ pool: DatabasePool, path: String, _ options: StoreOptions) throws {
        let applied = try pool.read { try Schema.migrator.appliedIdentifiers($0) }
        let isOlder = !applied.isEmpty && applied.count < Schema.migrator.migrations.count
        guard try isOlder && pool.read({ try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM sessions)") }) == true
        else { return try Schema.migrator.migrate(pool) }
        let copy = StorePlace.freePath("\(path).version-\(applied.count)")
        try pool.vacuum(into: copy)
        try Schema.migrator.migrate(pool)
        options.notice(.migrated(path: path, copy: copy))
    }

    private static func keepDamagedLog(_ path: String, _ options: StoreOptions) throws {
        guard WriteAheadLog.hasLostCommits(at: path + "-wal") else { return }
        let copy = StorePlace.freePath("\(path)-wal.damaged")
        do {
            try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy)
        } catch {
            throw StoreUnavailable(path: copy, problem: "its damaged log could not be copied")
        }
        options.notice(.logDamaged(path: path, copy: copy))
    }
}

/// Which file a path names now.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt64
    private let number: UInt64

    /// `nil` where there is none.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        (device, number) = (UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino))
    }
}

extension StoreUnavailable {
    fileprivate static func logInClosedFolder(_ path: String) -> Self {
        Self(
            path: path, problem: "rows wait in its log, and its folder may not be written",
            remedy: "copy it and its -wal file to another folder")
    }

    fileprivate static func olderInClosedFolder(_ path: String) -> Self {
        Self(
            path: path, problem: "it is of an older version, and its folder may not be written",
            remedy: "copy it to another folder, where it is brought up to date")
    }
}
