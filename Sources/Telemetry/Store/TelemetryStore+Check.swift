internal import GRDB
public import Model

extension TelemetryStore {
    /// Looks at all that the file holds. Where SQLite finds it damaged, nothing further is looked at.
    /// - Parameters:
    ///   - device: the only one to look at; `nil`: all, and rows that belong to none.
    ///   - since: wall clock, in nanoseconds since 1970: gaps, samples, roll-ups and clocks before it are left out, samples
    ///     by whole minutes. Integrity and owners of rows are those of the whole file.
    ///   - longestGap: silence of a boot, or of a metric, that is no gap yet.
    /// - Complexity: O(size of the file).
    public func check(
        device: String? = nil, since: Int64 = .min, longestGap: Nanoseconds = .seconds(60)
    ) async throws -> StoreCheck {
        var damage = try await integrityCheck()
        guard damage.isEmpty else {
            var check = StoreCheck()
            check.damage = damage
            return check
        }
        if WriteAheadLog.hasLostCommits(at: path + "-wal") {
            damage.append("the log is broken: rows committed to it behind the broken place are lost")
        }
        return try await read { [damage] db in
            var survey = try StoreSurvey(db, device: device, longestGap: longestGap)
            try survey.readSamples(db, since: Schema.bucket(wall: since))
            var check = survey.finish()
            check.damage = damage
            if device == nil { check.wrongRows += try Self.rowsWithoutOwner(db) }
            check.wrongRollUps = try RollUpAudit(db, device: device, since: since).wrongRollUps()
            check.clockFaults =
                try Self.wallClockSteps(db, since: since) + Self.deviceClockSteps(db, device, since: since)
                + check.clockFaults
            return check
        }
    }

    private static func rowsWithoutOwner(_ db: Database) throws -> [StoreCheck.WrongRows] {
        try ["samples", "frames", "decisions", "events", "rollups"].compactMap { table in
            let sql = """
                SELECT count(*) FROM \(table) WHERE session NOT IN (
                    SELECT sessions.id FROM sessions JOIN devices ON devices.id = device)
                """
            let rows = try Int.fetchOne(db, sql: sql) ?? 0
            return rows > 0 ? StoreCheck.WrongRows(kind: .owner, table: table, rows: rows) : nil
        }
    }

    private static func wallClockSteps(_ db: Database, since: Int64) throws -> [StoreCheck.ClockFault] {
        let sql = "SELECT wall_ns, step_ns FROM clock_steps WHERE wall_ns >= ? ORDER BY id"
        return try Row.fetchAll(db, sql: sql, arguments: [since]).map { row in
            StoreCheck.ClockFault(
                kind: .wallClock, wall: try row.integer(0), step: Nanoseconds(try row.integer(1)))
        }
    }

    private static func deviceClockSteps(
        _ db: Database, _ device: String?, since: Int64
    ) throws -> [StoreCheck.ClockFault] {
        let sql = """
            SELECT name, boot, origin_ns + captured_ns, captured_ns - before FROM (
                SELECT session, frame, captured_ns,
                    lag(captured_ns) OVER (PARTITION BY session ORDER BY frame) AS before FROM frames
            ) JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device
            WHERE captured_ns < before AND name = coalesce(?, name) AND origin_ns + captured_ns >= ?
            ORDER BY session, frame
            """
        return try Row.fetchAll(db, sql: sql, arguments: [device, since]).map { row in
            StoreCheck.ClockFault(
                kind: .deviceClock, device: try row.text(0), boot: Int(try row.integer(1)), wall: try row.integer(2),
                step: Nanoseconds(try row.integer(3)))
        }
    }
}
