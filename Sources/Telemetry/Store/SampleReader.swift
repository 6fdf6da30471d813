internal import GRDB
internal import Model
internal import Telemetry

/// Reads samples within one transaction. Every query names its buckets.
struct SampleReader {
    let db: Database

    private static let columns = "time_ns, value, weight, origin"

    /// From a row of `columns`. An origin of a later version counts as traffic.
    private static func sample(of metric: Metric, _ row: RowStatement.Columns) throws -> Sample {
        let time = Instant(nanoseconds: try row.integer(0))
        guard time.isPlausible else { throw DatabaseError.impossible("a sample has an impossible time") }
        return Sample(
            metric: metric, time: time, value: try row.real(1),
            weight: try row.real(2), origin: Sample.Origin(code: Int(try row.integer(3))) ?? .traffic)
    }

    /// Calls `body` with the samples of one metric in `times`, ascending in time.
    /// - Complexity: O(minutes in `times` in which any session has samples + samples).
    func forEach(
        _ metric: Metric, of session: Session, in times: ClosedRange<Instant>, _ body: (Sample) throws -> Void
    ) throws {
        let (first, last) = (session.bucket(of: times.lowerBound), session.bucket(of: times.upperBound))
        let isShort = last - first < Self.shortRange
        var next: Int64? = isShort ? first : try edgeBucket("min", from: first, upTo: last)
        let rows = try RowStatement(
            db,
            """
            SELECT \(Self.columns) FROM samples
            WHERE bucket = ? AND session = ? AND metric = ? AND time_ns BETWEEN ? AND ? ORDER BY time_ns
            """)
        while let bucket = next {
            rows.bind(1, bucket)
            rows.bind(2, session.id)
            rows.bind(3, Int64(metric.code))
            rows.bind(4, times.lowerBound.nanoseconds)
            rows.bind(5, times.upperBound.nanoseconds)
            try rows.forEachRow { row in try body(Self.sample(of: metric, row)) }
            next = bucket < last ? isShort ? bucket + 1 : try edgeBucket("min", from: bucket + 1, upTo: last) : nil
        }
    }

    /// So few minutes are tried one by one, without asking first where there are samples.
    private static let shortRange: Int64 = 5

    /// The newest samples of each metric, of each session: one walk back through the buckets for all of them. Where minutes
    /// are closed, their roll-ups tell which metrics are there at all, so that those never measured are not looked for.
    /// - Parameters:
    ///   - sessions: with the time before which nothing is looked for.
    ///   - limit: the most samples of one metric of one session.
    ///   - body: called with the place in `sessions` and the samples of one metric, descending in time.
    func newest(
        _ limit: Int, of sessions: [(session: Session, since: Instant)], _ body: (Int, [Sample]) -> Void
    ) throws {
        guard let start = try edgeBucket("min", from: -Schema.lastBucket, upTo: Schema.lastBucket) else { return }
        var open = sessions.indices.flatMap { index in
            let oldest = max(start, sessions[index].session.bucket(of: sessions[index].since))
            return Metric.allCases.map { Want(session: index, metric: $0, oldest: oldest) }
        }
        let closed = try Marks(db).closedMinute
        var isNarrowed = false
        var bucket = try edgeBucket("max", from: start, upTo: Schema.lastBucket)
        while let present = bucket, !open.isEmpty {
            if present < closed, !isNarrowed {
                try narrow(&open, sessions, before: closed)
                isNarrowed = true
            }
            for index in open.indices where open[index].oldest <= present {
                let metric = open[index].metric
                let (session, since) = sessions[open[index].session]
                try append(to: &open[index].samples, limit, metric, session, since, in: present)
            }
            let done = open.partition { $0.samples.count >= limit || $0.oldest >= present }
            for want in open[done...] where !want.samples.isEmpty { body(want.session, want.samples) }
            open.removeSubrange(done...)
            let first = open.map(\.oldest).min() ?? present
            bucket = present > first ? try edgeBucket("max", from: first, upTo: present - 1) : nil
        }
        for want in open where !want.samples.isEmpty { body(want.session, want.samples) }
    }

