internal import GRDB
public import Model

/// Reading sees what was written, not what is still queued: `flush()` first where that matters. All of it throws
/// `StoreError` or `StoreUnavailable`.
extension TelemetryStore {
    /// Every boot of every device, in the order in which they were first seen.
    public func boots() async throws -> [DeviceBoot] {
        let sql = "SELECT name, boot, origin_ns FROM sessions JOIN devices ON devices.id = device ORDER BY sessions.id"
        return try await rows(sql) { row in
            DeviceBoot(
                device: try row.text(0), boot: Int(try row.integer(1)), origin: try row.integer(2).checkedOrigin())
        }
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

    func rows<Element: Sendable>(
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

    func read<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        do {
            return try await pool().read(body)
        } catch {
            throw storeError(error, path: path)
        }
    }
}

extension FrameRecord {
    fileprivate init(row: Row) throws {
        var stages = StageTimes()
        for (index, span) in StageTimes.columns.enumerated() {
            stages[keyPath: span] = Nanoseconds(try row.integer(7 + index))
        }
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
