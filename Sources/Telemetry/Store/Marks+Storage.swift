internal import GRDB

extension Marks {
    private static let columns: [(name: String, path: any WritableKeyPath<Marks, Int64> & Sendable)] = [
        ("closed_minute", \.closedMinute), ("closed_hour", \.closedHour), ("samples_from", \.samplesFrom),
    ]

    /// As the file has them, but within what times can be: a damaged mark must not send anyone beyond.
    init(_ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT name, value FROM marks")
        let cursor = try Row.fetchCursor(statement)
        while let row = try cursor.next() {
            let name = try row.text(0)
            if let column = Self.columns.first(where: { $0.name == name }) {
                self[keyPath: column.path] = min(max(try row.integer(1), -Schema.lastBucket), Schema.lastBucket)
            }
        }
    }

    func save(_ db: Database) throws {
        for column in Self.columns where self[keyPath: column.path] != .min {
            try db.execute(
                sql: "INSERT OR REPLACE INTO marks VALUES (?, ?)", arguments: [column.name, self[keyPath: column.path]])
        }
    }
}