    private struct Want {
        var session: Int
        var metric: Metric
        /// The first bucket that can hold any.
        var oldest: Int64
        /// Descending in time.
        var samples: [Sample] = []
    }

    /// Moves `oldest` up to the first closed minute that has samples of the metric, and beyond where none has.
    private func narrow(
        _ open: inout [Want], _ sessions: [(session: Session, since: Instant)], before closed: Int64
    ) throws {
        let rows = try RowStatement(
            db,
            """
            SELECT metric, min(slot) FROM rollups WHERE width = 60 AND bucket = ? AND session = ? AND slot < ?
            GROUP BY metric
            """)
        let hours = try rolledHours(from: open.map(\.oldest).min() ?? closed, before: closed)
        var firsts: [Int: [Int64: Int64]] = [:]
        for index in open.indices {
            let want = (
                session: open[index].session, metric: Int64(open[index].metric.code), oldest: open[index].oldest
            )
            if firsts[want.session] == nil {
                let hours = hours.drop { $0 < RollUpWidth.minute.bucket(ofSlot: want.oldest) }
                firsts[want.session] = try first(rows, sessions[want.session].session, in: hours, before: closed)
            }
            open[index].oldest = max(want.oldest, firsts[want.session]?[want.metric] ?? closed)
        }
    }

    /// Hours of the minutes within bounds in which any session has roll-ups, ascending: as many as there are in the file,
    /// however far the bounds lie apart.
    private func rolledHours(from oldest: Int64, before closed: Int64) throws -> [Int64] {
        let rows = try RowStatement(
            db, "SELECT bucket FROM rollups WHERE width = 60 AND bucket BETWEEN ? AND ? ORDER BY bucket LIMIT 1")
        var hours: [Int64] = []
        guard oldest < closed else { return hours }
        var next = RollUpWidth.minute.bucket(ofSlot: oldest)
        let last = RollUpWidth.minute.bucket(ofSlot: closed - 1)
        while next <= last {
            let before = hours.count
            rows.bind(1, next)
            rows.bind(2, last)
            try rows.forEachRow { hours.append(try $0.integer(0)) }
            guard hours.count > before, let hour = hours.last, hour >= next else { break }
            next = hour + 1
        }
        return hours
    }

    /// By metric, the first minute that has samples; up to an hour too early.
    private func first(
        _ rows: RowStatement, _ session: Session, in hours: ArraySlice<Int64>, before closed: Int64
    ) throws -> [Int64: Int64] {
        var firsts: [Int64: Int64] = [:]
        for hour in hours {
            rows.bind(1, hour)
            rows.bind(2, session.id)
            rows.bind(3, closed)
            try rows.forEachRow { row in
                let metric = try row.integer(0)
                firsts[metric] = min(firsts[metric] ?? .max, try row.integer(1))
            }
        }
        return firsts
    }

    private func append(
        to samples: inout [Sample], _ limit: Int, _ metric: Metric, _ session: Session, _ since: Instant,
        in bucket: Int64
    ) throws {
        let rows = try RowStatement(
            db,
            """
            SELECT \(Self.columns) FROM samples
            WHERE bucket = ? AND session = ? AND metric = ? AND time_ns >= ? ORDER BY time_ns DESC LIMIT ?
            """)
        rows.bind(1, bucket)
        rows.bind(2, session.id)
        rows.bind(3, Int64(metric.code))
        rows.bind(4, since.nanoseconds)
        rows.bind(5, Int64(limit - samples.count))
        try rows.forEachRow { row in samples.append(try Self.sample(of: metric, row)) }
    }

    /// The first or last bucket within bounds in which any session has samples.
    private func edgeBucket(_ edge: String, from first: Int64, upTo last: Int64) throws -> Int64? {
        let order = edge == "min" ? "ASC" : "DESC"
        let rows = try RowStatement(
            db, "SELECT bucket FROM samples WHERE bucket BETWEEN ? AND ? ORDER BY bucket \(order) LIMIT 1")
        rows.bind(1, first)
        rows.bind(2, last)
        var found: Int64?
        try rows.forEachRow { row in found = try row.integer(0) }
        guard found.map({ (first...max(first, last)).contains($0) }) ?? true else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "samples are out of order")
        }
        return found
    }
}
