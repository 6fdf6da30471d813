internal import Foundation
internal import GRDB
internal import Model

/// What can be exported. Roll-ups are those that have settled.
public enum ExportTable: String, CaseIterable, Sendable {
    case samples, frames, decisions, events, seconds, minutes, hours
}

public enum ExportFormat: String, CaseIterable, Sendable {
    /// A line of names, then a line of values for each row (RFC 4180, lines end in a line feed). Control characters of text
    /// are escaped (`\n`, `\u{1B}`), so that a row is one line whatever a device calls itself.
    case csv
    /// A JSON object on each line, which gives every text exactly.
    case jsonLines = "jsonl"
}

extension TelemetryStore {
    /// Writes rows as text, in the file's order: by minute, device and time for samples, by device and time for the rest.
    /// Times are nanoseconds: `time_ns` on the device's clock, `wall_ns` on the store's.
    /// - Parameters:
    ///   - device: the only one to write; `nil`: all.
    ///   - since: wall clock, in nanoseconds since 1970; roll-ups that start before are left out.
    ///   - write: gets pieces of whole lines.
    /// - Returns: rows written.
    @discardableResult
    public func export(
        _ table: ExportTable, as format: ExportFormat, device: String? = nil, since: Int64 = .min,
        _ write: (String) throws -> Void
    ) throws -> Int {
        try readNow { db in
            let statement = try db.makeStatement(sql: table.sql)
            let cursor = try Row.fetchCursor(statement, arguments: ["device": device, "since": since])
            let names = statement.columnNames
            var text = format == .csv ? names.joined(separator: ",") + "\n" : ""
            var count = 0
            while let row = try cursor.next() {
                let values = Array(row.databaseValues.map(\.storage))
                text += format == .csv ? Self.csv(values) : Self.json(names, values)
                count += 1
                guard text.utf8.count > 1 << 16 else { continue }
                try write(text)
                text = ""
            }
            try write(text)
            return count
        }
    }

    /// Wall-clock time of the newest sample, in nanoseconds since 1970; `nil` without samples.
    public func newestWall() throws -> Int64? {
        try readNow { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT max(origin_ns + time_ns) FROM samples JOIN sessions ON sessions.id = session
                    WHERE bucket = (SELECT max(bucket) FROM samples)
                        AND origin_ns BETWEEN -(1 << 62) AND 1 << 62 AND time_ns BETWEEN -(1 << 60) AND 1 << 60
                    """)
        }
    }

    private static func csv(_ values: [DatabaseValue.Storage]) -> String {
        values.map { value in
            guard case .string(let text) = value else { return plain(value) ?? "" }
            return csvField(text.onOneLine)
        }
        .joined(separator: ",") + "\n"
    }

    private static func json(_ names: [String], _ values: [DatabaseValue.Storage]) -> String {
        let pairs = zip(names, values).map { name, value in
            guard case .string(let text) = value else { return "\"\(name)\":\(plain(value) ?? "null")" }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return "\"\(name)\":" + ((try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "null")
        }
        return "{" + pairs.joined(separator: ",") + "}\n"
    }

    /// A number as text that reads back to the same bits.
    private static func plain(_ value: DatabaseValue.Storage) -> String? {
        switch value {
        case .int64(let number): "\(number)"
        case .double(let number): "\(number)"
        default: nil
        }
    }
}

extension ExportTable {
    fileprivate var sql: String {
        switch self {
        case .samples:
            """
            SELECT devices.name AS device, boot, metrics.name AS metric, time_ns, origin_ns + time_ns AS wall_ns, value,
                weight, origins.name AS origin
            FROM samples \(Self.owner) CROSS JOIN metrics ON metrics.id = metric
            LEFT JOIN origins ON origins.id = origin
            WHERE bucket >= :since / \(Schema.bucketNanoseconds) - 1 AND \(Self.device) AND wall_ns >= :since
            ORDER BY bucket, session, metric, time_ns
            """
        case .frames:
            """
            SELECT devices.name AS device, boot, frame, epoch, plan, answer, captured_ns,
                origin_ns + captured_ns AS wall_ns, latency_ns, edge_queue_ns, edge_ns, encode_ns, send_ns, network_ns,
                worker_queue_ns, worker_compute_ns, return_ns, sent_bytes, top_class, correct
            FROM frames \(Self.owner) WHERE \(Self.device) AND wall_ns >= :since ORDER BY session, frame
            """
        case .decisions:
            """
            SELECT devices.name AS device, boot, time_ns, origin_ns + time_ns AS wall_ns, epoch, plan, reason, body
            FROM decisions \(Self.owner) WHERE \(Self.device) AND wall_ns >= :since ORDER BY decisions.id
            """
        case .events:
            """
            SELECT devices.name AS device, boot, sequence, time_ns, origin_ns + time_ns AS wall_ns, body
            FROM events \(Self.owner) WHERE \(Self.device) AND wall_ns >= :since ORDER BY session, sequence
            """
        case .seconds: Self.rollUps(.second)
        case .minutes: Self.rollUps(.minute)
        case .hours: Self.rollUps(.hour)
        }
    }

    private static let owner = "CROSS JOIN sessions ON sessions.id = session CROSS JOIN devices ON devices.id = device"
    private static let device = "devices.name = coalesce(:device, devices.name)"

    private static func rollUps(_ width: RollUpWidth) -> String {
        """
        SELECT devices.name AS device, boot, metrics.name AS metric, slot * \(width.length.count) AS wall_ns, count,
            weight, moment / weight AS mean, minimum, maximum
        FROM rollups \(owner) CROSS JOIN metrics ON metrics.id = metric
        WHERE width = \(width.rawValue) AND \(device) AND wall_ns >= :since
        ORDER BY bucket, session, metric, slot
        """
    }
}
