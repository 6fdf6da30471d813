internal import GRDB
internal import Model
internal import Telemetry

/// Reads samples within one transaction. Every query names its buckets.
struct SampleReader {
    let db: Database

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
            SELECT time_ns, value, weight FROM samples
            WHERE bucket = ? AND session = ? AND metric = ? AND time_ns BETWEEN ? AND ? ORDER BY time_ns
            """)
        while let bucket = next {
            rows.bind(1, bucket)
            rows.bind(2, session.id)
            rows.bind(3, Int64(metric.code))
            rows.bind(4, times.lowerBound.nanoseconds)
            rows.bind(5, times.upperBound.nanoseconds)
            try rows.forEachRow { row in
                let time = Instant(nanoseconds: try row.integer(0))
                try body(Sample(metric: metric, time: time, value: try row.real(1), weight: try row.real(2)))
            }
            next = bucket < last ? isShort ? bucket + 1 : try edgeBucket("min", from: bucket + 1, upTo: last) : nil
        }
    }

    /// So few minutes are tried one by one, without asking first where there are samples.
    private static let shortRange: Int64 = 5

    /// The newest samples of each metric, of each session: one walk back through the buckets for all of them.
    /// - Parameters:
    ///   - sessions: with the time before which nothing is looked for.
    ///   - limit: the most samples of one metric of one session.
    ///   - body: called with the place in `sessions` and the samples of one metric, descending in time.
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
                let metric = open[index].metric
                let (session, since) = sessions[open[index].session]
                try append(to: &open[index].samples, limit, metric, session, since, in: present)
            }
            let done = open.partition { $0.samples.count >= limit }
            for want in open[done...] { body(want.session, want.samples) }
            open.removeSubrange(done...)
            bucket = present > first ? try edgeBucket("max", from: first, upTo: present - 1) : nil
        }
        for want in open where !want.samples.isEmpty { body(want.session, want.samples) }
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
            SELECT time_ns, value, weight FROM samples
            WHERE bucket = ? AND session = ? AND metric = ? AND time_ns >= ? ORDER BY time_ns DESC LIMIT ?
            """)
        rows.bind(1, bucket)
        rows.bind(2, session.id)
        rows.bind(3, Int64(metric.code))
        rows.bind(4, since.nanoseconds)
        rows.bind(5, Int64(limit - samples.count))
        try rows.forEachRow { row in
            let time = Instant(nanoseconds: try row.integer(0))
            samples.append(Sample(metric: metric, time: time, value: try row.real(1), weight: try row.real(2)))
        }
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
