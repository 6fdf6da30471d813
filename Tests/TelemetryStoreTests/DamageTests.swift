import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

/// Files that are damaged, deleted or of another version: the store goes on, and says so once.
@Suite struct DamageTests {
    private func options(_ world: StoreWorld) -> StoreOptions {
        var options = world.options()
        options.setsDamagedAside = true
        return options
    }

    private func content(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    @Test func aFileDamagedBeforeTheStartIsSetAside() async throws {
        for round in 0..<2 {
            try await withTemporaryFolder { folder in
                let path = folder + "/run.sqlite"
                try await manualStore(path).close()
                let junk = round == 0 ? Data(repeating: 0, count: 4096) : Data(repeating: 0xA5, count: 3000)
                try junk.overwrite(path, at: round == 0 ? 0 : 100)
                let damaged = try content(path)
                #expect(throws: StoreError.self) { try TelemetryStore.open(path: path) }
                #expect(try content(path) == damaged)
                let world = StoreWorld()
                let store = try TelemetryStore.open(path: path, options: options(world))
                #expect(store.status.setAside == [path + ".damaged-1"])
                #expect(try content(path + ".damaged-1") == damaged)
                store.append(samples: [sample(.rtt, 1, 0.1)], device: "a", boot: 1)
                try await store.close()
                #expect(store.status.written == 1 && world.notices.count == 1, "\(world.notices)")
                #expect(world.notices[0].description.contains("renamed to \(path).damaged-1"))
            }
        }
    }

    /// Damage found by a write: what was accepted goes to the new file, and nothing is dropped.
    @Test func aFileDamagedWhileInUseIsSetAside() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let first = try manualStore(path)
            first.append(samples: (0..<20_000).map { sample(.uplink, $0, 1) }, device: "a", boot: 1)
            try await first.close()
            let world = StoreWorld()
            let store = try TelemetryStore.open(path: path, options: options(world))
            try Data(repeating: 0xFF, count: try content(path).count - 3 * 4096).overwrite(path, at: 3 * 4096)
            for round in 0..<2 {
                let later = (0..<500).map { sample(.uplink, Int64(100_000 + 1000 * round + $0), 2) }
                #expect(store.append(samples: later, device: "a", boot: 1))
                try await store.flush()
            }
            let status = store.status
            #expect(status.setAside == [path + ".damaged-1"] && status.written == 1000 && status.dropped == 0)
            #expect(status.pending == 0 && status.failure == nil)
            #expect(world.notices.count == 1, "\(world.notices)")
            let read = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 9999)
            #expect(read.count == 1000 && read.allSatisfy { $0.value == 2 })
            #expect(try await store.integrityCheck().isEmpty)
            try await store.close()
        }
    }

    @Test func aFileDeletedWhileInUseIsBegunAnew() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            store.append(samples: [sample(.rtt, 1, 0.1)], device: "a", boot: 1)
            try await store.flush()
            for part in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: path + part) }
            store.append(samples: [sample(.rtt, 2, 0.2)], device: "a", boot: 1)
            try await store.flush()
            #expect(world.notices == [.fileGone(path: path)])
            try await store.close()
            let again = try TelemetryStore.openToRead(path: path)
            #expect(try await again.recentSamples(device: "a", boot: 1, since: .zero) == [sample(.rtt, 2, 0.2)])
            try await again.close()
        }
    }

    /// A database and its log as a crash leaves them, with transactions of a hundred samples each.
    private func crashed(in folder: String, transactions: Int) async throws -> (database: Data, log: Data) {
        let path = folder + "/live.sqlite"
        let store = try manualStore(path)
        for number in 0..<transactions {
            let samples = (0..<100).map { sample(.uplink, Int64(number * 100 + $0), 1) }
            store.append(samples: samples, device: "a", boot: 1)
            try await store.flush()
        }
        let files = (try content(path), try content(path + "-wal"))
        try await store.close()
        return files
    }

    @Test func aDamagedLogIsKeptAndSaid() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let crash = try await crashed(in: folder, transactions: 12)
            for seed in UInt64(0)..<40 {
                var random = SeededGenerator(seed: seed)
                // From the middle of the log: there are transactions before it, and after it.
                let place = Int.random(in: crash.log.count / 2..<crash.log.count * 2 / 3, using: &random)
                var log = crash.log
                log[place] ^= UInt8.random(in: 1...255, using: &random)
                try crash.database.write(to: URL(fileURLWithPath: path))
                try log.write(to: URL(fileURLWithPath: path + "-wal"))
                let world = StoreWorld()
                let store = try TelemetryStore.open(path: path, options: options(world))
                let copy = path + "-wal.damaged-\(seed + 1)"
                #expect(world.notices == [.logDamaged(path: path, copy: copy)], "seed \(seed)")
                #expect(try content(copy) == log, "seed \(seed)")
                let count = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 9999).count
                #expect(count > 0 && count < 1200 && count % 100 == 0, "seed \(seed): \(count)")
                #expect(try await store.integrityCheck().isEmpty, "seed \(seed)")
                try await store.close()
            }
        }
    }

    /// Reading leaves the log as it is, and `check` tells what it lost.
    @Test func aDamagedLogIsFoundByCheck() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let crash = try await crashed(in: folder, transactions: 12)
            for isDamaged in [false, true] {
                var log = crash.log
                if isDamaged { log[log.count / 2] ^= 1 }
                try crash.database.write(to: URL(fileURLWithPath: path))
                try log.write(to: URL(fileURLWithPath: path + "-wal"))
                try? FileManager.default.removeItem(atPath: path + "-shm")
                let store = try TelemetryStore.openToRead(path: path)
                let check = try await store.check(longestGap: .seconds(2))
                #expect(check.damage.count == (isDamaged ? 1 : 0) && check.wrongRows.isEmpty, "\(check)")
                #expect(!check.isSound || !isDamaged)
                #expect(check.samples > 0 && (check.samples == 1200) != isDamaged)
                try await store.close()
                #expect(try content(path + "-wal") == log)
            }
        }
    }

    /// A writer at work is no damage.
    @Test func aLogThatIsBeingWrittenIsNoDamage() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let store = try TelemetryStore.open(path: path, options: StoreWorld().options())
            let writer = Task {
                for number in 0..<60 as Range<Int64> {
                    store.append(samples: (0..<100).map { sample(.uplink, number * 100 + $0, 1) }, device: "a", boot: 1)
                    try await store.flush()
                }
            }
            let reader = try TelemetryStore.openToRead(path: path)
            while store.status.written < 6_000 {
                let check = try await reader.check(longestGap: .seconds(2))
                #expect(check.isSound, "\(check)")
            }
            try await writer.value
            try await reader.close()
            try await store.close()
        }
    }

    /// A log that ends amid a frame is what any crash leaves: nothing that was committed is lost with it.
    @Test func aTornLogIsNoDamage() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            let crash = try await crashed(in: folder, transactions: 12)
            for seed in UInt64(0)..<40 {
                var random = SeededGenerator(seed: seed)
                let length = seed == 0 ? crash.log.count : Int.random(in: 0...crash.log.count, using: &random)
                try crash.database.write(to: URL(fileURLWithPath: path))
                try crash.log.prefix(length).write(to: URL(fileURLWithPath: path + "-wal"))
                let world = StoreWorld()
                let store = try TelemetryStore.open(path: path, options: options(world))
                #expect(world.notices.isEmpty, "seed \(seed): \(world.notices)")
                let count = try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: 9999).count
                #expect(count % 100 == 0 && (seed > 0 || count == 1200), "seed \(seed): \(count)")
                try await store.close()
            }
        }
    }
}
