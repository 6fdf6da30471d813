import Foundation
import GRDB
import Model
import Telemetry
import TelemetryStore
import Testing

/// Windows in memory against what SQL gives over the samples in the file.
@Suite struct WindowTests {
    /// One device's samples as they arrive: with gaps, duplicates and disorder.
    private static func stream(_ seed: UInt64, count: Int) -> [Sample] {
        var random = SeededGenerator(seed: seed)
        var now: Int64 = 0
        return (0..<count).map { _ in
            let isGap = Int.random(in: 0..<40, using: &random) == 0
            now += Int64.random(in: 0...(isGap ? 60_000 : 400), using: &random)
            let late = Int.random(in: 0..<5, using: &random) == 0 ? Int64.random(in: 0...9000, using: &random) : 0
            // Whole 2^-20ths, so that the window does not round them.
            let weight = Double(Int.random(in: 1...1024, using: &random)) / 1024
            return sample(.uplink, max(0, now - late), Double(Int.random(in: 0...50, using: &random)), weight: weight)
        }
    }

    /// The file's samples by device, so that plain queries for one device end.
    private static let copy = """
        CREATE TEMP TABLE copy AS SELECT name AS device, metric, time_ns, value, weight FROM samples
            JOIN sessions ON sessions.id = session JOIN devices ON devices.id = device;
        CREATE INDEX copy_by_device ON copy (device, time_ns);
        """

    private static let aggregate = """
        WITH held AS (
            SELECT time_ns, value, weight FROM copy WHERE device = ?1 AND time_ns > ?2 AND time_ns <= ?3
        ), ranked AS (
            SELECT value, sum(weight) OVER (ORDER BY value, time_ns) AS reached FROM held
        )
        SELECT count(*), total(weight), total(weight * value), min(value), max(value),
            (SELECT min(value) FROM ranked WHERE reached >= 0.5 * (SELECT sum(weight) FROM held)),
            (SELECT min(value) FROM ranked WHERE reached >= 0.95 * (SELECT sum(weight) FROM held))
        FROM held
        """

