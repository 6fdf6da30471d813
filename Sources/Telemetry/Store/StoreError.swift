internal import GRDB
public import Model

/// A telemetry file that cannot be used as it is.
public enum StoreError: InputError, Hashable {
    case folderMissing(path: String, folder: String)
    case notAFile(path: String)
    case notADatabase(path: String)
    case foreign(path: String)
    case newerVersion(path: String)
    case noStore(path: String)
    case damaged(path: String, problem: String)

    public var description: String {
        switch self {
        case .folderMissing(let path, let folder):
            "\(path): the folder '\(folder)' does not exist; make it, or name another file"
        case .notAFile(let path):
            "\(path): is not a file; name a file for the telemetry database"
        case .notADatabase(let path):
            "\(path): is not an SQLite database; move it aside, or name another file"
        case .foreign(let path):
            "\(path): is a database of another program; name another file"
        case .newerVersion(let path):
            "\(path): was written by a newer version of resplit; use that version, or name another file"
        case .noStore(let path):
            "\(path): there is no such file; name a telemetry database that `resplit controller` wrote"
        case .damaged(let path, let problem):
            "\(path): the database is damaged (\(problem)); move it aside together with its -wal and -shm files"
        }
    }
}

extension StoreError {
    /// Whether the file was ours and its content can no longer be trusted.
    var isDamage: Bool {
        if case .damaged = self { return true }
        return false
    }

    var problem: String {
        if case .damaged(_, let problem) = self { return problem }
        return description
    }
}

/// The machine does not let us read or write the telemetry file now.
public struct StoreUnavailable: EnvironmentError, Hashable {
    public var path: String
    public var problem: String
    /// How to mend it.
    public var remedy: String

    public init(
        path: String, problem: String,
        remedy: String = "check the disk's space and permissions, and that no other program holds it"
    ) {
        self.path = path
        self.problem = problem
        self.remedy = remedy
    }

    public var description: String { "\(path): the telemetry database cannot be used (\(problem)); \(remedy)" }
}

/// What went wrong in SQLite, as the file's fault or the machine's.
func storeError(_ error: any Error, path: String) -> any Error {
    if error is RowDecodingError { return StoreError.damaged(path: path, problem: "a value has the wrong type") }
    guard let error = error as? DatabaseError else { return error }
    let problem = (error.message ?? "\(error.resultCode)").onOneLine
    switch error.resultCode {
    case .SQLITE_NOTADB:
        return StoreError.notADatabase(path: path)
    case .SQLITE_CORRUPT, .SQLITE_ERROR, .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA, .SQLITE_FORMAT:
        return StoreError.damaged(path: path, problem: problem)
    default:
        return StoreUnavailable(path: path, problem: problem)
    }
}
