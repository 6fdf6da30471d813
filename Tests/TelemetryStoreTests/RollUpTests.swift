import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct RollUpTests {
    /// What the accepted samples of one device come to, computed anew from all of them.
    private struct Oracle {
        /// By time; the first to arrive stays.
        var samples: [Int64: Sample] = [:]

        mutating func take(_ sample: Sample) {
            if samples[sample.time.nanoseconds] == nil { samples[sample.time.nanoseconds] = sample }
        }

        func slots(_ width: RollUpWidth, origin: Int64) -> [Int64: [Sample]] {
            Dictionary(grouping: samples.values) { sample in
                Int64((Double(origin + sample.time.nanoseconds) / 1e9 / Double(width.rawValue)).rounded(.down))
            }
        }
    }

    private static func expectEqual(
        _ points: [SeriesPoint], _ slots: [Int64: [Sample]], _ width: RollUpWidth, origin: Int64, _ what: Comment
    ) {
        #expect(points.count == slots.count, what)
        for point in points {
            let slot = (point.start.nanoseconds + origin) / width.length.count
            let samples = slots[slot] ?? []
            let moment = samples.map { $0.value * $0.weight }.reduce(0, +)
            let weight = samples.map(\.weight).reduce(0, +)
            #expect(point.values.count == samples.count, what)
            #expect(point.values.minimum == samples.map(\.value).min(), what)
            #expect(point.values.maximum == samples.map(\.value).max(), what)
            #expect(abs(point.values.moment - moment) <= 1e-9 * abs(moment), what)
            #expect(abs(point.values.weight - weight) <= 1e-9 * weight, what)
        }
        #expect(points.map(\.start) == points.map(\.start).sorted(), what)
    }

    /// Whatever the order of samples, flushes, upkeep, restarts and steps of the clock, roll-ups are those of the samples.
    @Test func rollUpsEqualARecomputation() async throws {
        for seed in UInt64(0)..<24 {
            try await withTemporaryFolder { folder in
                var random = SeededGenerator(seed: seed)
                let world = StoreWorld()
                var store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
                var oracle = Oracle()
                var now: Int64 = 1
                for _ in 0..<400 {
                    switch Int.random(in: 0..<100, using: &random) {
                    case 0..<3: _ = try await store.upkeep()
                    case 3..<8: try await store.flush()
                    case 8: world.step(.seconds(Int64.random(in: -1800...1800, using: &random)))
                    case 9:
                        try await store.close()
                        store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
                    default:
                        let pause = Int64.random(in: 1...30_000, using: &random)
                        now += pause
                        world.pass(.milliseconds(pause))
                        let late = Int64.random(in: 0..<4, using: &random) == 0 ? 900_000 as Int64 : 300
                        let time = max(0, now - Int64.random(in: 0...late, using: &random))
                        let weight = Double(Int.random(in: 1...8, using: &random)) / 8
                        let sample = sample(.uplink, time / 250 * 250, Double(random.next() % 1000), weight: weight)
                        oracle.take(sample)
                        store.append(samples: [sample], device: "a", boot: 1)
                    }
                }
                try await store.flush()
                let origin = try #require(try await store.boots().first).origin
                for round in 0..<2 {
                    for width in RollUpWidth.allCases {
                        let all = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)
                        let points = try store.series(of: .uplink, device: "a", boot: 1, in: all, width: width)
                        Self.expectEqual(
                            points, oracle.slots(width, origin: origin), width, origin: origin,
                            "seed \(seed), \(width), round \(round)")
                    }
                    world.pass(.seconds(7200))
                    _ = try await store.upkeep()
                }
                try await store.close()
            }
        }
    }

    /// Roll-ups in the file equal the aggregate that SQL itself gives over the samples in the file.
    @Test func rollUpsEqualAnAggregateInSQL() async throws {
        try await withTemporaryFolder { folder in
            var random = SeededGenerator(seed: 7)
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: world.options())
            for device in 0..<70 {
                let samples = (0..<400).map { _ in
                    sample(
                        Metric.allCases[Int(random.next() % 8)], Int64(random.next() % 9_000_000),
                        1 + Double(random.next() % 100))
                }
                store.append(samples: samples, device: "device \(device)", boot: device)
            }
            try await store.flush()
            world.pass(.seconds(4 * 3600))
            let done = try await store.upkeep()
            #expect(done.minutes > 140)
            try await store.close()
            let sql = """
                SELECT count(*) FROM (
                    SELECT (origin_ns + time_ns) / (width * 1000000000) AS slot, session, metric, count(*) AS count,
                        sum(weight) AS weight, sum(weight * value) AS moment, min(value) AS low, max(value) AS high
                    FROM samples JOIN sessions ON sessions.id = session, (SELECT ? AS width)
                    GROUP BY 1, 2, 3
                ) AS a JOIN rollups AS r ON r.width = ? AND r.session = a.session AND r.metric = a.metric
                    AND r.slot = a.slot AND r.count = a.count AND r.minimum = a.low AND r.maximum = a.high
                    AND abs(r.moment - a.moment) <= 1e-9 * a.moment AND abs(r.weight - a.weight) <= 1e-9 * a.weight
                """
            let database = try DatabaseQueue(path: folder + "/run.sqlite")
            for width in RollUpWidth.allCases {
                let (equal, all) = try await database.read { db in
                    (
                        try Int.fetchOne(db, sql: sql, arguments: [width.rawValue, width.rawValue]),
                        try Int.fetchOne(
                            db, sql: "SELECT count(*) FROM rollups WHERE width = ?", arguments: [width.rawValue])
                    )
                }
                #expect(equal == all && (all ?? 0) > 1000, "\(width): \(equal ?? 0) of \(all ?? 0)")
            }
        }
    }

    @Test func rollUpsOutliveTheirSamples() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            var options = world.options()
            options.retention.rows = .seconds(3600)
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
            store.append(samples: (0..<7200).map { sample(.rtt, $0 * 1000, 0.01) }, device: "a", boot: 1)
            try await store.flush()
            world.pass(.seconds(86_400))
            store.append(samples: [sample(.rtt, 86_400_000, 0.02)], device: "a", boot: 1)
            try await store.flush()
            #expect(try await store.upkeep().removed == 7200)
            let all = Instant.zero...Instant(nanoseconds: 7_200_000_000_000)
            #expect(try store.samples(of: .rtt, device: "a", boot: 1, in: all).isEmpty)
            let hours = try store.series(of: .rtt, device: "a", boot: 1, in: all, width: .hour)
            #expect(hours.map(\.values.count) == [3600, 800])
            let minutes = try store.series(of: .rtt, device: "a", boot: 1, in: all, width: .minute)
            // Stretches start at whole minutes of the wall clock: the first began before the device's time zero.
            #expect(minutes.map(\.values.count).reduce(0, +) == 7200 - 40)
            // A sample of that time could no longer be added to its roll-up in full, and is refused.
            store.append(samples: [sample(.rtt, 500, 0.5)], device: "a", boot: 1)
            try await store.flush()
            #expect(store.status.refused == 1 && store.status.written == 7201)
            #expect(try store.series(of: .rtt, device: "a", boot: 1, in: all, width: .minute) == minutes)
            try await store.close()
        }
    }
}
