internal import GRDB
internal import Model
internal import Telemetry

/// Reads samples within one transaction. Every query names its buckets.
struct SampleReader {
    let db: Database

    private static let columns = "time_ns, value, weight, origin"

    /// From a row of `columns`. An origin of a later version counts as traffic.
    private static func sample(of metric: Metric, _ row: RowStatement.Columns) throws -> Sample {
        Sample(
            metric: metric, time: Instant(nanoseconds: try row.integer(0)), value: try row.real(1),
            weight: try row.real(2), origin: Sample.Origin(code: Int(try row.integer(3))) ?? .traffic)
    }

    /// Calls `body` with the samples of one metric in `times`, ascending in time.
    /// - Complexity: O(minutes in `times` in which any session has samples + samples).
    func forEach(
        _ metric: Metric, of session: Session, in times: ClosedRange<Instant>, _ body: (Sample) throws -> Void
    ) throws {
        let last = session.bucket(of: times.upperBound)
        var next = try edgeBucket("min", from: session.bucket(of: times.lowerBound), upTo: last)
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
            next = bucket < last ? try edgeBucket("min", from: bucket + 1, upTo: last) : nil
        }
    }

    /// The newest samples of each metric, of each session: one walk back through the buckets for all of them.
    /// - Parameters:
    ///   - sessions: with the time before which nothing is looked for.
    ///   - limit: the most samples of one metric of one session.
    ///   - body: called with the place in `sessions` and the samples of one metric, ascending in time.
    func newest(
        _ limit: Int, of sessions: [(session: Session, since: Instant)], _ body: (Int, [Sample]) -> Void
    ) throws {
        let oldest = sessions.map { $0.session.bucket(of: $0.since) }
        guard var first = oldest.min() else { return }
        first = max(first, -Schema.lastBucket)
        var open = sessions.indices.flatMap { index in Metric.allCases.map { Want(index, $0) } }
        var bucket = try edgeBucket("max", from: first, upTo: Schema.lastBucket)
        while let present = bucket, !open.isEmpty {
            for index in open.indices where oldest[open[index].session] <= present {
                let want = open[index]
                let (session, since) = sessions[want.session]
                try append(to: &open[index].samples, limit, want.metric, session, since, in: present)
            }
            let done = open.partition { $0.samples.count >= limit }
            for want in open[done...] { body(want.session, want.samples.reversed()) }
            open.removeSubrange(done...)
            bucket = present > first ? try edgeBucket("max", from: first, upTo: present - 1) : nil
        }
        for want in open where !want.samples.isEmpty { body(want.session, want.samples.reversed()) }
    }

    private struct Want {
        var session: Int
        var metric: Metric
        /// Descending in time.
        var samples: [Sample] = []

        init(_ session: Int, _ metric: Metric) { (self.session, self.metric) = (session, metric) }
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
