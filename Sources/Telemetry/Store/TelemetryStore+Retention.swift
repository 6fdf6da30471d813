internal import GRDB
public import Model

extension TelemetryStore {
    private static let pruneRows = 10_000

    /// Removes what is older than `age` by the store's wall clock, samples by whole minutes, and gives the space back
    /// to the disk. Works in small transactions, so that writing goes on meanwhile.
    /// - Returns: rows removed.
    /// - Throws: `StoreError` or `StoreUnavailable`; what was removed so far stays removed.
    public func prune(olderThan age: Nanoseconds) async throws -> Int {
        let (cutoff, overflow) = wallClock().subtractingReportingOverflow(age.count)
        guard !overflow else { return 0 }
        var removed = 0
        let bucket = Schema.bucket(wall: cutoff)
        let oldest = "DELETE FROM samples WHERE bucket = (SELECT min(bucket) FROM samples) AND bucket < ?"
        removed += try await removeAll(oldest, [bucket])
        for boot in try await boots() {
            let (time, overflow) = cutoff.subtractingReportingOverflow(boot.origin)
            guard !overflow else { continue }
            for (table, key, clock) in [
                ("frames", "frame", "captured_ns"), ("events", "sequence", "time_ns"), ("decisions", "id", "time_ns"),
            ] {
                let sql = """
                    DELETE FROM \(table) WHERE (session, \(key)) IN (
                        SELECT session, \(table).\(key) FROM \(table) JOIN sessions ON sessions.id = session
                        JOIN devices ON devices.id = device
                        WHERE name = ? AND boot = ? AND \(clock) < ? LIMIT \(Self.pruneRows))
                    """
                removed += try await removeAll(sql, [boot.device, boot.boot, time])
            }
        }
        return removed
    }

    /// Runs a deletion until it finds nothing more, a transaction each time.
    private func removeAll(_ sql: String, _ arguments: [any DatabaseValueConvertible & Sendable]) async throws -> Int {
        var removed = 0
        while true {
            do {
                let count = try await pool.write { db in
                    try db.execute(sql: sql, arguments: StatementArguments(arguments))
                    let count = db.changesCount
                    try db.execute(sql: "PRAGMA incremental_vacuum")
                    return count
                }
                guard count > 0 else { return removed }
                removed += count
            } catch {
                throw storeError(error, path: path)
            }
        }
    }
}
