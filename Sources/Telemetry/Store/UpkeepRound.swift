internal import GRDB
internal import Model
internal import Synchronization

/// One round of roll-ups and removals, on one file: should it be replaced meanwhile, the round fails and touches no
/// other.
///
/// The writer's marks run ahead of the file's: a minute counts as closed for the writer before its sessions are even looked
/// for, and in the file after the last is rolled up. So no late sample is missed, and a process killed between rolls the
/// minute up again.
struct UpkeepRound: Sendable {
    let store: TelemetryStore
    let pool: DatabasePool

    /// A minute is rolled up when it ended this many minutes ago; samples that come later renew its roll-ups.
    private static let settling: Int64 = 2
    /// Sessions rolled up in one transaction, so that writes need not wait long.
    private static let sessionsAtATime = 32

    var now: Int64 { store.options.wallClock() }

    /// - Returns: minutes rolled up.
    func rollUp() async throws -> Int {
        let minutes = Schema.bucket(wall: now) - Self.settling
        let hours = RollUpWidth.minute.bucket(ofSlot: minutes)
        try await reopen(from: minutes, hours)
        store.queue.withLock { queue in
            queue.marks.closedMinute = max(queue.marks.closedMinute, minutes)
            queue.marks.closedHour = max(queue.marks.closedHour, hours)
        }
        // Behind a batch that was being written without knowing it.
        try await pool.write { _ in }
        var count = 0
        while let minute = try await next("samples WHERE bucket", after: \.closedMinute, before: minutes) {
            try await close(\.closedMinute, minute) { try $0.minute(minute.bucket, sessions: $1) }
            count += 1
        }
        try await raise(\.closedMinute, to: minutes)
        while let hour = try await next("rollups WHERE width = 60 AND bucket", after: \.closedHour, before: hours) {
            try await close(\.closedHour, hour) { try $0.hour(hour.bucket, sessions: $1) }
        }
        try await raise(\.closedHour, to: hours)
        return count
    }

    /// A wall clock that went back leaves marks in its future: what they closed is open again.
    private func reopen(from minutes: Int64, _ hours: Int64) async throws {
        let lower = { @Sendable (marks: inout Marks) in
            marks.closedMinute = min(marks.closedMinute, minutes)
            marks.closedHour = min(marks.closedHour, hours)
        }
        let known = store.queue.withLock { $0.marks.closedMinute }
        guard try await max(known, pool.read { try Marks($0).closedMinute }) > minutes else { return }
        try await change(lower)
        store.queue.withLock { lower(&$0.marks) }
    }

    private struct Bucket: Sendable {
        var bucket: Int64
        /// Ascending.
        var sessions: [Int64]
    }

    /// The first bucket not closed yet that has rows.
    private func next(
        _ rows: String, after mark: any KeyPath<Marks, Int64> & Sendable, before end: Int64
    ) async throws -> Bucket? {
        try await pool.read { db in
            let closed = try Marks(db)[keyPath: mark]
            let first = "SELECT min(bucket) FROM \(rows) >= ? AND bucket < ?"
            guard let bucket = try Int64.fetchOne(db, sql: first, arguments: [closed, end]) else { return nil }
            let sessions = """
                WITH RECURSIVE found (id) AS (
                    SELECT min(session) FROM \(rows) = ?1 UNION ALL
                    SELECT (SELECT min(session) FROM \(rows) = ?1 AND session > id) FROM found WHERE id IS NOT NULL
                ) SELECT id FROM found WHERE id IS NOT NULL
                """
            return Bucket(bucket: bucket, sessions: try Int64.fetchAll(db, sql: sessions, arguments: [bucket]))
        }
    }

    private func close(
        _ mark: any WritableKeyPath<Marks, Int64> & Sendable, _ bucket: Bucket,
        _ rollUp: @escaping @Sendable (RollUpWriter, ClosedRange<Int64>) throws -> Void
    ) async throws {
        let end = bucket.bucket + 1
        var rest = bucket.sessions[...]
        while let first = rest.first, let last = rest.prefix(Self.sessionsAtATime).last {
            rest = rest.dropFirst(Self.sessionsAtATime)
            try await pool.write { [isLast = rest.isEmpty] db in
                try rollUp(RollUpWriter(db: db), first...last)
                guard isLast else { return }
                var marks = try Marks(db)
                marks[keyPath: mark] = max(marks[keyPath: mark], end)
                try marks.save(db)
            }
        }
    }

    /// Raises a mark, for the writer first.
    func raise(_ mark: any WritableKeyPath<Marks, Int64> & Sendable, to value: Int64) async throws {
        store.queue.withLock { $0.marks[keyPath: mark] = max($0.marks[keyPath: mark], value) }
        try await change { $0[keyPath: mark] = max($0[keyPath: mark], value) }
    }

    private func change(_ body: @escaping @Sendable (inout Marks) -> Void) async throws {
        try await pool.write { db in
            let before = try Marks(db)
            var marks = before
            body(&marks)
            if marks != before { try marks.save(db) }
        }
    }
}