    @Test func slidingWindowsEqualAnAggregateInSQL() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite", limit: 1 << 20)
            let length = Nanoseconds.seconds(30)
            var windows: [(name: String, window: SlidingWindow, now: Instant)] = []
            for seed in UInt64(0)..<2500 {
                var window = SlidingWindow(length: length, capacity: 4096)
                let samples = Self.stream(seed, count: 120)
                for sample in samples { window.insert(time: sample.time, value: sample.value, weight: sample.weight) }
                let now = (samples.map(\.time).max() ?? .zero) + .milliseconds(Int64(seed % 3) * 4000)
                window.advance(to: now)
                windows.append(("device \(seed)", window, now))
                store.append(samples: samples, device: "device \(seed)", boot: 0)
            }
            try await store.flush()
            try await DatabaseQueue(path: folder + "/run.sqlite").write { [windows] db in
                try db.execute(sql: Self.copy)
                let statement = try db.makeStatement(sql: Self.aggregate)
                for (name, window, now) in windows {
                    let times = [(now - length).nanoseconds, now.nanoseconds]
                    let row = try #require(
                        try Row.fetchOne(statement, arguments: StatementArguments([name]) + StatementArguments(times)))
                    Self.expectEqual(window, row, name)
                }
            }
            for (name, window, now) in windows {
                let times = now - length + Nanoseconds(1)...now
                let sum = try store.aggregate(of: .uplink, device: name, boot: 0, in: times)
                #expect(sum.count == window.count && sum.weight == window.totalWeight, "\(name)")
                #expect(sum.mean.map { abs($0 - (window.mean ?? -1)) < 1e-9 } ?? window.isEmpty, "\(name)")
            }
            try await store.close()
        }
    }

    private static func expectEqual(_ window: SlidingWindow, _ row: Row, _ name: String) {
        let count: Int = row[0]
        #expect(window.count == count, "\(name)")
        #expect(window.totalWeight == row[1], "\(name)")
        #expect(window.minimum == row[3] && window.maximum == row[4], "\(name)")
        #expect(window.quantile(0.5) == row[5] && window.quantile(0.95) == row[6], "\(name)")
        let moment: Double = row[2]
        #expect(window.mean.map { abs($0 * window.totalWeight - moment) <= 1e-9 * moment } ?? (count == 0), "\(name)")
    }

    /// What the file gives an estimator after a restart is what a plain query for the newest samples gives it, and leads to
    /// the windows of one that never stopped.
    @Test func estimatorsEqualThoseFedFromSQL() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            var live: [(estimator: ConditionsEstimator, moment: DeviceMoment)] = []
            for seed in UInt64(0)..<400 {
                var random = SeededGenerator(seed: seed)
                var estimator = ConditionsEstimator()
                let samples = Self.stream(seed, count: Int(seed) + 20).map { old in
                    var new = old
                    new.metric = Metric.allCases[Int.random(in: 0..<3, using: &random) * 2]
                    new.value += 1
                    return new
                }
                let taken = samples.filter { estimator.record($0) }
                store.append(samples: taken, device: "device \(seed)", boot: 3)
                let now = taken.map(\.time).max() ?? .zero
                live.append((estimator, DeviceMoment(device: "device \(seed)", boot: 3, now: now)))
            }
            live.append((ConditionsEstimator(), DeviceMoment(device: "nobody", boot: 3, now: .zero)))
            try await store.flush()
            var rebuilt = try await store.estimators(at: live.map(\.moment))
            for pause in [400, 3600] as [Int64] {
                // Roll-ups tell which metrics to look for, of more and more of the samples.
                world.pass(.seconds(pause))
                #expect(try await store.upkeep().minutes > 0)
                let again = try await store.estimators(at: live.map(\.moment))
                for (index, (_, moment)) in live.enumerated() {
                    #expect(again[index].window(at: moment.now) == rebuilt[index].window(at: moment.now), "\(moment)")
                }
                rebuilt = again
            }
            let queried = try await DatabaseQueue(path: folder + "/run.sqlite").write { [live] db in
                try db.execute(sql: Self.copy)
                return try live.map { try Self.estimator(of: $0.moment.device, db) }
            }
            #expect(rebuilt.count == live.count)
            for (index, (estimator, moment)) in live.enumerated() {
                #expect(rebuilt[index].window(at: moment.now) == estimator.window(at: moment.now), "\(moment)")
                #expect(queried[index].window(at: moment.now) == estimator.window(at: moment.now), "\(moment)")
                for metric in Metric.allCases {
                    let later = moment.now + .seconds(2)
                    #expect(rebuilt[index].reading(of: metric, at: later) == estimator.reading(of: metric, at: later))
                }
            }
            try await store.close()
        }
    }

    private static func estimator(of device: String, _ db: Database) throws -> ConditionsEstimator {
        var estimator = ConditionsEstimator()
        let sql = """
            SELECT name, time_ns, value, weight FROM copy JOIN metrics ON metrics.id = metric
            WHERE device = ? ORDER BY time_ns
            """
        for row in try Row.fetchAll(db, sql: sql, arguments: [device]) {
            let metric = try #require(Metric(rawValue: row[0]))
            let time = Instant(nanoseconds: row[1])
            estimator.record(Sample(metric: metric, time: time, value: row[2], weight: row[3]))
        }
        return estimator
    }

    @Test func samplesOfAWindowAreThoseWithinIt() async throws {
        try await withTemporaryFolder { folder in
            let store = try manualStore(folder + "/run.sqlite")
            let samples = (0..<600).map { sample(.rtt, $0 * 1000, Double($0)) }
            store.append(samples: samples.shuffled(), device: "a", boot: 1)
            store.append(samples: samples, device: "b", boot: 1)
            try await store.flush()
            for (first, last) in [(0, 30), (17, 17), (100, 599), (599, 9999)] {
                let times = samples[first].time...Instant(nanoseconds: Int64(last) * 1_000_000_000)
                let read = try store.samples(of: .rtt, device: "a", boot: 1, in: times)
                #expect(read == Array(samples[first...min(last, 599)]))
            }
            #expect(try store.samples(of: .rtt, device: "c", boot: 1, in: .zero ... .zero).isEmpty)
            try await store.close()
        }
    }
}
