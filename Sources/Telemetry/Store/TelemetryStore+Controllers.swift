internal import GRDB
public import Model

/// A controller of a device as it was made: what it decides by. With the events that it was given from then on it can be run
/// again.
public struct ControllerStart: Hashable, Codable, Sendable {
    public var device: String
    /// Of the device.
    public var boot: Int
    /// Of the first event given to it; it is the boot's last until the next controller's first.
    public var sequence: Int
    /// Of that event.
    public var time: Instant
    /// JSON.
    public var planSet: String
    /// JSON.
    public var settings: String
    /// Where the device stands among those that share a cloud, 0…1.
    public var herdPart: Double

    public init(
        device: String, boot: Int, sequence: Int, time: Instant, planSet: String, settings: String, herdPart: Double = 0
    ) {
        self.device = device
        self.boot = boot
        self.sequence = sequence
        self.time = time
        self.planSet = planSet
        self.settings = settings
        self.herdPart = herdPart
    }

    enum CodingKeys: String, CodingKey {
        case device, boot, sequence, time = "time_ns", planSet = "plan_set", settings, herdPart = "herd_part"
    }
}

extension Schema {
    /// Plan sets and settings are alike for many controllers: each text is kept once, and found by its digest.
    static let controllers = """
        CREATE TABLE documents (id INTEGER PRIMARY KEY, digest INTEGER NOT NULL, body TEXT NOT NULL);
        CREATE INDEX documents_by_digest ON documents (digest);
        CREATE TABLE controllers (
            session INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            time_ns INTEGER NOT NULL,
            plan_set INTEGER NOT NULL,
            settings INTEGER NOT NULL,
            herd_part REAL NOT NULL,
            PRIMARY KEY (session, sequence, time_ns)
        ) WITHOUT ROWID;
        """
}

/// All of it throws `StoreError` or `StoreUnavailable`.
extension TelemetryStore {
    /// Writes at once, and returns when it is in the file. The same start written twice changes nothing.
    /// - Parameter deviceTime: the device's clock now; places the boot on the wall clock where nothing of it is known yet.
    public func write(_ start: ControllerStart, deviceTime: Instant) async throws {
        let wall = options.wallClock()
        do {
            try await pool().write { db in
                let key = PendingRows.Key(device: start.device, boot: start.boot)
                try db.execute(sql: "INSERT OR IGNORE INTO devices (name) VALUES (?)", arguments: [key.device])
                try db.execute(
                    sql: """
                        INSERT OR IGNORE INTO sessions (device, boot, origin_ns) SELECT id, ?, ? FROM devices WHERE name = ?
                        """, arguments: [key.boot, wall - deviceTime.nanoseconds, key.device])
                guard let session = try Session.find(key, in: db) else {
                    throw DatabaseError.impossible("a session that was inserted is not there")
                }
                let (planSet, settings) = try (Self.keep(start.planSet, in: db), Self.keep(start.settings, in: db))
                try db.execute(
                    sql: "INSERT OR IGNORE INTO controllers VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [session.id, start.sequence, start.time.nanoseconds, planSet, settings, start.herdPart])
            }
        } catch {
            throw storeError(error, path: path)
        }
    }

    /// The controllers of one boot, in the order of their first events.
    public func controllers(device: String, boot: Int) async throws -> [ControllerStart] {
        let sql = """
            SELECT sequence, time_ns, plans.body, rules.body, herd_part FROM controllers
            JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device
            JOIN documents AS plans ON plans.id = plan_set JOIN documents AS rules ON rules.id = settings
            WHERE name = ? AND boot = ? ORDER BY sequence, time_ns
            """
        return try await rows(sql, [device, boot]) { row in
            ControllerStart(
                device: device, boot: boot, sequence: Int(try row.integer(0)),
                time: Instant(nanoseconds: try row.integer(1)), planSet: try row.text(2), settings: try row.text(3),
                herdPart: try row.real(4))
        }
    }

    /// Events of one boot with numbers in `range`, at most `limit` of them, ascending.
    public func events(
        device: String, boot: Int, in range: Range<Int>, limit: Int
    ) async throws -> [EventRecord] {
        let sql = """
            SELECT sequence, time_ns, body FROM events JOIN sessions ON sessions.id = session
            JOIN devices ON devices.id = device
            WHERE name = ? AND boot = ? AND sequence >= ? AND sequence < ? ORDER BY sequence LIMIT ?
            """
        return try await rows(sql, [device, boot, range.lowerBound, range.upperBound, limit]) { row in
            EventRecord(
                sequence: Int(try row.integer(0)), time: Instant(nanoseconds: try row.integer(1)), body: try row.text(2)
            )
        }
    }

    /// Of the boot's newest event that was written; zero where there is none.
    public func lastEventSequence(device: String, boot: Int) async throws -> Int {
        let sql = """
            SELECT max(sequence) FROM events JOIN sessions ON sessions.id = session
            JOIN devices ON devices.id = device WHERE name = ? AND boot = ? HAVING max(sequence) IS NOT NULL
            """
        return try await rows(sql, [device, boot]) { Int(try $0.integer(0)) }.first ?? 0
    }

    /// - Returns: the document's number.
    private static func keep(_ body: String, in db: Database) throws -> Int64 {
        let key = Int64(bitPattern: digest(of: body))
        let known = try Int64.fetchOne(
            db, sql: "SELECT id FROM documents WHERE digest = ? AND body = ?", arguments: [key, body])
        if let known { return known }
        try db.execute(sql: "INSERT INTO documents (digest, body) VALUES (?, ?)", arguments: [key, body])
        return db.lastInsertedRowID
    }
}
