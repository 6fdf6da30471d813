internal import GRDB

/// Columns read without trust in their type: a damaged file throws and never traps.
extension Row {
    func integer(_ column: Int) throws -> Int64 {
        guard case .int64(let value) = value(column) else { throw wrong(column) }
        return value
    }

    func real(_ column: Int) throws -> Double {
        switch value(column) {
        case .double(let value): return value
        case .int64(let value): return Double(value)
        default: throw wrong(column)
        }
    }

    func text(_ column: Int) throws -> String {
        guard case .string(let value) = value(column) else { throw wrong(column) }
        return value
    }

    func isNull(_ column: Int) -> Bool {
        if case .null = value(column) { return true }
        return false
    }

    private func value(_ column: Int) -> DatabaseValue.Storage {
        let value: DatabaseValue = self[column]
        return value.storage
    }

    private func wrong(_ column: Int) -> DatabaseError {
        let names = Array(columnNames)
        let name = column < names.count ? names[column] : "\(column)"
        return DatabaseError(resultCode: .SQLITE_CORRUPT, message: "column \(name) holds a value of the wrong type")
    }
}
