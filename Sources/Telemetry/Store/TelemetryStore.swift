internal import GRDB
public import Model
internal import Synchronization
internal import Telemetry

/// How the store writes.
public struct StoreOptions: Sendable {
    /// Rest between two writes: 200 ms. A killed process loses what came in this time and in the one write under way; a
    /// power failure also what the operating system had not yet put on the disk.
    public var flushInterval: Duration = .milliseconds(200)
    /// The most rows held while the disk does not keep up: 262,144, some 12 MB of samples. What comes beyond is counted
    /// as dropped.
    public var pendingLimit = 262_144
    /// How long a lock of another process is waited for.
    public var busyTimeout: Duration = .seconds(5)
    /// Nanoseconds since 1970.
    public var wallClock: @Sendable () -> Int64 = systemWallClock

    public init() {}
}

/// Samples, frames, decisions and events in one SQLite file: WAL, `synchronous=NORMAL`, read while written.
///
/// `append` only queues: it waits for no disk, and never throws. A task of the store writes what is queued, a
/// transaction every `StoreOptions.flushInterval`. When a write fails, the rows stay queued and are tried again;
/// `status` tells. Call `close()` at the end: without it the last interval is lost.
public final class TelemetryStore: Sendable {
    public let path: String
    let pool: DatabasePool
    let wallClock: @Sendable () -> Int64
    private let queue: Mutex<PendingRows>
    private let writer = Mutex<Task<Void, Never>?>(nil)

    init(path: String, pool: DatabasePool, options: StoreOptions) {
        self.path = path
        self.pool = pool
        wallClock = options.wallClock
        queue = Mutex(PendingRows(limit: options.pendingLimit))
        let task = Task { [weak self] in
            while (try? await Task.sleep(for: options.flushInterval)) != nil {
                guard let self else { return }
                try? await self.flush()
            }
        }
        writer.withLock { $0 = task }
    }

    deinit { writer.withLock { $0?.cancel() } }

    public var status: StoreStatus { queue.withLock { $0.status } }

    /// Queues samples of one boot of a device. Those that cannot be readings (`Sample.isPlausible`) are left out and
    /// counted as refused.
    /// - Returns: whether the rest was accepted; otherwise all of it was dropped and counted.
    @discardableResult
    public func append(samples: [Sample], device: String, boot: Int) -> Bool {
        let plausible = samples.allSatisfy(\.isPlausible) ? samples : samples.filter(\.isPlausible)
        return append(.samples(plausible), device, boot, refused: samples.count - plausible.count)
    }

    /// Queues frames; those captured at an implausible time are left out and counted as refused.
    @discardableResult
    public func append(frames: [FrameRecord], device: String, boot: Int) -> Bool {
        let plausible = frames.filter(\.captured.isPlausible)
        return append(.frames(plausible), device, boot, refused: frames.count - plausible.count)
    }

    /// Queues events; those of an implausible time are left out and counted as refused.
    @discardableResult
    public func append(events: [EventRecord], device: String, boot: Int) -> Bool {
        let plausible = events.filter(\.time.isPlausible)
        return append(.events(plausible), device, boot, refused: events.count - plausible.count)
    }

    /// Queues a decision; one of an implausible time is refused and counted.
    @discardableResult
    public func append(decision: DecisionRecord) -> Bool {
        guard decision.time.isPlausible else { return append(.samples([]), "", 0, refused: 1) }
        return append(.decision(decision), decision.device, decision.boot, refused: 0)
    }

    private func append(_ rows: PendingRows.Rows, _ device: String, _ boot: Int, refused: Int) -> Bool {
        queue.withLock { queue in
            queue.status.refused += refused
            return queue.append(rows, key: PendingRows.Key(device: device, boot: boot))
        }
    }

    /// Writes what is queued, and returns when it is in the file. Not stopped by cancellation of the caller.
    /// - Throws: `StoreError` or `StoreUnavailable`; the rows stay queued.
    public func flush() async throws {
        do {
            try await Task { [self] in
                try await pool.writeWithoutTransaction { db in try self.writePending(db) }
            }.value
        } catch {
            throw storeError(error, path: path)
        }
    }

    /// Writes what is queued, moves it from the log into the database, and lets the file go. What is appended
    /// afterwards is dropped and counted.
    /// - Throws: `StoreError` or `StoreUnavailable`; the file is let go all the same.
    public func close() async throws {
        let task = writer.withLock { task in
            defer { task = nil }
            return task
        }
        guard let task else { return }
        task.cancel()
        await task.value
        queue.withLock { $0.isClosed = true }
        let written = await Task { try await self.flush() }.result
        let moved = Result { try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) } }
        let closed = Result { try pool.close() }
        try written.get()
        for result in [moved, closed] { try result.mapError { storeError($0, path: path) }.get() }
    }

    /// Runs on the pool's only writer, so batches reach the file in the order of arrival.
    private func writePending(_ db: Database) throws {
        let (batch, sessions) = queue.withLock { ($0.take(), $0.sessions) }
        guard batch.count > 0 else { return }
        do {
            var inserter = BatchInserter(db: db, wall: wallClock(), sessions: sessions)
            var inserted = 0
            try db.inTransaction(.immediate) {
                inserted = try inserter.insert(batch)
                return .commit
            }
            queue.withLock { $0.wrote(batch, inserted: inserted, sessions: inserter.sessions) }
        } catch {
            let error = storeError(error, path: path)
            queue.withLock { $0.failed(batch, problem: "\(error)") }
            throw error
        }
    }
}
