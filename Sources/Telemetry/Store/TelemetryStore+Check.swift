internal import GRDB
public import Model
internal import Telemetry

extension TelemetryStore {
    /// Looks at all that the file holds. Where SQLite finds it damaged, nothing further is looked at.
    /// - Parameters:
    ///   - device: the only one to look at; `nil`: all.
    ///   - since: wall clock, in nanoseconds since 1970: gaps, roll-ups and clocks before it are left out, samples by whole
    ///     minutes. Integrity is that of the whole file.
    ///   - longestGap: silence of a boot, or of a metric, that is no gap yet.
    /// - Complexity: O(size of the file).
    public func check(
        device: String? = nil, since: Int64 = .min, longestGap: Nanoseconds = .seconds(60)
    ) async throws -> StoreCheck {
        let damage = try await integrityCheck()
        guard damage.isEmpty else {
            var check = StoreCheck()
            check.damage = damage
            return check
        }
        return try await read { db in
            var survey = try Survey(db, device: device, longestGap: longestGap)
            try survey.readSamples(db, since: Schema.bucket(wall: since))
            var check = survey.finish()
            check.wrongRollUps = try Self.wrongRollUps(db, since: Schema.bucket(wall: since))
            check.clockFaults =
                try Self.wallClockSteps(db, since: since) + Self.deviceClockSteps(db, device, since: since)
                + check.clockFaults
            return check
        }
    }

    /// Minutes that are closed, and still have their samples, in which these and the roll-ups differ in number.
    private static func wrongRollUps(_ db: Database, since bucket: Int64) throws -> [Int64] {
        let marks = try Marks(db)
        let sql = """
            SELECT bucket FROM (
                SELECT bucket, count(*) AS count FROM samples WHERE bucket >= ?1 AND bucket < ?2 GROUP BY bucket
            ) AS held LEFT JOIN (
                SELECT bucket AS minute, sum(count) AS rolled FROM rollups
                WHERE width = 1 AND bucket >= ?1 AND bucket < ?2 GROUP BY bucket
            ) ON minute = bucket WHERE rolled IS NOT count ORDER BY bucket
            """
        return try Int64.fetchAll(db, sql: sql, arguments: [max(marks.samplesFrom, bucket), marks.closedMinute])
    }

    private static func wallClockSteps(_ db: Database, since: Int64) throws -> [StoreCheck.ClockFault] {
        let sql = "SELECT wall_ns, step_ns FROM clock_steps WHERE wall_ns >= ? ORDER BY id"
        return try Row.fetchAll(db, sql: sql, arguments: [since]).map { row in
            StoreCheck.ClockFault(
                kind: .wallClock, wall: try row.integer(0), step: Nanoseconds(try row.integer(1)))
        }
    }

    private static func deviceClockSteps(
        _ db: Database, _ device: String?, since: Int64
    ) throws -> [StoreCheck.ClockFault] {
        let sql = """
            SELECT name, boot, origin_ns + captured_ns, captured_ns - before FROM (
                SELECT session, frame, captured_ns,
                    lag(captured_ns) OVER (PARTITION BY session ORDER BY frame) AS before FROM frames
            ) JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device
            WHERE captured_ns < before AND name = coalesce(?, name) AND origin_ns + captured_ns >= ?
            ORDER BY session, frame
            """
        return try Row.fetchAll(db, sql: sql, arguments: [device, since]).map { row in
            StoreCheck.ClockFault(
                kind: .deviceClock, device: try row.text(0), boot: Int(try row.integer(1)), wall: try row.integer(2),
                step: Nanoseconds(try row.integer(3)))
        }
    }
}

/// Passes once over the samples and finds gaps, silences and overlaps.
private struct Survey {
    private struct Boot {
        var device: String
        var boot: Int
        var origin: Int64
        var first: Int64?
        var last: Int64?
        /// By `Metric.code`.
        var lasts: [Int64: Int64] = [:]
    }

    private let longestGap: Nanoseconds
    /// By session.
    private var boots: [Int64: Boot] = [:]
    private var check = StoreCheck()

    init(_ db: Database, device: String?, longestGap: Nanoseconds) throws {
        self.longestGap = longestGap
        let sql = """
            SELECT sessions.id, name, boot, origin_ns FROM sessions JOIN devices ON devices.id = device
            WHERE name = coalesce(?, name)
            """
        for row in try Row.fetchAll(db, sql: sql, arguments: [device]) {
            boots[try row.integer(0)] = Boot(
                device: try row.text(1), boot: Int(try row.integer(2)),
                origin: try row.integer(3).checkedOrigin())
        }
        check.boots = boots.count
    }

    /// Samples of a session and minute come together, by metric: they are put in order of time before they are taken.
    mutating func readSamples(_ db: Database, since bucket: Int64) throws {
        let rows = try RowStatement(
            db,
            """
            SELECT bucket, session, metric, time_ns FROM samples WHERE bucket >= ?
            ORDER BY bucket, session, metric, time_ns
            """)
        rows.bind(1, bucket)
        var present: (bucket: Int64, session: Int64) = (0, 0)
        var times: [Int64] = []
        try rows.forEachRow { row in
            let (bucket, session) = (try row.integer(0), try row.integer(1))
            if (bucket, session) != present {
                take(&times, of: present.session)
                present = (bucket, session)
            }
            guard boots[session] != nil else { return }
            let time = try row.integer(3)
            guard Instant(nanoseconds: time).isPlausible else {
                throw DatabaseError.impossible("a sample has an impossible time")
            }
            boots[session]?.lasts[try row.integer(2)] = time
            times.append(time)
        }
        take(&times, of: present.session)
    }

    private mutating func take(_ times: inout [Int64], of session: Int64) {
        guard var boot = boots[session], !times.isEmpty else { return }
        for time in times.sorted() {
            if let last = boot.last, time - last > longestGap.count {
                check.gaps.append(
                    StoreCheck.Gap(
                        device: boot.device, boot: boot.boot, from: Instant(nanoseconds: last),
                        length: Nanoseconds(time - last)))
            }
            if boot.first == nil { boot.first = time }
            boot.last = time
        }
        check.samples += times.count
        times.removeAll(keepingCapacity: true)
        boots[session] = boot
    }

    func finish() -> StoreCheck {
        var check = check
        var ends: [String: Int64] = [:]
        for (_, boot) in boots.sorted(by: { $0.key < $1.key }) {
            guard let first = boot.first, let last = boot.last else { continue }
            if let end = ends[boot.device], boot.origin + first < end {
                check.clockFaults.append(
                    StoreCheck.ClockFault(
                        kind: .overlap, device: boot.device, boot: boot.boot, wall: boot.origin + first,
                        step: Nanoseconds(boot.origin + first - end)))
            }
            ends[boot.device] = boot.origin + last
            for metric in Metric.allCases {
                guard let end = boot.lasts[Int64(metric.code)], last - end > longestGap.count else { continue }
                check.silences.append(
                    StoreCheck.Silence(
                        device: boot.device, boot: boot.boot, metric: metric, last: Instant(nanoseconds: end),
                        length: Nanoseconds(last - end)))
            }
        }
        return check
    }
}
