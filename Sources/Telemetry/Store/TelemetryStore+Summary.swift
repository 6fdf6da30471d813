internal import GRDB
public import Model
internal import Telemetry

/// One metric of one boot over the window that ends with the boot's newest sample.
public struct MetricSummary: Hashable, Sendable {
    public var metric: Metric
    public var values: Aggregate
    /// The newest sample, within the window or before.
    public var newest: Sample
    /// Ascending in time; starts are moments on the device's clock.
    public var points: [SeriesPoint]
}

/// One boot over the window that ends with its newest sample.
public struct BootSummary: Hashable, Sendable {
    public var device: String
    public var boot: Int
    /// Wall clock of the store at the newest sample, in nanoseconds since 1970.
    public var newestWall: Int64
    public var newest: Instant
    /// What a point of a series stands for: `nil`: a single sample.
    public var width: RollUpWidth?
    /// In the order of `Metric.code`; those never measured are left out.
    public var metrics: [MetricSummary]
}

extension TelemetryStore {
    /// The newest boot of each device that has samples, by name; of one device where it is named.
    /// - Parameter window: windows of up to ten minutes are made of samples, up to two hours of seconds, up to a week of
    ///   minutes, longer ones of hours.
    public func summaries(device: String? = nil, window: Nanoseconds) async throws -> [BootSummary] {
        var newest: [String: DeviceBoot] = [:]
        for boot in try await boots() where device == nil || boot.device == device { newest[boot.device] = boot }
        return try newest.values.sorted { $0.device < $1.device }.compactMap { try summary(of: $0, window: window) }
    }

    private func summary(of boot: DeviceBoot, window: Nanoseconds) throws -> BootSummary? {
        let newest = try newestSamples(of: boot)
        guard let end = newest.map(\.time).max() else { return nil }
        let times = (max(end - .seconds(1 << 30), end - window) + Nanoseconds(1)...end).plausible
        let width = RollUpWidth(forWindow: window)
        let metrics = try newest.map { sample in
            let points = try self.points(of: sample.metric, boot, in: times, width)
            var sum = Aggregate()
            for point in points { sum.add(point.values) }
            return MetricSummary(metric: sample.metric, values: sum, newest: sample, points: points)
        }
        return BootSummary(
            device: boot.device, boot: boot.boot, newestWall: boot.origin + end.nanoseconds, newest: end, width: width,
            metrics: metrics)
    }

    private func points(
        of metric: Metric, _ boot: DeviceBoot, in times: ClosedRange<Instant>, _ width: RollUpWidth?
    ) throws -> [SeriesPoint] {
        if let width { return try series(of: metric, device: boot.device, boot: boot.boot, in: times, width: width) }
        return try samples(of: metric, device: boot.device, boot: boot.boot, in: times).map { sample in
            var one = Aggregate()
            one.add(value: sample.value, weight: sample.weight)
            return SeriesPoint(start: sample.time, values: one)
        }
    }

    /// The newest sample of each metric, in the order of `Metric.code`.
    private func newestSamples(of boot: DeviceBoot) throws -> [Sample] {
        try readNow { db in
            guard let session = try Session.find(.init(device: boot.device, boot: boot.boot), in: db) else { return [] }
            var newest: [Sample] = []
            let since = Instant(nanoseconds: -1 << 60)
            try SampleReader(db: db).newest(1, of: [(session, since)]) { newest += $1 }
            return newest.sorted { $0.metric.code < $1.metric.code }
        }
    }
}

extension RollUpWidth {
    fileprivate init?(forWindow window: Nanoseconds) {
        if window <= .seconds(600) { return nil }
        self = window <= .seconds(7200) ? .second : window <= .seconds(7 * 86_400) ? .minute : .hour
    }
}
