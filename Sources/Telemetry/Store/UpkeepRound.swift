internal import GRDB
internal import Model
internal import Synchronization

/// One round of roll-ups and removals, on one file: should it be replaced meanwhile, the round fails and touches no
/// other.
///
/// The writer's marks run ahead of the file's: a minute counts as closed for the writer before its first session is
/// rolled up, and in the file after its last. So no late sample is missed, and a process killed between rolls the minute
/// up again.
struct UpkeepRound: Sendable {
    let store: TelemetryStore
    let pool: DatabasePool

    /// A minute is rolled up when it ended this many minutes ago; samples that come later renew its roll-ups.
    private static let settling: Int64 = 2
    /// Sessions rolled up in one transaction, so that writes need not wait long.
    private static let sessionsAtATime: Int64 = 32

    var now: Int64 { store.options.wallClock() }

    /// - Returns: minutes rolled up.
    func rollUp() async throws -> Int {
        let minutes = Schema.bucket(wall: now) - Self.settling
        let hours = RollUpWidth.minute.bucket(ofSlot: minutes)
        try await reopen(from: minutes, hours)
        var count = 0
        while let minute = try await next("samples WHERE true", after: \.closedMinute, before: minutes) {
            try await close(\.closedMinute, minute, "samples WHERE bucket") { try $0.minute(minute, sessions: $1) }
            count += 1
        }
        try await raise(\.closedMinute, to: minutes)
        while let hour = try await next("rollups WHERE width = 60", after: \.closedHour, before: hours) {
            try await close(\.closedHour, hour, "rollups WHERE width = 60 AND bucket") {
                try $0.hour(hour, sessions: $1)
            }
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
        guard try await pool.read({ try Marks($0).closedMinute }) > minutes else { return }
        try await change(lower)
        store.queue.withLock { lower(&$0.marks) }
    }

    /// The first bucket not closed yet that has rows.
    private func next(
        _ rows: String, after mark: any KeyPath<Marks, Int64> & Sendable, before end: Int64
    ) async throws -> Int64? {
        try await pool.read { db in
            let closed = try Marks(db)[keyPath: mark]
            return try Int64.fetchOne(
                db, sql: "SELECT min(bucket) FROM \(rows) AND bucket >= ? AND bucket < ?", arguments: [closed, end])
        }
    }

    private func close(
        _ mark: any WritableKeyPath<Marks, Int64> & Sendable, _ bucket: Int64, _ rows: String,
        _ rollUp: @escaping @Sendable (RollUpWriter, ClosedRange<Int64>) throws -> Void
    ) async throws {
        store.queue.withLock { $0.marks[keyPath: mark] = max($0.marks[keyPath: mark], bucket + 1) }
        let sql = "SELECT min(session) FROM \(rows) = ? AND session >= ?"
        var session = Int64.min
        while let first = try await pool.read({ [session] db in
            try Int64.fetchOne(db, sql: sql, arguments: [bucket, session])
        }) {
            session = first + Self.sessionsAtATime
            try await pool.write { [session] db in try rollUp(RollUpWriter(db: db), first...session - 1) }
        }
        try await raise(mark, to: bucket + 1)
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
