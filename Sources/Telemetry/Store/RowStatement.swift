internal import GRDB
internal import GRDBSQLite

/// A prepared statement bound, stepped and read through SQLite itself, several times faster than through rows of values.
struct RowStatement {
    private let statement: Statement

    init(_ db: Database, _ sql: String) throws { statement = try db.cachedStatement(sql: sql) }

    func bind(_ position: Int32, _ value: Int64) { sqlite3_bind_int64(statement.sqliteStatement, position, value) }
    func bind(_ position: Int32, _ value: Double) { sqlite3_bind_double(statement.sqliteStatement, position, value) }

    /// SQLite makes a copy of the text.
    func bind(_ position: Int32, _ value: String) {
        let isTransient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(
            statement.sqliteStatement, position, value, Int32(clamping: value.utf8.count), isTransient)
    }

    func bindNull(_ position: Int32) { sqlite3_bind_null(statement.sqliteStatement, position) }

    /// Runs a statement that gives no rows.
    func run() throws {
        let handle = statement.sqliteStatement
        let code = sqlite3_step(handle)
        sqlite3_reset(handle)
        guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Calls `body` for each row. Columns are `INTEGER` or `REAL`; anything else in them is taken for damage.
    func forEachRow(_ body: (Columns) throws -> Void) throws {
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
            try body(Columns(handle: handle))
        }
    }

    /// The columns of the present row, valid until the next.
    struct Columns {
        fileprivate let handle: SQLiteStatement

        func integer(_ column: Int32) throws -> Int64 {
            guard sqlite3_column_type(handle, column) == SQLITE_INTEGER else { throw wrong(column) }
            return sqlite3_column_int64(handle, column)
        }

        func real(_ column: Int32) throws -> Double {
            let type = sqlite3_column_type(handle, column)
            guard type == SQLITE_FLOAT || type == SQLITE_INTEGER else { throw wrong(column) }
            return sqlite3_column_double(handle, column)
        }

        private func wrong(_ column: Int32) -> DatabaseError {
            let name = sqlite3_column_name(handle, column).map { String(cString: $0) } ?? "\(column)"
            return DatabaseError(resultCode: .SQLITE_CORRUPT, message: "column \(name) holds a value of the wrong type")
        }
    }
}

extension DatabaseError {
    /// What no version of ours writes: taken for damage.
    static func impossible(_ message: String) -> DatabaseError {
        DatabaseError(resultCode: .SQLITE_CORRUPT, message: message)
    }
}

extension Int64 {
    /// A wall-clock time of a boot's time zero, such that sums with plausible times don't overflow.
    func checkedOrigin() throws -> Int64 {
        guard magnitude < 1 << 62 else { throw DatabaseError.impossible("a session has an impossible origin") }
        return self
    }
}
