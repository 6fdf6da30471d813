internal import GRDB
public import Model
internal import Synchronization
public import Telemetry

/// Windows out of the file. Those that return at once read on the caller's thread.
extension TelemetryStore {
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
            var samples: [Sample] = []
            try SampleReader(db: db).newest(limit, of: [(session, since)]) { _, newest in samples += newest }
            return samples.sorted { ($0.time, $0.metric.code) < ($1.time, $1.metric.code) }
        }
    }

    /// An estimator in the state that it had before the restart: fed with every sample in the file that can still
    /// matter.
    /// - Parameter now: on the device's clock.
    public func estimator(
        device: String, boot: Int, at now: Instant, settings: EstimatorSettings = EstimatorSettings()
    ) async throws -> ConditionsEstimator {
        let moment = DeviceMoment(device: device, boot: boot, now: now)
        return try await estimators(at: [moment], settings: settings)[0]
    }

    /// The estimators of a fleet, in the order of `moments`; one that knows nothing where the file has no such boot.
    /// - Complexity: one walk back over at most `EstimatorSettings.horizon`, O(samples that can still matter), several
    ///   readers at a time.
    public func estimators(
        at moments: [DeviceMoment], settings: EstimatorSettings = EstimatorSettings()
    ) async throws -> [ConditionsEstimator] {
        var estimators = [ConditionsEstimator](repeating: ConditionsEstimator(settings: settings), count: moments.count)
        let share = max(1, (moments.count + Self.readers - 1) / Self.readers)
        try await withThrowingTaskGroup(of: (Int, [ConditionsEstimator]).self) { group in
            for start in stride(from: 0, to: moments.count, by: share) {
                let part = Array(moments[start..<min(start + share, moments.count)])
                group.addTask { [self] in
                    (start, try await read { try Self.estimators(at: part, settings: settings, $0) })
                }
            }
            for try await (start, part) in group { estimators.replaceSubrange(start..<start + part.count, with: part) }
        }
        return estimators
    }

    private static let readers = 4

    private static func estimators(
        at moments: [DeviceMoment], settings: EstimatorSettings, _ db: Database
    ) throws -> [ConditionsEstimator] {
        var estimators = [ConditionsEstimator](repeating: ConditionsEstimator(settings: settings), count: moments.count)
        var places: [Int] = []
        var sessions: [(session: Session, since: Instant)] = []
        for (place, moment) in moments.enumerated() where moment.now.isPlausible {
            let key = PendingRows.Key(device: moment.device, boot: moment.boot)
            guard let session = try Session.find(key, in: db) else { continue }
            places.append(place)
            sessions.append((session, moment.now - settings.horizon))
        }
        try SampleReader(db: db).newest(EstimatorSettings.history, of: sessions) { index, samples in
            for sample in samples.reversed() { estimators[places[index]].record(sample) }
        }
        return estimators
    }

    /// The samples of one metric in `times`, ascending.
    public func samples(
        of metric: Metric, device: String, boot: Int, in times: ClosedRange<Instant>
    ) throws -> [Sample] {
        var samples: [Sample] = []
        try forEachSample(of: metric, device, boot, in: times) { samples.append($0) }
        return samples
    }

    /// What the samples of one metric in `times` come to.
    public func aggregate(
        of metric: Metric, device: String, boot: Int, in times: ClosedRange<Instant>
    ) throws -> Aggregate {
        var sum = Aggregate()
        try forEachSample(of: metric, device, boot, in: times) { sum.add(value: $0.value, weight: $0.weight) }
        return sum
    }

    /// Without a transaction around it, which would take as long as the reading: samples are only ever added, and removed
    /// by whole minutes.
    private func forEachSample(
        of metric: Metric, _ device: String, _ boot: Int, in times: ClosedRange<Instant>,
        _ body: (Sample) throws -> Void
    ) throws {
        let key = PendingRows.Key(device: device, boot: boot)
        let known = queue.withLock { $0.sessions[key] }
        do {
            try pool().unsafeRead { db in
                guard let session = try known ?? Session.find(key, in: db) else { return }
                try SampleReader(db: db).forEach(metric, of: session, in: times.plausible, body)
            }
        } catch {
            throw storeError(error, path: path)
        }
    }

    func readNow<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try pool().read(body)
        } catch {
            throw storeError(error, path: path)
        }
    }
}

/// A boot of a device, and the moment on its clock for which something is asked.
public struct DeviceMoment: Hashable, Sendable {
    public var device: String
    public var boot: Int
    public var now: Instant

    public init(device: String, boot: Int, now: Instant) {
        self.device = device
        self.boot = boot
        self.now = now
    }
}

extension ClosedRange<Instant> {
    /// The part within which samples can lie.
    var plausible: Self {
        clamped(to: Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60))
    }
}
