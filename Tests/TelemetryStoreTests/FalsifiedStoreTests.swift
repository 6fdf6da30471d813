import Foundation
import GRDB
import Model
import Telemetry
import TelemetryStore
import Testing

/// Files that are sound to SQLite and hold what no version of ours writes: `check` finds it, and nothing takes for ever.
@Suite struct FalsifiedStoreTests {
    private static let second: Int64 = 1_000_000_000

    /// A file of two devices over five minutes, of which all is rolled up.
    private static let sound = Task {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            for device in ["a", "b"] {
                let seconds: [Int64] = Array(0..<300)
                let trips = seconds.map { sample(.rtt, $0 * 1000, Double(1 + $0 % 7)) }
                let degrees = seconds.map { sample(.temperature, $0 * 1000 + 9, Double($0 % 5 - 2)) }
                store.append(samples: trips + degrees, device: device, boot: 1)
            }
            store.append(frames: (0..<5).map(frame), device: "b", boot: 1)
            store.append(decision: decision("b", 5))
            try await store.flush()
            world.pass(.seconds(3 * 3600))
            try await store.upkeep()
            try await store.close()
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
    }

    /// That file after `sql` was run on it.
    private func withFalsified(
        _ sql: String, _ body: (_ store: TelemetryStore, _ changes: Int) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try await Self.sound.value.write(to: URL(fileURLWithPath: path))
            let database = try DatabaseQueue(path: path, configuration: Configuration(withoutForeignKeys: ()))
            let changes = try await database.write { db in
                try db.execute(sql: sql)
                return db.changesCount
            }
            try database.close()
            let again = try TelemetryStore.openToRead(path: path)
            try await body(again, changes)
            try await again.close()
        }
    }

    @Test func whatWasNotChangedIsSound() async throws {
        try await withFalsified("SELECT 1") { store, _ in
            let check = try await store.check()
            #expect(check.isSound && check.samples == 1200, "\(check)")
        }
    }

    private struct Change: Sendable, CustomStringConvertible {
        var sql: String
        var kind: StoreCheck.WrongRows.Kind
        var table = "samples"
        var hasDevice = true
        var description: String { sql }
    }

    private static let changes = [
        Change(sql: "UPDATE samples SET value = 9e999 WHERE time_ns = 5000000000", kind: .value),
        Change(sql: "UPDATE samples SET value = -1 WHERE metric = 5 AND time_ns = 5000000000", kind: .value),
        Change(sql: "UPDATE samples SET value = 'text' WHERE time_ns = 5000000000", kind: .value),
        Change(sql: "UPDATE samples SET weight = 1.5 WHERE time_ns = 5000000000", kind: .weight),
        Change(sql: "UPDATE samples SET weight = 0 WHERE time_ns = 5000000000", kind: .weight),
        Change(sql: "UPDATE samples SET metric = 99 WHERE time_ns = 5000000000", kind: .metric),
        Change(sql: "UPDATE samples SET time_ns = 1 << 61 WHERE time_ns = 5000000000", kind: .time),
        Change(sql: "UPDATE samples SET bucket = bucket + 1 WHERE time_ns = 5000000000", kind: .time),
        Change(
            sql: "UPDATE samples SET session = 99 WHERE session = 2 AND time_ns = 5000000000", kind: .owner,
            hasDevice: false),
        Change(sql: "UPDATE frames SET session = 99", kind: .owner, table: "frames", hasDevice: false),
        Change(sql: "UPDATE decisions SET session = 99", kind: .owner, table: "decisions", hasDevice: false),
    ]

    @Test(arguments: changes) private func wrongRowsAreFound(change: Change) async throws {
        try await withFalsified(change.sql) { store, changes in
            let check = try await store.check()
            let found = check.wrongRows.filter { $0.kind == change.kind && $0.table == change.table }
            #expect(found.map(\.rows).reduce(0, +) == changes && changes > 0, "\(check.wrongRows)")
            #expect(found.allSatisfy { ($0.device != nil) == change.hasDevice })
            #expect(check.wrongRows.count == found.count && !check.isSound && check.damage.isEmpty)
        }
    }

    @Test func rowsOfADeviceThatIsNotThereAreFound() async throws {
        try await withFalsified("DELETE FROM devices WHERE name = 'b'") { store, _ in
            let check = try await store.check()
            #expect(Set(check.wrongRows.map(\.table)) == ["samples", "frames", "decisions", "rollups"], "\(check)")
            #expect(check.wrongRows.allSatisfy { $0.kind == .owner } && !check.isSound)
            #expect(try await store.check(device: "a").isSound)
        }
    }

    /// A later version's metric is named by the file, and no fault.
    @Test func aMetricThatTheFileNamesIsNoFault() async throws {
        let sql = """
            INSERT INTO metrics VALUES (99, 'moonlight'); UPDATE samples SET metric = 99 WHERE metric = 5;
            UPDATE rollups SET metric = 99 WHERE metric = 5
            """
        try await withFalsified(sql) { store, _ in
            let check = try await store.check()
            #expect(check.isSound, "\(check)")
        }
    }

    /// Every column of every level, changed, removed or made up in one row.
    @Test func everyDifferenceBetweenLevelsIsFound() async throws {
        for width in RollUpWidth.allCases {
            let one = "width = \(width.rawValue) AND session = 2 AND metric = 5 AND slot = (SELECT min(slot) + 1 "
            let row = one + "- \(width == .hour ? 1 : 0) FROM rollups WHERE width = \(width.rawValue))"
            for change in [
                "UPDATE rollups SET count = count + 1 WHERE", "UPDATE rollups SET weight = weight * 1.01 WHERE",
                "UPDATE rollups SET moment = moment + 1e-3 WHERE", "UPDATE rollups SET minimum = 0.5 WHERE",
                "UPDATE rollups SET maximum = 99 WHERE", "UPDATE rollups SET moment = 'text' WHERE",
                "UPDATE rollups SET metric = 4 WHERE", "DELETE FROM rollups WHERE",
            ] {
                try await withFalsified("\(change) \(row)") { store, changes in
                    let what: Comment = "\(change) \(row)"
                    let check = try await store.check()
                    #expect(changes == 1 && !check.isSound && check.wrongRows.isEmpty, what)
                    let own = check.wrongRollUps.filter { $0.width == width }
                    #expect(own.map(\.rows) == [change.contains("metric =") ? 2 : 1], what)
                    #expect(own.allSatisfy { $0.wall % width.length.count == 0 }, what)
                    #expect(check.wrongRollUps.allSatisfy { $0.width.rawValue >= width.rawValue }, what)
                    #expect(try await store.check(device: "a").isSound, what)
                }
            }
        }
    }

    /// A sample that no roll-up accounts for.
    @Test func aSampleThatWasSlippedInIsFound() async throws {
        let sql = "INSERT INTO samples SELECT bucket, session, metric, time_ns + 1, value, 1, 0 FROM samples LIMIT 1"
        try await withFalsified(sql) { store, _ in
            let check = try await store.check()
            #expect(check.wrongRollUps.map(\.width) == [.second] && check.wrongRollUps.map(\.rows) == [1], "\(check)")
        }
    }

    /// Marks of a damaged file send nobody walking through minutes that never were.
    @Test(
        .timeLimit(.minutes(1)),
        arguments: ["9223372036854775807", "153722867", "1000000000000", "-9000000000000000"])
    func absurdMarksCostNothing(mark: String) async throws {
        func look(_ store: TelemetryStore) async throws -> [String] {
            let all = Instant(nanoseconds: -1 << 60)...Instant(nanoseconds: 1 << 60)
            let series = try RollUpWidth.allCases.map {
                try store.series(of: .rtt, device: "a", boot: 1, in: all, width: $0).map(\.values.count)
            }
            let moment = DeviceMoment(device: "a", boot: 1, now: Instant(nanoseconds: 300 * Self.second))
            let window = try await store.estimators(at: [moment])[0].window(at: moment.now)
            let recent = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 9)
            let summaries = try await store.summaries(window: .seconds(86_400))
            return ["\(series)", String(describing: window), "\(recent)", "\(summaries)"]
        }
        var expected: [String] = []
        try await withFalsified("SELECT 1") { store, _ in expected = try await look(store) }
        for name in ["closed_minute", "closed_hour"] {
            try await withFalsified("UPDATE marks SET value = \(mark) WHERE name = '\(name)'") { store, changes in
                let found = try await look(store)
                #expect(found == expected && changes == 1, "\(name)")
                _ = try await store.check()
            }
        }
    }
}

extension Configuration {
    fileprivate init(withoutForeignKeys: Void) {
        self.init()
        foreignKeysEnabled = false
    }
}
