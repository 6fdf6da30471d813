internal import GRDB
internal import Model

extension UpkeepRound {
    /// Rows removed in one transaction, so that writes need not wait long.
    private static let rowsAtATime = 10_000
    /// The youngest rows are not removed for their number.
    private static let keptAlways = Nanoseconds.seconds(600)

    /// Removes what is older than `StoreOptions.retention` says. Roll-ups stay at least as long as what they are renewed
    /// from.
    /// - Returns: rows and roll-ups removed.
    func removeOld() async throws -> Int {
        let retention = store.options.retention
        var removed = try await removeRows(olderThan: retention.rows)
        var least = retention.rows
        for width in RollUpWidth.allCases {
            if width != .second { least = max(least, retention.span(of: width)) }
            let cutoff = try await cutoff(max(least, retention.span(of: width)))
            let bucket = width.bucket(ofSlot: width.slot(wall: cutoff))
            removed += try await removeRollUps(width, before: bucket)
        }
        return removed
    }

    func removeRows(olderThan age: Nanoseconds) async throws -> Int {
        let cutoff = try await cutoff(age)
        return try await removeSamples(before: cutoff) + removeNumbered(before: cutoff)
            + removeDecisions(before: cutoff)
    }

    /// Removes the oldest rows, then the oldest and finest roll-ups, until the database is no larger than
    /// `Retention.bytes`, or nothing more may go.
    func removeExcess() async throws -> Int {
        var removed = 0
        while try await usedBytes() > store.options.retention.bytes {
            var count = try await removeOldestRows()
            if count == 0 { count = try await removeOldestRollUps() }
            guard count > 0 else { break }
            removed += count
        }
        return removed
    }

    private func usedBytes() async throws -> Int {
        try await pool.read { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
            return (pages - free) * (try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        }
    }

    /// The wall-clock time that lies `age` before now, or before the newest sample where that is earlier.
    private func cutoff(_ age: Nanoseconds) async throws -> Int64 {
        let newest = try await pool.read { try Int64.fetchOne($0, sql: "SELECT max(bucket) FROM samples") }
        let end = newest.map { ($0 + 1).multipliedReportingOverflow(by: Schema.bucketNanoseconds) }
        let present = min(now, end.map { $0.overflow ? .max : $0.partialValue } ?? .max)
        let (cutoff, overflow) = present.subtractingReportingOverflow(age.count)
        return overflow ? .min : cutoff
    }
}

extension UpkeepRound {
    /// Whole minutes, and none that is not rolled up.
    private func removeSamples(before cutoff: Int64) async throws -> Int {
        let closed = try await pool.read { try Marks($0).closedMinute }
        let end = min(Schema.bucket(wall: cutoff), closed)
        let first = try await pool.read { try Int64.fetchOne($0, sql: "SELECT min(bucket) FROM samples") }
        guard let first, first < end else { return 0 }
        try await raise(\.samplesFrom, to: end)
        return try await removeAll(
            """
            DELETE FROM samples WHERE (bucket, session, metric, time_ns) IN (
                SELECT bucket, session, metric, time_ns FROM samples WHERE bucket < ? ORDER BY bucket LIMIT ?)
            """, [end])
    }

    /// Frames and events: of each session those before the first that is not too old. Both are numbered in order of time.
    private func removeNumbered(before cutoff: Int64) async throws -> Int {
        var removed = 0
        for (id, origin) in try await sessions() {
            let (time, overflow) = cutoff.subtractingReportingOverflow(origin)
            guard !overflow else { continue }
            for (table, number, clock) in [("frames", "frame", "captured_ns"), ("events", "sequence", "time_ns")] {
                let end = try await pool.read { db in
                    try Int64.fetchOne(
                        db,
                        sql: """
                            SELECT \(number) FROM \(table) WHERE session = ? AND \(clock) >= ? ORDER BY \(number) LIMIT 1
                            """, arguments: [id, time])
                }
                removed += try await removeAll(
                    """
                    DELETE FROM \(table) WHERE session = ?1 AND \(number) IN (
                        SELECT \(number) FROM \(table) WHERE session = ?1 AND \(number) < ?2
                        ORDER BY \(number) LIMIT ?3)
                    """, [id, end ?? .max])
            }
        }
        return removed
    }

