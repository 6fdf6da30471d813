internal import GRDB
internal import Model

/// Compares each level of roll-ups with the level below: seconds with samples, minutes with seconds, hours with minutes,
/// where what is below has not been removed for its age.
///
/// Invariant looked after: a roll-up of what is closed equals the aggregate of what it is made of, in count and extremes to
/// the bit, in sums to within rounding; and there is one if, and only if, that is not empty.
struct RollUpAudit {
    private struct Key: Hashable {
        var session: Int64
        var metric: Int64
        /// Of the upper level.
        var slot: Int64
    }

    private typealias Rows = [Key: Aggregate]

    private let db: Database
    private let marks: Marks
    /// Wall clock, in nanoseconds since 1970.
    private let since: Int64
    /// By session. Both levels of these are in memory at a time, for one bucket of the upper.
    private let parts: [[Int64: Int64]]
    private static let sessionsAtATime = 256

    /// - Parameters:
    ///   - device: the only one; `nil`: all.
    ///   - since: wall clock, in nanoseconds since 1970; stretches that start before are left out.
    init(_ db: Database, device: String?, since: Int64) throws {
        self.db = db
        self.since = since
        marks = try Marks(db)
        let sql = """
            SELECT sessions.id, origin_ns FROM sessions JOIN devices ON devices.id = device
            WHERE name = coalesce(?, name) ORDER BY sessions.id
            """
        let sessions = try Row.fetchAll(db, sql: sql, arguments: [device]).map {
            (id: try $0.integer(0), origin: try $0.integer(1).checkedOrigin())
        }
        let size = device == nil ? Self.sessionsAtATime : 1
        parts = stride(from: 0, to: sessions.count, by: size).map { start in
            let part = sessions[start..<min(start + size, sessions.count)]
            return Dictionary(uniqueKeysWithValues: part.map { ($0.id, $0.origin) })
        }
    }

    /// - Complexity: O(rows of samples and roll-ups).
    func wrongRollUps() throws -> [StoreCheck.WrongRollUps] {
        try RollUpWidth.allCases.flatMap { width in
            var wrong: [Int64: Int] = [:]
            try forEachBucket(of: width) { bucket, below in
                for part in parts {
                    let upper = try rollUps(width, in: bucket, of: part).filter {
                        below.contains(width.bucketBelow(slot: $0.key.slot))
                    }
                    let lower = try sums(for: width, of: below, part)
                    for key in Set(upper.keys).union(lower.keys) {
                        if let one = upper[key], let other = lower[key], one.agrees(with: other) { continue }
                        wrong[key.slot, default: 0] += 1
                    }
                }
            }
            return wrong.sorted { $0.key < $1.key }.map { slot, rows in
                StoreCheck.WrongRollUps(width: width, wall: slot &* width.length.count, rows: rows)
            }
        }
    }

    /// Calls `body` with each bucket in which a level, or the one below, has rows, and with the buckets below that it is made
    /// of, as far as they are judged.
    private func forEachBucket(of width: RollUpWidth, _ body: (Int64, Range<Int64>) throws -> Void) throws {
        guard let judged = try judged(width) else { return }
        let each = width.bucketsBelow
        var next = judged.lowerBound.flooredQuotient(by: each)
        while true {
            let lower = try firstBucket(width.rowsBelow, from: max(judged.lowerBound, next * each))
            let upper = try firstBucket("rollups WHERE width = \(width.rawValue) AND", from: next)
            let found = [upper, lower.map { $0.flooredQuotient(by: each) }].compactMap { $0 }.min()
            guard let bucket = found, bucket <= (judged.upperBound - 1).flooredQuotient(by: each) else { return }
            try body(bucket, (bucket * each..<(bucket + 1) * each).clamped(to: judged))
            next = bucket + 1
        }
    }

    /// The buckets below that are closed, and none of whose rows was removed for its age; `nil` where there are none.
    private func judged(_ width: RollUpWidth) throws -> Range<Int64>? {
        let end = width == .hour ? marks.closedHour : marks.closedMinute
        var start = since.flooredQuotient(by: (width == .hour ? RollUpWidth.hour : .minute).length.count)
        if width == .second {
            start = max(start, marks.samplesFrom)
        } else {
            guard let oldest = try firstBucket(width.rowsBelow, from: -Schema.lastBucket) else { return nil }
            // Where the upper level reaches further back, rows below were removed, of the oldest bucket perhaps some.
            let first = try firstSlot(width) ?? oldest
            start = max(start, first < oldest ? oldest + 1 : oldest)
        }
        return start < end ? start..<end : nil
    }

