import GRDBSQLite
import Model

/// The store's table of samples, its key and its settings, through SQLite's own C interface and nothing else.
final class RawSamples {
    private static let settings = """
        PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS samples (bucket INTEGER NOT NULL, session INTEGER NOT NULL, metric INTEGER NOT NULL,
            time_ns INTEGER NOT NULL, value REAL NOT NULL, weight REAL NOT NULL, origin INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (bucket, session, metric, time_ns)) WITHOUT ROWID;
        """
    private static let metric: Int64 = 3

    private var database: OpaquePointer?
    private var insertion: OpaquePointer?
    private var query: OpaquePointer?

    init(_ path: String) throws {
        try check(sqlite3_open(path, &database))
        try execute(Self.settings)
        try check(
            sqlite3_prepare_v2(
                database, "INSERT OR IGNORE INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)", -1, &insertion, nil))
        try check(
            sqlite3_prepare_v2(
                database,
                """
                SELECT time_ns, value, weight, origin FROM samples
                WHERE bucket = ? AND session = ? AND metric = ? AND time_ns BETWEEN ? AND ? ORDER BY time_ns
                """, -1, &query, nil))
    }

    deinit {
        sqlite3_finalize(insertion)
        sqlite3_finalize(query)
        sqlite3_close(database)
    }

    func write(_ rows: [(device: Int, samples: [Sample])]) throws {
        try execute("BEGIN IMMEDIATE")
        for (device, samples) in rows {
            for sample in samples {
                sqlite3_bind_int64(insertion, 1, Self.bucket(sample.time))
                sqlite3_bind_int64(insertion, 2, Int64(device + 1))
                sqlite3_bind_int64(insertion, 3, Self.metric)
                sqlite3_bind_int64(insertion, 4, sample.time.nanoseconds)
                sqlite3_bind_double(insertion, 5, sample.value)
                sqlite3_bind_double(insertion, 6, sample.weight)
                sqlite3_bind_int64(insertion, 7, 0)
                let code = sqlite3_step(insertion)
                sqlite3_reset(insertion)
                guard code == SQLITE_DONE else { throw RawError(code: code) }
            }
        }
        try execute("COMMIT")
    }

    /// - Returns: rows read.
    func read(_ device: Int, _ times: ClosedRange<Instant>) throws -> Int {
        var samples: [Sample] = []
        for bucket in Self.bucket(times.lowerBound)...Self.bucket(times.upperBound) {
            sqlite3_bind_int64(query, 1, bucket)
            sqlite3_bind_int64(query, 2, Int64(device + 1))
            sqlite3_bind_int64(query, 3, Self.metric)
            sqlite3_bind_int64(query, 4, times.lowerBound.nanoseconds)
            sqlite3_bind_int64(query, 5, times.upperBound.nanoseconds)
            while sqlite3_step(query) == SQLITE_ROW {
                let time = Instant(nanoseconds: sqlite3_column_int64(query, 0))
                let (value, weight) = (sqlite3_column_double(query, 1), sqlite3_column_double(query, 2))
                let origin: Sample.Origin = sqlite3_column_int64(query, 3) == 0 ? .traffic : .probe
                samples.append(Sample(metric: .uplink, time: time, value: value, weight: weight, origin: origin))
            }
            sqlite3_reset(query)
        }
        return samples.count
    }

    private static func bucket(_ time: Instant) -> Int64 { (Fleet.origin + time.nanoseconds) / 60_000_000_000 }

    private func execute(_ sql: String) throws { try check(sqlite3_exec(database, sql, nil, nil, nil)) }

    private func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw RawError(code: code) }
    }

    private struct RawError: Error {
        var code: Int32
    }
}
