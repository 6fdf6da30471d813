internal import Foundation
internal import GRDB
internal import Model
internal import Synchronization

extension TelemetryStore {
    /// Opens the file, made anew where there is none, and brings its tables up to date; an older file is kept beside as a
    /// copy. Blocks; for start-up.
    /// - Throws: `StoreError` where the path or the file is wrong, `StoreUnavailable` where the machine does not let us
    ///   use it.
    public static func open(path: String, options: StoreOptions = StoreOptions()) throws -> TelemetryStore {
        do {
            return TelemetryStore(try StoreFile.open(path, options), options: options)
        } catch let error as StoreError where options.setsDamagedAside && error.isDamage {
            let aside = try rename(path)
            options.notice(.setAside(path: path, to: aside, problem: error.problem))
            let store = TelemetryStore(try StoreFile.open(path, options), options: options)
            store.queue.withLock { $0.status.setAside.append(aside) }
            return store
        }
    }

    /// Opens a file to read it, while another process may write it. What is appended is dropped and counted. A file of an
    /// older version is brought up to date first.
    /// - Throws: `StoreError`, `StoreUnavailable`.
    public static func openToRead(path: String, options: StoreOptions = StoreOptions()) throws -> TelemetryStore {
        TelemetryStore(try StoreFile.openToRead(path, options), options: options)
    }

    /// The pool to read from.
    /// - Throws: `StoreUnavailable` while a damaged file has not been replaced, and after `close()`.
    func pool() throws -> DatabasePool {
        guard let pool = file.withLock({ $0?.pool }) else {
            throw StoreUnavailable(path: path, problem: "it is closed")
        }
        return pool
    }

    /// The open file; where the path no longer names it, or names one that was never opened, that one is opened.
    /// - Throws: `StoreError`, `StoreUnavailable`.
    func presentFile() throws -> StoreFile {
        try file.withLock { file in
            let isGone = file.map { FileIdentity(path) != $0.identity }
            if let file, isGone == false { return file }
            if isGone == true { try? file?.pool.close() }
            file = nil
            queue.withLock { $0.forgetFile() }
            let opened = try StoreFile.open(path, options)
            file = opened
            queue.withLock { $0.marks = opened.marks }
            if isGone == true { options.notice(.fileGone(path: path)) }
            return opened
        }
    }

    /// Renames a damaged file and its log, and begins a new one. Done once for each file, however many find the damage.
    func setAside(_ damaged: StoreFile, problem: String) throws {
        try file.withLock { file in
            guard file?.identity == damaged.identity else { return }
            try damaged.pool.close()
            file = nil
            queue.withLock { $0.forgetFile() }
            let aside = try Self.rename(path)
            queue.withLock { $0.status.setAside.append(aside) }
            options.notice(.setAside(path: path, to: aside, problem: problem))
        }
        _ = try presentFile()
    }

    /// The log goes first: a log left behind would be taken for that of the new file.
    private static func rename(_ path: String) throws -> String {
        let aside = StorePlace.freePath("\(path).damaged")
        do {
            for part in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: path + part) {
                try FileManager.default.moveItem(atPath: path + part, toPath: aside + part)
            }
        } catch {
            throw StoreUnavailable(path: path, problem: "the damaged file could not be renamed to \(aside)")
        }
        return aside
    }
}
