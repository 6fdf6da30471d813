internal import GRDB
internal import Model
internal import Telemetry

/// Writes one batch within a transaction. Values are bound to prepared statements by position, which is ten times
/// faster than coding records. A row whose key is in the file already changes nothing: of two samples of one time the
/// first stays.
struct BatchInserter {
    let db: Database
    /// Wall clock now, nanoseconds since 1970.
    let wall: Int64
    let marks: Marks
    var sessions: [PendingRows.Key: Session]
    /// Rows inserted.
    private(set) var inserted = 0
    /// Samples older than what the file still holds.
    private(set) var tooOld = 0
    /// Closed minutes that got samples.
    private var late: Set<Late> = []

    private struct Late: Hashable {
        var bucket: Int64
        var session: Int64
    }

    init(db: Database, wall: Int64, marks: Marks, sessions: [PendingRows.Key: Session]) {
        self.db = db
        self.wall = wall
        self.marks = marks
        self.sessions = sessions
    }

    mutating func insert(_ batch: PendingRows.Batch) throws {
        for part in batch.parts {
            let session = try session(part.key, firstTime: part.rows.firstTime)
            let before = db.totalChangesCount
            switch part.rows {
            case .samples(let samples): try insert(samples, session)
            case .frames(let frames): try insert(frames, session)
            case .decisions(let decisions): try insert(decisions, session)
            case .events(let events): try insert(events, session)
            }
            inserted += db.totalChangesCount - before
        }
        try renewRollUps()
    }

    private func renewRollUps() throws {
        let writer = RollUpWriter(db: db)
        for late in late { try writer.minute(late.bucket, sessions: late.session...late.session) }
        let hours = late.map { Late(bucket: RollUpWidth.minute.bucket(ofSlot: $0.bucket), session: $0.session) }
        for late in Set(hours) where late.bucket < marks.closedHour {
            try writer.hour(late.bucket, sessions: late.session...late.session)
        }
    }

    func insert(_ step: ClockStep) throws {
        try db.execute(
            sql: "INSERT INTO clock_steps (wall_ns, step_ns) VALUES (?, ?)", arguments: [step.wall, step.step.count])
    }

    private mutating func session(_ key: PendingRows.Key, firstTime: Instant) throws -> Session {
        if let known = sessions[key] { return known }
        try db.execute(sql: "INSERT OR IGNORE INTO devices (name) VALUES (?)", arguments: [key.device])
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO sessions (device, boot, origin_ns) SELECT id, ?, ? FROM devices WHERE name = ?
                """, arguments: [key.boot, wall - firstTime.nanoseconds, key.device])
        guard let session = try Session.find(key, in: db) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a session that was inserted is not there")
        }
        sessions[key] = session
        return session
    }

    private mutating func insert(_ samples: [Sample], _ session: Session) throws {
        let row = try RowStatement(db, "INSERT OR IGNORE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)")
        for sample in samples {
            let bucket = session.bucket(of: sample.time)
            if bucket < marks.closedMinute {
                guard bucket >= marks.samplesFrom else {
                    tooOld += 1
                    continue
                }
                late.insert(Late(bucket: bucket, session: session.id))
            }
            row.bind(1, bucket)
            row.bind(2, session.id)
            row.bind(3, Int64(sample.metric.code))
            row.bind(4, sample.time.nanoseconds)
            row.bind(5, sample.value)
            row.bind(6, sample.weight)
            row.bind(7, Int64(sample.origin.code))
            try row.run()
        }
    }

    private func insert(_ frames: [FrameRecord], _ session: Session) throws {
        let row = try RowStatement(
            db, "INSERT OR IGNORE INTO frames VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        for frame in frames {
            row.bind(1, session.id)
            row.bind(2, Int64(frame.frame))
            row.bind(3, Int64(frame.epoch))
            row.bind(4, frame.planID)
            row.bind(5, frame.answer.rawValue)
            row.bind(6, frame.captured.nanoseconds)
            row.bind(7, frame.latency.count)
            for (index, span) in StageTimes.columns.enumerated() {
                row.bind(8 + Int32(index), frame.stages[keyPath: span].count)
            }
            row.bind(16, Int64(frame.sentBytes))
            row.bind(17, Int64(frame.topClass))
            if let isCorrect = frame.isCorrect { row.bind(18, isCorrect ? 1 : 0 as Int64) } else { row.bindNull(18) }
            try row.run()
        }
    }

    private func insert(_ decisions: [DecisionRecord], _ session: Session) throws {
        let row = try RowStatement(
            db, "INSERT INTO decisions (session, time_ns, epoch, plan, reason, body) VALUES (?, ?, ?, ?, ?, ?)")
        for decision in decisions {
            row.bind(1, session.id)
            row.bind(2, decision.time.nanoseconds)
            row.bind(3, Int64(decision.epoch))
            row.bind(4, decision.plan)
            row.bind(5, decision.reason)
            row.bind(6, decision.body)
            try row.run()
        }
    }

    private func insert(_ events: [EventRecord], _ session: Session) throws {
        let row = try RowStatement(db, "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)")
        for event in events {
            row.bind(1, session.id)
            row.bind(2, Int64(event.sequence))
            row.bind(3, event.time.nanoseconds)
            row.bind(4, event.body)
            try row.run()
        }
    }
}

extension StageTimes {
    /// In the order of the columns of `frames`.
    static let columns: [any WritableKeyPath<StageTimes, Nanoseconds> & Sendable] = [
        \.edgeQueue, \.edge, \.encode, \.send, \.network, \.workerQueue, \.workerCompute, \.returning,
    ]
}

extension PendingRows.Rows {
    /// A time that ties the session's clock to the wall clock when it is first seen.
    fileprivate var firstTime: Instant {
        switch self {
        case .samples(let rows): rows.first?.time ?? .zero
        case .frames(let rows): rows.first?.captured ?? .zero
        case .decisions(let rows): rows.first?.time ?? .zero
        case .events(let rows): rows.first?.time ?? .zero
        }
    }
}

extension Session {
    static func find(_ key: PendingRows.Key, in db: Database) throws -> Session? {
        let sql = """
            SELECT sessions.id, origin_ns FROM sessions JOIN devices ON devices.id = device WHERE name = ? AND boot = ?
            """
        let statement = try db.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: [key.device, key.boot]) else { return nil }
        let session = Session(id: try row.integer(0), origin: try row.integer(1).checkedOrigin())
        return session
    }
}
