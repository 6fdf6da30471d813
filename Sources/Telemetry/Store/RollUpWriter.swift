internal import GRDB
internal import Model

/// Computes roll-ups within a transaction. The rows of one series are added up in order of time, so a roll-up is a
/// function of the samples in the file, to the bit, whatever their order of arrival. Samples are never changed, only
/// added, so that renewing replaces every row that was there.
struct RollUpWriter {
    let db: Database

    /// Rolls a minute's samples up to its seconds and to the minute itself.
    /// - Complexity: O(samples of these sessions in the minute).
    func minute(_ bucket: Int64, sessions: ClosedRange<Int64>) throws {
        let origins = try Self.origins(of: sessions, db)
        let rows = try RowStatement(
            db,
            """
            SELECT session, metric, time_ns, value, weight FROM samples
            WHERE bucket = ? AND session BETWEEN ? AND ? ORDER BY session, metric, time_ns
            """)
        rows.bind(1, bucket)
        rows.bind(2, sessions.lowerBound)
        rows.bind(3, sessions.upperBound)
        var second = try Run(width: .second, db)
        var minute = try Run(width: .minute, db)
        try rows.forEachRow { row in
            let (session, time) = (try row.integer(0), try row.integer(2))
            guard let origin = origins[session] else { throw Self.orphan }
            var sample = Aggregate()
            sample.add(value: try row.real(3), weight: try row.real(4))
            let series = Series(session: session, metric: try row.integer(1))
            try second.add(sample, series, slot: RollUpWidth.second.slot(wall: origin &+ time))
            try minute.add(sample, series, slot: bucket)
        }
        try second.finish()
        try minute.finish()
    }

    /// Rolls the minutes of an hour up to the hour.
    func hour(_ hour: Int64, sessions: ClosedRange<Int64>) throws {
        let rows = try RowStatement(
            db,
            """
            SELECT session, metric, count, weight, moment, minimum, maximum FROM rollups
            WHERE width = 60 AND bucket = ? AND session BETWEEN ? AND ? ORDER BY session, metric, slot
            """)
        rows.bind(1, hour)
        rows.bind(2, sessions.lowerBound)
        rows.bind(3, sessions.upperBound)
        var run = try Run(width: .hour, db)
        try rows.forEachRow { row in
            let series = Series(session: try row.integer(0), metric: try row.integer(1))
            try run.add(Aggregate(row, from: 2), series, slot: hour)
        }
        try run.finish()
    }

    private static func origins(of sessions: ClosedRange<Int64>, _ db: Database) throws -> [Int64: Int64] {
        let rows = try RowStatement(db, "SELECT id, origin_ns FROM sessions WHERE id BETWEEN ? AND ?")
        rows.bind(1, sessions.lowerBound)
        rows.bind(2, sessions.upperBound)
        var origins: [Int64: Int64] = [:]
        try rows.forEachRow { row in origins[try row.integer(0)] = try row.integer(1) }
        return origins
    }

    private static let orphan = DatabaseError(resultCode: .SQLITE_CORRUPT, message: "samples belong to no session")
}

/// One metric of one session.
private struct Series: Hashable {
    var session: Int64
    var metric: Int64
}

/// Adds up neighbours of one series and slot, and writes each sum as it ends.
private struct Run {
    private let width: RollUpWidth
    private let row: RowStatement
    private var current: (series: Series, slot: Int64)?
    private var sum = Aggregate()

    init(width: RollUpWidth, _ db: Database) throws {
        self.width = width
        row = try RowStatement(db, "INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }

    mutating func add(_ part: Aggregate, _ series: Series, slot: Int64) throws {
        if let current, current.series != series || current.slot != slot { try finish() }
        current = (series, slot)
        sum.add(part)
    }

    mutating func finish() throws {
        guard let (series, slot) = current else { return }
        row.bind(1, Int64(width.rawValue))
        row.bind(2, width.bucket(ofSlot: slot))
        row.bind(3, series.session)
        row.bind(4, series.metric)
        row.bind(5, slot)
        row.bind(6, Int64(sum.count))
        row.bind(7, sum.weight)
        row.bind(8, sum.moment)
        row.bind(9, sum.minimum)
        row.bind(10, sum.maximum)
        try row.run()
        current = nil
        sum = Aggregate()
    }
}

extension Aggregate {
    /// From the columns count, weight, moment, minimum, maximum.
    init(_ row: RowStatement.Columns, from column: Int32) throws {
        self.init(
            count: Int(try row.integer(column)), weight: try row.real(column + 1), moment: try row.real(column + 2),
            minimum: try row.real(column + 3), maximum: try row.real(column + 4))
    }
}
