import Foundation
import GRDB
import Model
import Synchronization
import TelemetryStore
import Testing

/// A machine that does not let the store write: full disks, folders that may not be written, locks; and its clocks.
@Suite(.serialized) struct StoreMachineTests {
    /// The largest file that the process may write stands for a disk that is full, and then has room again.
    @Test func aFullDiskIsWaitedOut() async throws {
        try await withTemporaryFolder { folder in
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                signal(SIGXFSZ, SIG_IGN)
                let world = StoreWorld()
                var options = world.options()
                options.pendingLimit = 60_000
                let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
                limitFiles(to: 1 << 20)
                var accepted = 0
                for second in 0..<80 {
                    let batch = (0..<1000).map { sample(.uplink, Int64(second * 1000 + $0), 1) }
                    if store.append(samples: batch, device: "a", boot: 1) { accepted += 1000 }
                    try? await store.flush()
                }
                let full = store.status
                #expect(full.failure != nil && full.dropped > 0 && full.pending <= 60_000)
                #expect(full.written + full.pending == accepted && accepted + full.dropped == 80_000)
                #expect(world.notices.count == 2, "\(world.notices)")
                #expect(world.notices.last == .dropping(path: folder + "/run.sqlite"))
                limitFiles(to: .max)
                try await store.flush()
                #expect(store.status.pending == 0 && store.status.written == accepted && store.status.failure == nil)
                #expect(world.notices.last == .writingResumed(path: store.path, dropped: full.dropped))
                #expect(
                    try await store.recentSamples(device: "a", boot: 1, since: .zero, limit: .max / 2).count == accepted
                )
                #expect(try await store.integrityCheck().isEmpty)
                try await store.close()
            }
        }
    }

    /// Run as nobody, for a root may write everything.
    @Test func aFolderThatMayNotBeWrittenIsTheMachinesFault() async throws {
        try await withTemporaryFolder { folder in
            try await manualStore(folder + "/run.sqlite").close()
            for path in [folder, folder + "/run.sqlite"] { chmod(path, path == folder ? 0o555 : 0o444) }
            await #expect(processExitsWith: .success) { [folder = folder as String] in
                _ = setuid(65534)
                for name in ["run.sqlite", "new.sqlite"] {
                    do {
                        try await TelemetryStore.open(path: folder + "/" + name).close()
                        Issue.record("\(name) was opened")
                    } catch {
                        #expect(error is StoreUnavailable, "\(error)")
                    }
                }
            }
            chmod(folder, 0o755)
        }
    }

    /// Read as nobody, as from a read-only disk; names that mean something in a URI are names all the same.
    @Test func aStoreInAFolderThatMayNotBeWrittenIsRead() async throws {
        try await withTemporaryFolder { parent in
            let folder = parent + "/100%41?mode=memory&a#b ü"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let path = folder + "/run.sqlite"
            let store = try manualStore(path)
            store.append(samples: (0..<90).map { sample(.rtt, $0 * 1000, 1) }, device: "a", boot: 1)
            try await store.close()
            for part in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + part) }
            for place in [folder, path] { chmod(place, place == folder ? 0o555 : 0o444) }
            await #expect(processExitsWith: .success) { [path = path as String] in
                _ = setuid(65534)
                let store = try TelemetryStore.openToRead(path: path)
                #expect(try await store.check(longestGap: .seconds(2)).samples == 90)
                #expect(try await store.summaries(window: .seconds(10)).first?.metrics.first?.values.count == 10)
                #expect(try store.export(.samples, as: .csv) { _ in } == 90)
                try await store.close()
            }
            chmod(folder, 0o755)
            let files = try FileManager.default.contentsOfDirectory(atPath: folder)
            #expect(files == ["run.sqlite"], "\(files)")
        }
    }

    /// Rows that wait in the log can't be read there; that they are not shown is said.
    @Test func aLogInAFolderThatMayNotBeWrittenIsNamed() async throws {
        try await withTemporaryFolder { folder in
            let (path, copy) = (folder + "/live.sqlite", folder + "/closed")
            let store = try manualStore(path)
            store.append(samples: [sample(.rtt, 1, 1)], device: "a", boot: 1)
            try await store.flush()
            try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
            for part in ["", "-wal"] {
                try FileManager.default.copyItem(atPath: path + part, toPath: copy + "/run.sqlite" + part)
                chmod(copy + "/run.sqlite" + part, 0o444)
            }
            try await store.close()
            chmod(copy, 0o555)
            await #expect(processExitsWith: .success) { [copy = copy as String] in
                _ = setuid(65534)
                do {
                    _ = try TelemetryStore.openToRead(path: copy + "/run.sqlite")
                    Issue.record("it was opened")
                } catch {
                    #expect(error is StoreUnavailable && "\(error)".contains("copy it and its -wal file"), "\(error)")
                }
            }
            chmod(copy, 0o755)
        }
    }

    @Test func aFileThatMayNotBeReadIsNamedInOneLine() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try await manualStore(path).close()
            chmod(path, 0)
            await #expect(processExitsWith: .success) { [path = path as String] in
                _ = setuid(65534)
                #expect(
                    throws: StoreUnavailable(
                        path: path, problem: "it cannot be read: Permission denied",
                        remedy: "check its permissions and the disk")
                ) { try TelemetryStore.openToRead(path: path) }
            }
        }
    }

    @Test func aLockIsSaidOnceAndWaitedOut() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: configuration)
            for round in 1...2 {
                try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
                for number in 0..<4 {
                    let time = Int64(round * 10 + number)
                    store.append(samples: [sample(.rtt, time, 0.1)], device: "a", boot: 1)
                    await #expect(throws: StoreUnavailable.self) { try await store.flush() }
                }
                #expect(store.status.pending == 4 && world.notices.count == 2 * round - 1)
                try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
                try await store.flush()
                #expect(store.status.pending == 0 && store.status.written == 4 * round)
                #expect(world.notices.last == .writingResumed(path: path, dropped: 0))
            }
            try await store.close()
        }
    }

    @Test func aStepOfTheWallClockIsSaidAndKept() async throws {
        try await withTemporaryFolder { folder in
            let (path, world) = (folder + "/run.sqlite", StoreWorld())
            let store = try TelemetryStore.open(path: path, options: world.options())
            for step in [0, -7200, 300, 0] as [Int64] {
                world.pass(.seconds(60))
                world.step(.seconds(step))
                store.append(samples: [sample(.rtt, 1000 + step, 0.1)], device: "a", boot: 1)
                try await store.flush()
            }
            #expect(world.notices == [.clockStepped(by: .seconds(-7200)), .clockStepped(by: .seconds(300))])
            #expect(store.status.clockSteps == 2)
            try await store.close()
            let steps = try await DatabaseQueue(path: path).read { db in
                try Int64.fetchAll(db, sql: "SELECT step_ns / 1000000000 FROM clock_steps ORDER BY id")
            }
            #expect(steps == [-7200, 300])
        }
    }

    @Test func rowsReachTheFileWithinTheBound() async throws {
        try await withTemporaryFolder { folder in
            var options = StoreOptions()
            #expect(options.flushInterval < .nanoseconds(StoreOptions.lossBound.count))
            options.upkeepInterval = nil
            let store = try TelemetryStore.open(path: folder + "/run.sqlite", options: options)
            store.append(samples: [sample(.rtt, 1, 0.1)], device: "a", boot: 1)
            while store.status.written == 0 { try await Task.sleep(for: .milliseconds(5)) }
            #expect(store.status.lag > .zero && store.status.longestLag >= store.status.lag)
            try await store.close()
        }
    }
}

private func limitFiles(to bytes: UInt64) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = min(rlim_t(bytes), limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