    private func firstBucket(_ rows: String, from bucket: Int64) throws -> Int64? {
        let statement = try RowStatement(db, "SELECT bucket FROM \(rows) bucket >= ? ORDER BY bucket LIMIT 1")
        statement.bind(1, bucket)
        var found: Int64?
        try statement.forEachRow { found = try $0.integer(0) }
        return found.flatMap { $0 <= Schema.lastBucket ? $0 : nil }
    }

    private func firstSlot(_ width: RollUpWidth) throws -> Int64? {
        let bucket = "(SELECT min(bucket) FROM rollups WHERE width = ?1)"
        let sql = "SELECT min(slot) FROM rollups WHERE width = ?1 AND bucket = \(bucket)"
        return try Int64.fetchOne(db, sql: sql, arguments: [width.rawValue])
    }

    private func rollUps(_ width: RollUpWidth, in bucket: Int64, of part: [Int64: Int64]) throws -> Rows {
        var rows = Rows()
        let statement = try RowStatement(
            db,
            """
            SELECT session, metric, slot, count, weight, moment, minimum, maximum FROM rollups
            WHERE width = ? AND bucket = ? AND session BETWEEN ? AND ?
            """)
        statement.bind(1, Int64(width.rawValue))
        try forEachRow(statement, at: 2, in: bucket, of: part) { key, _, row in
            var key = key
            key.slot = try row.integer(2)
            // What is no number agrees with nothing.
            rows[key] = (try? Aggregate(row, from: 3)) ?? Aggregate()
        }
        return rows
    }

    /// What the roll-ups of a level should be, from the level below.
    private func sums(for width: RollUpWidth, of buckets: Range<Int64>, _ part: [Int64: Int64]) throws -> Rows {
        var sums = Rows()
        for bucket in buckets {
            if width == .second {
                try addSamples(of: bucket, part, to: &sums)
            } else {
                for (key, sum) in try rollUps(width.below, in: bucket, of: part) {
                    sums[Key(session: key.session, metric: key.metric, slot: bucket), default: Aggregate()].add(sum)
                }
            }
        }
        return sums
    }

    private func addSamples(of bucket: Int64, _ part: [Int64: Int64], to sums: inout Rows) throws {
        let statement = try RowStatement(
            db,
            """
            SELECT session, metric, time_ns, value, weight FROM samples WHERE bucket = ? AND session BETWEEN ? AND ?
            ORDER BY session, metric, time_ns
            """)
        try forEachRow(statement, at: 1, in: bucket, of: part) { key, origin, row in
            // What is no number is found among the samples themselves.
            guard let time = try? row.integer(2), let value = try? row.real(3), let weight = try? row.real(4) else {
                return
            }
            var key = key
            key.slot = RollUpWidth.second.slot(wall: origin &+ time)
            sums[key, default: Aggregate()].add(value: value, weight: weight)
        }
    }

    /// Binds bucket and sessions from a position on, and calls `body` with the owner of each row and its origin.
    private func forEachRow(
        _ statement: RowStatement, at position: Int32, in bucket: Int64, of part: [Int64: Int64],
        _ body: (Key, Int64, RowStatement.Columns) throws -> Void
    ) throws {
        statement.bind(position, bucket)
        statement.bind(position + 1, part.keys.min() ?? 0)
        statement.bind(position + 2, part.keys.max() ?? -1)
        try statement.forEachRow { row in
            let session = try row.integer(0)
            guard let origin = part[session] else { return }
            try body(Key(session: session, metric: try row.integer(1), slot: 0), origin, row)
        }
    }
}

extension RollUpWidth {
    /// What a roll-up is made of; the level of seconds is made of samples, and has none below.
    fileprivate var below: RollUpWidth { self == .hour ? .minute : .second }

    /// The buckets of the level below that one bucket of this level is made of.
    fileprivate var bucketsBelow: Int64 { self == .second ? 1 : slotsPerBucket }

    /// The bucket of the level below that a roll-up is made of, or of which it is a part.
    fileprivate func bucketBelow(slot: Int64) -> Int64 {
        self == .second ? slot.flooredQuotient(by: slotsPerBucket) : slot
    }

    /// The rows of the level below, for a condition on their bucket to follow.
    fileprivate var rowsBelow: String {
        self == .second ? "samples WHERE" : "rollups WHERE width = \(below.rawValue) AND"
    }
}

extension Aggregate {
    /// Whether count and extremes are equal, and sums but for rounding.
    fileprivate func agrees(with other: Self) -> Bool {
        let largest = weight * max(abs(minimum), abs(maximum))
        return count == other.count && minimum == other.minimum && maximum == other.maximum
            && abs(weight - other.weight) <= 1e-9 * weight && abs(moment - other.moment) <= 1e-9 * largest
    }
}
