import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct StoreFaultTests {
    @Test func missingFolderAndFolderInPlaceOfAFileAreNamed() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/none/run.sqlite"
            #expect(throws: StoreError.folderMissing(path: path, folder: folder + "/none")) {
                try TelemetryStore.open(path: path)
            }
            for path in [folder, "", ":memory:"] {
                #expect(throws: StoreError.notAFile(path: path)) { try TelemetryStore.open(path: path) }
            }
        }
    }

    @Test func whatIsNoDatabaseIsRefusedAndLeftAlone() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            for seed in UInt64(0)..<200 {
                var random = SeededGenerator(seed: seed)
                let bytes = Data((0..<Int.random(in: 1...9000, using: &random)).map { _ in UInt8(random.next() & 255) })
                try bytes.write(to: URL(fileURLWithPath: path))
                #expect(throws: StoreError.notADatabase(path: path), "seed \(seed)") {
                    try TelemetryStore.open(path: path)
                }
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
            }
        }
    }

    @Test func emptyFileIsANewDatabase() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try Data().write(to: URL(fileURLWithPath: path))
            try await TelemetryStore.open(path: path).close()
        }
    }

    @Test func anotherProgramsDatabaseIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try await manualStore(path).close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            bytes.replaceSubrange(68..<72, with: [0, 0, 0, 1])
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(throws: StoreError.foreign(path: path)) { try TelemetryStore.open(path: path) }
        }
    }

    @Test func newerVersionIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try await manualStore(path).close()
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            let range = try #require(bytes.firstRange(of: Data("1 samples, frames".utf8)))
            bytes[range.lowerBound] = UInt8(ascii: "9")
            try bytes.write(to: URL(fileURLWithPath: path))
            #expect(throws: StoreError.newerVersion(path: path)) { try TelemetryStore.open(path: path) }
        }
    }

    @Test func folderThatTakesNoFilesIsTheMachinesFault() throws {
        do {
            _ = try TelemetryStore.open(path: "/proc/run.sqlite")
            Issue.record("a database was opened in /proc")
        } catch let error as any EnvironmentError {
            #expect(!error.description.contains("\n"))
        }
    }

    @Test func damagedFilesNeverTrap() async throws {
        try await withTemporaryFolder { folder in
            let (whole, path) = (folder + "/whole.sqlite", folder + "/run.sqlite")
            let store = try manualStore(whole)
            store.append(samples: (0..<300).map { sample(.uplink, $0 * 500, Double($0)) }, device: "a", boot: 1)
            store.append(frames: (0..<20).map(frame), device: "a", boot: 1)
            store.append(decision: decision("a", 5))
            store.append(events: [EventRecord(sequence: 0, time: .zero, body: "{}")], device: "a", boot: 1)
            try await store.close()
            let sound = try Data(contentsOf: URL(fileURLWithPath: whole))
            for seed in UInt64(0)..<150 {
                var random = SeededGenerator(seed: seed)
                try Self.damaged(sound, &random).write(to: URL(fileURLWithPath: path))
                for log in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + log) }
                await Self.use(path, seed: seed)
            }
        }
    }

    /// Sound to SQLite, but with times and origins that no device has.
    @Test(arguments: [
        "UPDATE samples SET time_ns = 9223372036854775807 - time_ns",
        "UPDATE samples SET time_ns = -9223372036854775807 + time_ns",
        "UPDATE sessions SET origin_ns = 9223372036854775807", "UPDATE sessions SET origin_ns = -9223372036854775807",
        "UPDATE samples SET value = 'text', weight = -1",
    ])
    func impossibleTimesNeverTrap(sql: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let store = try manualStore(path)
            store.append(samples: (0..<300).map { sample(.uplink, $0 * 500, Double($0)) }, device: "a", boot: 1)
            try await store.close()
            try await DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
            await Self.use(path, seed: 0)
        }
    }

    private static func damaged(_ sound: Data, _ random: inout SeededGenerator) -> Data {
        var bytes = sound
        if Int.random(in: 0..<4, using: &random) == 0 {
            bytes = bytes.prefix(Int.random(in: 0..<bytes.count, using: &random))
        }
        for _ in 0..<Int.random(in: 1...40, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(random.next() & 255)
        }
        return bytes
    }

    /// Whatever fails must fail with one line of ours.
    private static func use(_ path: String, seed: UInt64) async {
        func attempt(_ body: () async throws -> Void) async {
            do {
                try await body()
            } catch {
                let text = "\(error)"
                #expect(error is any InputError || error is any EnvironmentError, "seed \(seed): \(text)")
                #expect(text.hasPrefix(path) && !text.contains("\n"), "seed \(seed): \(text)")
            }
        }
        await attempt {
            let store = try manualStore(path)
            await attempt { _ = try await store.recentSamples(device: "a", boot: 1, since: .zero) }
            await attempt { _ = try await store.frames(device: "a", boot: 1) }
            await attempt { _ = try await store.decisions(device: "a") }
            await attempt { _ = try await store.events(device: "a", boot: 1) }
            await attempt { _ = try await store.boots() }
            await attempt { _ = try await store.integrityCheck() }
            await attempt { _ = try await store.check(longestGap: .seconds(2)) }
            await attempt { _ = try store.newestWall() }
            await attempt { _ = try await store.summaries(window: .seconds(60)) }
            for table in ExportTable.allCases { await attempt { _ = try store.export(table, as: .csv) { _ in } } }
            store.append(samples: [sample(.rtt, 1, 1)], device: "a", boot: 1)
            await attempt { try await store.upkeep() }
            await attempt { try await store.close() }
        }
    }

    @Test func failedWriteIsToldAndTriedAgain() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            var options = StoreOptions()
            options.flushInterval = .seconds(3600)
            options.busyTimeout = .milliseconds(20)
            let store = try TelemetryStore.open(path: path, options: options)
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            store.append(samples: [sample(.rtt, 1, 0.1)], device: "a", boot: 1)
            await #expect(throws: StoreUnavailable.self) { try await store.flush() }
            store.append(samples: [sample(.rtt, 2, 0.2)], device: "a", boot: 1)
            #expect(store.status.pending == 2 && store.status.failure?.contains("locked") == true)
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await store.flush()
            #expect(store.status.pending == 0 && store.status.written == 2 && store.status.failure == nil)
            try await store.close()
        }
    }
}
