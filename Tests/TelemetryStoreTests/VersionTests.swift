import Foundation
import GRDB
import Model
import TelemetryStore
import Testing

@Suite struct VersionTests {
    /// The tables of version 1, as it made them.
    private static let firstVersion = """
        PRAGMA application_id = 0x5253504C;
        CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE devices (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
        CREATE TABLE sessions (id INTEGER PRIMARY KEY, device INTEGER NOT NULL REFERENCES devices (id),
            boot INTEGER NOT NULL, origin_ns INTEGER NOT NULL, UNIQUE (device, boot));
        CREATE TABLE samples (bucket INTEGER NOT NULL, session INTEGER NOT NULL, metric INTEGER NOT NULL,
            time_ns INTEGER NOT NULL, value REAL NOT NULL, weight REAL NOT NULL,
            PRIMARY KEY (bucket, session, metric, time_ns)) WITHOUT ROWID;
        CREATE TABLE frames (session INTEGER NOT NULL, frame INTEGER NOT NULL, epoch INTEGER NOT NULL,
            plan TEXT NOT NULL, answer TEXT NOT NULL, captured_ns INTEGER NOT NULL, latency_ns INTEGER NOT NULL,
            edge_queue_ns INTEGER NOT NULL, edge_ns INTEGER NOT NULL, encode_ns INTEGER NOT NULL,
            send_ns INTEGER NOT NULL, network_ns INTEGER NOT NULL, worker_queue_ns INTEGER NOT NULL,
            worker_compute_ns INTEGER NOT NULL, return_ns INTEGER NOT NULL, sent_bytes INTEGER NOT NULL,
            top_class INTEGER NOT NULL, correct INTEGER, PRIMARY KEY (session, frame)) WITHOUT ROWID;
        CREATE TABLE decisions (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, time_ns INTEGER NOT NULL,
            epoch INTEGER NOT NULL, plan TEXT NOT NULL, reason TEXT NOT NULL, body TEXT NOT NULL);
        CREATE INDEX decisions_by_time ON decisions (session, time_ns);
        CREATE TABLE events (session INTEGER NOT NULL, sequence INTEGER NOT NULL, time_ns INTEGER NOT NULL,
            body TEXT NOT NULL, PRIMARY KEY (session, sequence)) WITHOUT ROWID;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 samples, frames, decisions, events');
        INSERT INTO devices VALUES (1, 'a');
        INSERT INTO sessions VALUES (1, 1, 7, 1700000000000000000);
        INSERT INTO samples VALUES (28333333, 1, 5, 1000000000, 0.25, 1.0);
        """

    private func firstVersion(_ path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL")
            try db.execute(sql: Self.firstVersion)
        }
        try database.close()
    }

    @Test func anOlderFileIsMigratedAndACopyKept() async throws {
        try await withTemporaryFolder { folder in
            for number in 1...2 {
                let (path, world) = (folder + "/run.sqlite", StoreWorld())
                try? FileManager.default.removeItem(atPath: path)
                try firstVersion(path)
                let store = try TelemetryStore.open(path: path, options: world.options())
                let copy = path + ".version-1-\(number)"
                #expect(world.notices == [.migrated(path: path, copy: copy)])
                #expect(try await store.recentSamples(device: "a", boot: 7, since: .zero) == [sample(.rtt, 1000, 0.25)])
                world.pass(.seconds(3600))
                #expect(try await store.upkeep().minutes == 1)
                try await store.close()
                let old = try DatabaseQueue(path: copy)
                let counts = try await old.read { db in
                    try ["samples", "grdb_migrations", "sqlite_master WHERE name = 'rollups'"].map { table in
                        try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)")
                    }
                }
                #expect(counts == [1, 1, 0])
                try old.close()
                // The second time there is nothing to do, and nothing is copied.
                try await TelemetryStore.open(path: path, options: world.options()).close()
                #expect(world.notices.count == 1)
            }
        }
    }

    @Test func anOlderFileIsMigratedToBeRead() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try firstVersion(path)
            let world = StoreWorld()
            let store = try TelemetryStore.openToRead(path: path, options: world.options())
            #expect(world.notices == [.migrated(path: path, copy: path + ".version-1-1")])
            #expect(try await store.recentSamples(device: "a", boot: 7, since: .zero).count == 1)
            #expect(!store.append(samples: [sample(.rtt, 1, 1)], device: "a", boot: 7))
            try await store.close()
            #expect(FileManager.default.fileExists(atPath: path + ".version-1-1"))
        }
    }

    /// Run as nobody.
    @Test func anOlderFileInAFolderThatMayNotBeWrittenIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            try firstVersion(path)
            for place in [folder, path] { chmod(place, place == folder ? 0o555 : 0o444) }
            await #expect(processExitsWith: .success) { [path = path as String] in
                _ = setuid(65534)
                do {
                    _ = try TelemetryStore.openToRead(path: path)
                    Issue.record("it was opened")
                } catch {
                    #expect(error is StoreUnavailable && "\(error)".contains("older version"), "\(error)")
                }
            }
            chmod(folder, 0o755)
        }
    }

    @Test func aFileThatIsNotThereIsNotMadeByReading() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/run.sqlite"
            #expect(throws: StoreError.noStore(path: path)) { try TelemetryStore.openToRead(path: path) }
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }
}
