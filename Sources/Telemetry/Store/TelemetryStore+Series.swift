internal import GRDB
public import Model
internal import Telemetry

/// One roll-up of one metric.
public struct SeriesPoint: Hashable, Sendable {
    /// Start of its stretch of time, on the device's clock. Stretches start at whole seconds, minutes and hours of the
    /// store's wall clock.
    public var start: Instant
    public var values: Aggregate
}

extension TelemetryStore {
    /// Roll-ups of one metric whose stretches start in `times`, ascending; stretches without samples are left out. They
    /// are those of the samples accepted and written so far, also where upkeep has not come by yet.
    /// - Complexity: O(buckets of roll-ups in `times` + points), and over the last few minutes O(samples).
    public func series(
        of metric: Metric, device: String, boot: Int, in times: ClosedRange<Instant>, width: RollUpWidth
    ) throws -> [SeriesPoint] {
        try readNow { db in
            guard let session = try Session.find(.init(device: device, boot: boot), in: db) else { return [] }
            let times = times.plausible
            let first = width.slot(wall: session.origin + times.lowerBound.nanoseconds - 1) + 1
            let last = width.slot(wall: session.origin + times.upperBound.nanoseconds)
            guard first <= last else { return [] }
            let reader = SeriesReader(db: db, marks: try Marks(db), session: session, metric: metric)
            return try reader.points(width, first...last).map { slot, values in
                let start = Instant(nanoseconds: slot * width.length.count - session.origin)
                return SeriesPoint(start: start, values: values)
            }
        }
    }
}

/// Reads roll-ups of one series: closed ones from their table, the rest from what they are made of.
private struct SeriesReader {
    let db: Database
    let marks: Marks
    let session: Session
    let metric: Metric

    typealias Point = (slot: Int64, values: Aggregate)

    func points(_ width: RollUpWidth, _ slots: ClosedRange<Int64>) throws -> [Point] {
        let open = firstOpenSlot(width)
        var points: [Point] = []
        if slots.lowerBound < open { points = try closed(width, slots.lowerBound...min(slots.upperBound, open - 1)) }
        if slots.upperBound >= open { points += try computed(width, max(slots.lowerBound, open)...slots.upperBound) }
        return points
    }

    private func firstOpenSlot(_ width: RollUpWidth) -> Int64 {
        switch width {
        case .second: marks.closedMinute == .min ? .min : marks.closedMinute * 60
        case .minute: marks.closedMinute
        case .hour: marks.closedHour
        }
    }

    private func closed(_ width: RollUpWidth, _ slots: ClosedRange<Int64>) throws -> [Point] {
        let rows = try RowStatement(
            db,
            """
            SELECT slot, count, weight, moment, minimum, maximum FROM rollups
            WHERE width = ? AND bucket = ? AND session = ? AND metric = ? AND slot BETWEEN ? AND ? ORDER BY slot
            """)
        var points: [Point] = []
        let last = width.bucket(ofSlot: slots.upperBound)
        var next = try bucket(width, from: width.bucket(ofSlot: slots.lowerBound), upTo: last)
        while let bucket = next {
            rows.bind(1, Int64(width.rawValue))
            rows.bind(2, bucket)
            rows.bind(3, session.id)
            rows.bind(4, Int64(metric.code))
            rows.bind(5, slots.lowerBound)
            rows.bind(6, slots.upperBound)
            try rows.forEachRow { points.append((try $0.integer(0), try Aggregate($0, from: 1))) }
            next = bucket < last ? try self.bucket(width, from: bucket + 1, upTo: last) : nil
        }
        return points
    }

    /// The first bucket within bounds in which any session has roll-ups.
    private func bucket(_ width: RollUpWidth, from first: Int64, upTo last: Int64) throws -> Int64? {
        let rows = try RowStatement(
            db, "SELECT bucket FROM rollups WHERE width = ? AND bucket BETWEEN ? AND ? ORDER BY bucket LIMIT 1")
        rows.bind(1, Int64(width.rawValue))
        rows.bind(2, first)
        rows.bind(3, last)
        var found: Int64?
        try rows.forEachRow { found = try $0.integer(0) }
        guard found.map({ (first...last).contains($0) }) ?? true else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "roll-ups are out of order")
        }
        return found
    }

    private func computed(_ width: RollUpWidth, _ slots: ClosedRange<Int64>) throws -> [Point] {
        var points: [Point] = []
        func add(_ part: Aggregate, to slot: Int64) {
            if points.last?.slot != slot { points.append((slot, Aggregate())) }
            points[points.count - 1].values.add(part)
        }
        if width == .hour {
            for point in try self.points(.minute, slots.lowerBound * 60...slots.upperBound * 60 + 59) {
                add(point.values, to: point.slot.flooredQuotient(by: 60))
            }
            return points
        }
        let length = width.length.count
        let lowest = Instant(nanoseconds: slots.lowerBound * length - session.origin)
        let highest = Instant(nanoseconds: (slots.upperBound + 1) * length - 1 - session.origin)
        try SampleReader(db: db).forEach(metric, of: session, in: (lowest...highest).plausible) { sample in
            var one = Aggregate()
            one.add(value: sample.value, weight: sample.weight)
            add(one, to: width.slot(wall: session.origin + sample.time.nanoseconds))
        }
        return points
    }
}
