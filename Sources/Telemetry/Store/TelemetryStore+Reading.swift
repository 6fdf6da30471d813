internal import GRDB
public import Model
public import Telemetry

/// Reading sees what was written, not what is still queued: `flush()` first where that matters. All of it throws
/// `StoreError` or `StoreUnavailable`.
extension TelemetryStore {
    /// Every boot of every device, in the order in which they were first seen.
    public func boots() async throws -> [DeviceBoot] {
        let sql = "SELECT name, boot, origin_ns FROM sessions JOIN devices ON devices.id = device ORDER BY sessions.id"
        return try await rows(sql) { row in
            DeviceBoot(device: try row.text(0), boot: Int(try row.integer(1)), origin: try row.integer(2))
        }
    }

    /// The newest samples of each metric, ascending in time; samples of one time are in the order of `Metric.code`.
    /// - Parameters:
    ///   - since: nothing older is looked for.
    ///   - limit: the most samples of one metric.
    /// - Complexity: O(minutes since `since` in which any device has samples + samples returned).
    public func recentSamples(
        device: String, boot: Int, since: Instant, limit: Int = EstimatorSettings.history
    ) async throws -> [Sample] {
        try await read { db in
            guard since.isPlausible, let session = try Session.find(.init(device: device, boot: boot), in: db) else {
                return []
            }
            var missing = Metric.allCases.map { (metric: $0, count: limit) }
            var samples: [Sample] = []
            var bucket = try Self.newestBucket(before: .max, db)
            while let present = bucket, present >= session.bucket(of: since), !missing.isEmpty {
                for index in missing.indices {
                    let (metric, count) = missing[index]
                    let found = try Self.newest(count, of: metric, in: present, session, since: since, db)
                    samples += found
                    missing[index].count -= found.count
                }
                missing.removeAll { $0.count <= 0 }
                bucket = try Self.newestBucket(before: present, db)
            }
            return samples.sorted { ($0.time, $0.metric.code) < ($1.time, $1.metric.code) }
        }
    }

    /// An estimator in the state that it had before the restart: fed with every sample in the file that can still
    /// matter.
    /// - Parameter now: on the device's clock.
    public func estimator(
        device: String, boot: Int, at now: Instant, settings: EstimatorSettings = EstimatorSettings()
    ) async throws -> ConditionsEstimator {
        var estimator = ConditionsEstimator(settings: settings)
        guard now.isPlausible else { return estimator }
        for sample in try await recentSamples(device: device, boot: boot, since: now - settings.horizon) {
            estimator.record(sample)
        }
        return estimator
    }

    /// Decisions of all boots, in the order in which they were appended.
    public func decisions(device: String) async throws -> [DecisionRecord] {
        let sql = """
            SELECT boot, time_ns, epoch, plan, reason, body FROM decisions
            JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device
            WHERE name = ? ORDER BY decisions.id
            """
        return try await rows(sql, [device]) { row in
            DecisionRecord(
                device: device, boot: Int(try row.integer(0)), time: Instant(nanoseconds: try row.integer(1)),
                epoch: Int(try row.integer(2)), plan: try row.text(3), reason: try row.text(4), body: try row.text(5))
        }
    }

    /// Events of one boot, ascending in sequence.
    public func events(device: String, boot: Int) async throws -> [EventRecord] {
        let sql = """
            SELECT sequence, time_ns, body FROM events JOIN sessions ON sessions.id = session
            JOIN devices ON devices.id = device WHERE name = ? AND boot = ? ORDER BY sequence
            """
        return try await rows(sql, [device, boot]) { row in
            EventRecord(
                sequence: Int(try row.integer(0)), time: Instant(nanoseconds: try row.integer(1)), body: try row.text(2)
            )
        }
    }

    /// Frames of one boot with numbers in `range`, ascending.
    public func frames(device: String, boot: Int, in range: Range<Int> = 0..<Int.max) async throws -> [FrameRecord] {
        let sql = """
            SELECT frames.* FROM frames JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device
            WHERE name = ? AND boot = ? AND frame >= ? AND frame < ? ORDER BY frame
            """
        return try await rows(sql, [device, boot, range.lowerBound, range.upperBound]) { try FrameRecord(row: $0) }
    }

    /// What SQLite finds wrong with the file; empty where it is sound.
    /// - Complexity: O(size of the file).
    public func integrityCheck() async throws -> [String] {
        let findings = try await rows("PRAGMA integrity_check", []) { try $0.text(0) }
        return findings == ["ok"] ? [] : findings
    }

    private func rows<Element: Sendable>(
        _ sql: String, _ arguments: [any DatabaseValueConvertible & Sendable] = [],
        _ element: @escaping @Sendable (Row) throws -> Element
    ) async throws -> [Element] {
        try await read { db in
            let cursor = try Row.fetchCursor(db, sql: sql, arguments: StatementArguments(arguments))
            var elements: [Element] = []
            while let row = try cursor.next() { elements.append(try element(row)) }
            return elements
        }
    }

    private func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw storeError(error, path: path)
        }
    }

    private static func newestBucket(before bound: Int64, _ db: Database) throws -> Int64? {
        let statement = try db.cachedStatement(
            sql: "SELECT bucket FROM samples WHERE bucket < ? ORDER BY bucket DESC LIMIT 1")
        guard let bucket = try Row.fetchOne(statement, arguments: [bound])?.integer(0) else { return nil }
        guard bucket < bound else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "samples are out of order")
        }
        return bucket
    }

    private static func newest(
        _ limit: Int, of metric: Metric, in bucket: Int64, _ session: Session, since: Instant, _ db: Database
    ) throws -> [Sample] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT time_ns, value, weight FROM samples
                WHERE bucket = ? AND session = ? AND metric = ? AND time_ns >= ? ORDER BY time_ns DESC LIMIT ?
                """)
        let cursor = try Row.fetchCursor(
            statement, arguments: [bucket, session.id, metric.code, since.nanoseconds, limit])
        var samples: [Sample] = []
        while let row = try cursor.next() {
            let time = Instant(nanoseconds: try row.integer(0))
            samples.append(Sample(metric: metric, time: time, value: try row.real(1), weight: try row.real(2)))
        }
        return samples
    }
}

extension FrameRecord {
    fileprivate init(row: Row) throws {
        var stages = StageTimes()
        let spans: [WritableKeyPath<StageTimes, Nanoseconds>] = [
            \.edgeQueue, \.edge, \.encode, \.send, \.network, \.workerQueue, \.workerCompute, \.returning,
        ]
        for (index, span) in spans.enumerated() { stages[keyPath: span] = Nanoseconds(try row.integer(7 + index)) }
        guard let answer = Answer(rawValue: try row.text(4)) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a frame has an unknown kind of answer")
        }
        self.init(
            frame: Int(try row.integer(1)), epoch: Int(try row.integer(2)), planID: try row.text(3), answer: answer,
            captured: Instant(nanoseconds: try row.integer(5)), latency: Nanoseconds(try row.integer(6)),
            stages: stages, sentBytes: Int(try row.integer(15)), topClass: Int(try row.integer(16)),
            isCorrect: row.isNull(17) ? nil : try row.integer(17) != 0)
    }
}
