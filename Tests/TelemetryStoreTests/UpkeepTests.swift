import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct UpkeepTests {
    private func fill(_ store: TelemetryStore, days: Int64, boot: Int = 1) async throws {
        for day in 0..<days {
            let samples = (0..<144).map { sample(.uplink, (day * 86_400 + $0 * 600) * 1000, 1) }
            store.append(samples: samples, device: "a", boot: boot)
        }
        try await store.flush()
    }

    private func counts(_ path: String) async throws -> [Int] {
        let database = try DatabaseQueue(path: path)
        return try await database.read { db in
            let rollUps = try RollUpWidth.allCases.map { width in
                try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM rollups WHERE width = ?", arguments: [width.rawValue]) ?? 0
            }
            return try [Int.fetchOne(db, sql: "SELECT count(*) FROM samples") ?? 0] + rollUps
        }
    }

    @Test func eachKindIsKeptForItsTime() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            var options = world.options()
            options.retention.rows = .seconds(86_400)
            options.retention.seconds = .seconds(2 * 86_400)
            options.retention.minutes = .seconds(4 * 86_400)
            options.retention.hours = .seconds(8 * 86_400)
            let store = try TelemetryStore.open(path: path, options: options)
            try await fill(store, days: 12)
            world.pass(.seconds(12 * 86_400))
            let done = try await store.upkeep()
            #expect(done.minutes > 12 * 144 - 2)
            let found = try await counts(path)
            for (count, expected) in zip(found, [144, 2 * 144, 4 * 144, 8 * 24]) {
                // A day more at most: removal is by whole buckets, the last of which are not closed yet.
                #expect(count >= expected - 2 && count <= expected + 25, "\(found)")
            }
            let again = try await store.upkeep()
            #expect(again.minutes == 0 && again.removed == 0)
            try await store.close()
        }
    }

    @Test func aFileDoesNotOutgrowItsBound() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            var options = world.options()
            options.retention.bytes = 300_000
            let store = try TelemetryStore.open(path: path, options: options)
            store.append(decision: decision("a", 5))
            store.append(
                events: (0..<4000).map { EventRecord(sequence: $0, time: .zero, body: "{\"n\":\($0)}") },
                device: "a", boot: 1)
            store.append(frames: (0..<2000).map(frame), device: "a", boot: 1)
            var removed = 0
            for day in 0..<6 as Range<Int64> {
                store.append(
                    samples: (0..<2000).map { sample(.uplink, day * 86_400_000 + $0 / 4 * 172_000 + $0 % 4, 1) },
                    device: "a", boot: 1
                )
                try await store.flush()
                world.pass(.seconds(86_400))
                removed += try await store.upkeep().removed
            }
            try await store.close()
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? .max
            #expect(size <= 300_000 && removed > 12_000, "\(size), \(removed)")
            let again = try TelemetryStore.openToRead(path: path)
            #expect(try await again.decisions(device: "a").count == 1)
            #expect(try await again.events(device: "a", boot: 1).isEmpty)
            #expect(try await again.frames(device: "a", boot: 1).isEmpty)
            #expect(try await again.integrityCheck().isEmpty)
            // Coarse roll-ups reach further back than the rows.
            let all = Instant.zero...Instant(nanoseconds: 1 << 60)
            let hours = try again.series(of: .uplink, device: "a", boot: 1, in: all, width: .hour)
            #expect(hours.count > 6 * 22)
            try await again.close()
        }
    }

    /// Neither a clock that leaps ahead nor one that is put right again costs data.
    @Test func aLeapOfTheClockRemovesNothing() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            try await fill(store, days: 1)
            world.pass(.seconds(86_400))
            world.step(.seconds(80 * 365 * 86_400))
            store.append(samples: [sample(.uplink, 0, 1)], device: "b", boot: 1)
            try await store.flush()
            #expect(try await store.upkeep().removed == 0)
            world.step(.seconds(-80 * 365 * 86_400))
            store.append(samples: [sample(.uplink, 0, 1)], device: "c", boot: 1)
            try await store.flush()
            #expect(try await store.upkeep().removed == 0)
            let all = Instant.zero...Instant(nanoseconds: 1 << 60)
            #expect(try store.samples(of: .uplink, device: "a", boot: 1, in: all).count == 144)
            let hours = try store.series(of: .uplink, device: "c", boot: 1, in: all, width: .second)
            #expect(hours.map(\.values.count) == [1])
            try await store.close()
            // What was closed in the clock's wrong future is open again, or every sample would come late.
            let closed = try await DatabaseQueue(path: path).read { db in
                try Int64.fetchOne(db, sql: "SELECT value FROM marks WHERE name = 'closed_minute'")
            }
            #expect(closed.map { $0 <= (StoreWorld.start / 1_000_000_000 + 86_400) / 60 } == true)
        }
    }

    /// Writing and reading go on while a fleet is rolled up, and nothing is missed.
    @Test func upkeepWritingAndReadingAtOnce() async throws {
        try await withTemporaryFolder { folder in
            let world = StoreWorld()
            var options = world.options()
            options.busyTimeout = .seconds(5)
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
            let devices = 0..<100
            for device in devices {
                store.append(samples: (0..<300).map { sample(.rtt, $0 * 1000, 1) }, device: "\(device)", boot: 1)
            }
            try await store.flush()
            world.pass(.seconds(3600))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await store.upkeep() }
                group.addTask {
                    for offset in 0..<20 as Range<Int64> {
                        for device in devices {
                            let late = (0..<5).map { sample(.rtt, $0 * 60_000 + 10 + offset, 1) }
                            store.append(samples: late, device: "\(device)", boot: 1)
                        }
                        // A device of whose first minutes upkeep may have looked for sessions already.
                        store.append(
                            samples: ([3600] + (0..<399)).map { sample(.rtt, $0 * 1000, 1) },
                            device: "\(100 + offset)", boot: 1)
                        try await store.flush()
                    }
                }
                group.addTask {
                    let all = Instant.zero...Instant(nanoseconds: 1 << 60)
                    for device in devices {
                        let seconds = try store.series(of: .rtt, device: "\(device)", boot: 1, in: all, width: .second)
                        #expect(seconds.map(\.values.count).reduce(0, +) >= 299)
                    }
                }
                try await group.waitForAll()
            }
            let all = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)
            try await store.upkeep()
            for device in 0..<120 {
                for width in RollUpWidth.allCases {
                    let points = try store.series(of: .rtt, device: "\(device)", boot: 1, in: all, width: width)
                    #expect(points.map(\.values.count).reduce(0, +) == 400, "device \(device), \(width)")
                }
            }
            try await store.close()
        }
    }
}