    private func removeDecisions(before cutoff: Int64) async throws -> Int {
        var removed = 0
        for (id, origin) in try await sessions() {
            let (time, overflow) = cutoff.subtractingReportingOverflow(origin)
            guard !overflow else { continue }
            removed += try await removeAll(
                """
                DELETE FROM decisions WHERE id IN (
                    SELECT id FROM decisions WHERE session = ? AND time_ns < ? ORDER BY time_ns LIMIT ?)
                """, [id, time])
        }
        return removed
    }

    private func removeRollUps(_ width: RollUpWidth, before bucket: Int64) async throws -> Int {
        try await removeAll(
            """
            DELETE FROM rollups WHERE (width, bucket, session, metric, slot) IN (
                SELECT width, bucket, session, metric, slot FROM rollups WHERE width = ? AND bucket < ?
                ORDER BY bucket LIMIT ?)
            """, [Int64(width.rawValue), bucket])
    }

    /// A sixteenth of the span that the rows cover, at least a minute.
    private func removeOldestRows() async throws -> Int {
        let end = now - Self.keptAlways.count
        guard let oldest = try await oldestRow(), oldest < end else { return 0 }
        let cutoff = min(end, max(oldest + Schema.bucketNanoseconds, oldest + (end - oldest) / 16))
        return try await removeSamples(before: cutoff) + removeNumbered(before: cutoff)
    }

    /// Wall-clock time of the oldest sample, frame or event, rounded down to the minute for samples.
    private func oldestRow() async throws -> Int64? {
        try await pool.read { db in
            let firsts = [("frames", "frame", "captured_ns"), ("events", "sequence", "time_ns")].map {
                table, number, clock in
                """
                SELECT origin_ns + (SELECT \(clock) FROM \(table) WHERE session = sessions.id ORDER BY \(number) LIMIT 1)
                FROM sessions
                """
            }
            let samples = "SELECT min(bucket) * \(Schema.bucketNanoseconds) FROM samples"
            let all = (firsts + [samples]).joined(separator: " UNION ALL ")
            return try Int64.fetchOne(db, sql: "SELECT min(time) FROM (SELECT NULL AS time UNION ALL \(all))")
        }
    }

    /// One bucket of the finest width that has any.
    private func removeOldestRollUps() async throws -> Int {
        for width in RollUpWidth.allCases {
            let oldest = try await pool.read { db in
                try Int64.fetchOne(
                    db, sql: "SELECT min(bucket) FROM rollups WHERE width = ?", arguments: [width.rawValue])
            }
            if let oldest { return try await removeRollUps(width, before: oldest + 1) }
        }
        return 0
    }

    private func sessions() async throws -> [(Int64, Int64)] {
        try await pool.read { db in
            try Row.fetchAll(db, sql: "SELECT id, origin_ns FROM sessions ORDER BY id")
                .map { (try $0.integer(0), try $0.integer(1)) }
        }
    }

    /// Runs a deletion, whose last argument is how many rows at most, until it finds nothing more, a transaction each time.
    private func removeAll(_ sql: String, _ arguments: [Int64]) async throws -> Int {
        var removed = 0
        while true {
            let count = try await pool.write { db in
                let all = arguments + [Int64(Self.rowsAtATime)]
                try db.execute(sql: sql, arguments: StatementArguments(all))
                let count = db.changesCount
                if count > 0 { try db.execute(sql: "PRAGMA incremental_vacuum(1024)") }
                return count
            }
            removed += count
            guard count == Self.rowsAtATime else { return removed }
        }
    }
}
