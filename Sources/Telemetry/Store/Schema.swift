internal import GRDB
internal import Model
internal import Telemetry

/// The tables of a telemetry file.
enum Schema {
    /// "RSPL": marks a file as ours in the header of the database.
    static let applicationID: Int32 = 0x5253_504C

    /// Length of a bucket of samples. Buckets count wall-clock time, so rows of all devices arrive at one end of the
    /// table.
    static let bucketNanoseconds: Int64 = 60_000_000_000

    /// Beyond any bucket that a plausible time can have.
    static let lastBucket = Int64.max / bucketNanoseconds

    /// A session is one boot of one device.
    ///
    /// The samples' key starts with the bucket: rows of the present lie together, and old ones fall off at one end. A
    /// query must name its buckets. Integers only, and no foreign keys in the tables that fill fast.
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 samples, frames, decisions, events") { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: firstTables)
        }
        migrator.registerMigration("2 roll-ups, marks, clock steps") { db in try db.execute(sql: rollUpTables) }
        migrator.registerMigration("3 origins of samples") { db in try db.execute(sql: origins) }
        migrator.registerMigration("4 controllers") { db in try db.execute(sql: controllers) }
        return migrator
    }

    /// Names metrics and origins for whoever reads the file with other tools.
    static func nameCodes(_ db: Database) throws {
        for metric in Metric.allCases {
            try db.execute(
                sql: "INSERT OR IGNORE INTO metrics (id, name) VALUES (?, ?)",
                arguments: [metric.code, metric.rawValue])
        }
        for origin in Sample.Origin.allCases {
            try db.execute(
                sql: "INSERT OR IGNORE INTO origins (id, name) VALUES (?, ?)",
                arguments: [origin.code, origin.rawValue])
        }
    }

    private static let firstTables = """
        CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE devices (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            device INTEGER NOT NULL REFERENCES devices (id),
            boot INTEGER NOT NULL,
            origin_ns INTEGER NOT NULL,
            UNIQUE (device, boot)
        );
        CREATE TABLE samples (
            bucket INTEGER NOT NULL,
            session INTEGER NOT NULL,
            metric INTEGER NOT NULL,
            time_ns INTEGER NOT NULL,
            value REAL NOT NULL,
            weight REAL NOT NULL,
            PRIMARY KEY (bucket, session, metric, time_ns)
        ) WITHOUT ROWID;
        CREATE TABLE frames (
            session INTEGER NOT NULL,
            frame INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            plan TEXT NOT NULL,
            answer TEXT NOT NULL,
            captured_ns INTEGER NOT NULL,
            latency_ns INTEGER NOT NULL,
            edge_queue_ns INTEGER NOT NULL,
            edge_ns INTEGER NOT NULL,
            encode_ns INTEGER NOT NULL,
            send_ns INTEGER NOT NULL,
            network_ns INTEGER NOT NULL,
            worker_queue_ns INTEGER NOT NULL,
            worker_compute_ns INTEGER NOT NULL,
            return_ns INTEGER NOT NULL,
            sent_bytes INTEGER NOT NULL,
            top_class INTEGER NOT NULL,
            correct INTEGER,
            PRIMARY KEY (session, frame)
        ) WITHOUT ROWID;
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY,
            session INTEGER NOT NULL,
            time_ns INTEGER NOT NULL,
            epoch INTEGER NOT NULL,
            plan TEXT NOT NULL,
            reason TEXT NOT NULL,
            body TEXT NOT NULL
        );
        CREATE INDEX decisions_by_time ON decisions (session, time_ns);
        CREATE TABLE events (
            session INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            time_ns INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (session, sequence)
        ) WITHOUT ROWID;
        """

    /// What was written before counts as of traffic.
    private static let origins = """
        CREATE TABLE origins (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        ALTER TABLE samples ADD COLUMN origin INTEGER NOT NULL DEFAULT 0;
        """

    /// Roll-ups lie in buckets as samples do, each 24 or 60 times as long as their width; `slot` counts widths since 1970
    /// of the store's wall clock, and `moment` is the sum of weight times value.
    private static let rollUpTables = """
        CREATE TABLE rollups (
            width INTEGER NOT NULL,
            bucket INTEGER NOT NULL,
            session INTEGER NOT NULL,
            metric INTEGER NOT NULL,
            slot INTEGER NOT NULL,
            count INTEGER NOT NULL,
            weight REAL NOT NULL,
            moment REAL NOT NULL,
            minimum REAL NOT NULL,
            maximum REAL NOT NULL,
            PRIMARY KEY (width, bucket, session, metric, slot)
        ) WITHOUT ROWID;
        CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE clock_steps (id INTEGER PRIMARY KEY, wall_ns INTEGER NOT NULL, step_ns INTEGER NOT NULL);
        """

    /// The bucket of a wall-clock time, rounded towards the past.
    static func bucket(wall nanoseconds: Int64) -> Int64 {
        nanoseconds.flooredQuotient(by: bucketNanoseconds)
    }
}

extension Int64 {
    /// The quotient rounded towards the past.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// A session as rows refer to it.
struct Session: Hashable, Sendable {
    var id: Int64
    /// Wall clock at the device's time zero; fixed when the session is first seen, so that a sample's bucket never
    /// changes.
    var origin: Int64

    func bucket(of time: Instant) -> Int64 { Schema.bucket(wall: origin + time.nanoseconds) }
}
