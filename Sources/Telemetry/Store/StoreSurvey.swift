internal import GRDB
internal import Model
internal import Telemetry

/// Passes once over the samples and finds gaps, silences, overlaps, and samples that cannot be.
struct StoreSurvey {
    private struct Boot {
        var device: String
        var boot: Int
        var origin: Int64
        var first: Int64?
        var last: Int64?
        /// By `Metric.code`.
        var lasts: [Int64: Int64] = [:]
        var wrong: [StoreCheck.WrongRows.Kind: Int] = [:]
    }

    private let longestGap: Nanoseconds
    /// By session.
    private var boots: [Int64: Boot] = [:]
    /// Codes that the file names: one of a later version is no fault, though nothing is known of its values.
    private let named: Set<Int64>
    private var check = StoreCheck()

    private static let metrics = Dictionary(uniqueKeysWithValues: Metric.allCases.map { (Int64($0.code), $0) })

    init(_ db: Database, device: String?, longestGap: Nanoseconds) throws {
        self.longestGap = longestGap
        named = Set(try Row.fetchAll(db, sql: "SELECT id FROM metrics").map { try $0.integer(0) })
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
            SELECT bucket, session, metric, time_ns, value, weight FROM samples WHERE bucket >= ?
            ORDER BY bucket, session, metric, time_ns
            """)
        rows.bind(1, bucket)
        var present: (bucket: Int64, session: Int64)?
        var boot: Boot?
        var times: [Int64] = []
        try rows.forEachRow { row in
            let (bucket, session) = (try row.integer(0), try row.integer(1))
            if present.map({ $0 != (bucket, session) }) ?? true {
                if let present { boots[present.session] = take(&times, of: boot) }
                present = (bucket, session)
                boot = boots[session]
            }
            guard let origin = boot?.origin else { return }
            let (metric, time) = (try? row.integer(2), try? row.integer(3))
            if let kind = fault(of: row, metric, time, bucket: bucket, origin: origin) {
                boot?.wrong[kind, default: 0] += 1
            } else if let metric, let time {
                // Ascending within a minute and metric.
                boot?.lasts[metric] = time
                times.append(time)
            }
        }
        if let present { boots[present.session] = take(&times, of: boot) }
    }

    /// Why a sample cannot be; `nil` where it can.
    private func fault(
        of row: RowStatement.Columns, _ metric: Int64?, _ time: Int64?, bucket: Int64, origin: Int64
    ) -> StoreCheck.WrongRows.Kind? {
        guard let time, Instant(nanoseconds: time).isPlausible, Schema.bucket(wall: origin + time) == bucket else {
            return .time
        }
        guard let metric, Self.metrics[metric] != nil || named.contains(metric) else { return .metric }
        guard let weight = try? row.real(5), weight > 0, weight <= 1 else { return .weight }
        guard let value = try? row.real(4) else { return .value }
        guard let known = Self.metrics[metric] else { return value.isFinite ? nil : .value }
        return Sample(metric: known, time: .zero, value: value).isPlausible ? nil : .value
    }

    private mutating func take(_ times: inout [Int64], of boot: Boot?) -> Boot? {
        guard var boot else { return nil }
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
        return boot
    }

    func finish() -> StoreCheck {
        var check = check
        var ends: [String: Int64] = [:]
        for (_, boot) in boots.sorted(by: { $0.key < $1.key }) {
            check.wrongRows += boot.wrong.sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, rows in
                StoreCheck.WrongRows(kind: kind, device: boot.device, boot: boot.boot, table: "samples", rows: rows)
            }
            guard let first = boot.first, let last = boot.last else { continue }
            if let end = ends[boot.device], boot.origin + first < end {
                check.clockFaults.append(
                    StoreCheck.ClockFault(
                        kind: .overlap, device: boot.device, boot: boot.boot, wall: boot.origin + first,
                        step: Nanoseconds(boot.origin + first - end)))
            }
            ends[boot.device] = boot.origin + last
            check.silences += silences(of: boot, until: last)
        }
        return check
    }

    private func silences(of boot: Boot, until last: Int64) -> [StoreCheck.Silence] {
        Metric.allCases.compactMap { metric in
            guard let end = boot.lasts[Int64(metric.code)], last - end > longestGap.count else { return nil }
            return StoreCheck.Silence(
                device: boot.device, boot: boot.boot, metric: metric, last: Instant(nanoseconds: end),
                length: Nanoseconds(last - end))
        }
    }
}
