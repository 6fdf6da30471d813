internal import GRDB
internal import Model
internal import Synchronization

extension TelemetryStore {
    /// Writes what is queued, and returns when it is in the file. Not stopped by cancellation of the caller.
    /// - Throws: `StoreError` or `StoreUnavailable`; the rows stay queued.
    public func flush() async throws {
        do {
            try await Task { [self] in
                lookAtClocks()
                try await writeQueue()
            }.value
        } catch {
            throw storeError(error, path: path)
        }
    }

    private func writeQueue() async throws {
        var left = queue.withLock { $0.status.pending }
        while left > 0 {
            let file = try noting { try presentFile() }
            do {
                let count = try await file.pool.writeWithoutTransaction { db in try self.writeBatch(db) }
                guard count > 0 else { return }
                left -= count
            } catch let error as StoreError where error.isDamage && mayReplace {
                try noting { try setAside(file, problem: error.problem) }
            }
        }
    }

    /// Not without end: where new files are damaged too, something else is wrong.
    private var mayReplace: Bool { options.setsDamagedAside && status.setAside.count < Self.mostSetAside }

    private static let mostSetAside = 8

    /// What fails in `body` counts as a failed write, and is said as one.
    private func noting<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            let error = storeError(error, path: path)
            let isFirst = queue.withLock { $0.failed(problem: "\(error)") }
            if isFirst { options.notice(.writingFails(path: path, problem: "\(error)")) }
            throw error
        }
    }

    /// Runs on the pool's only writer, so batches reach the file in the order of arrival.
    /// - Returns: rows taken from the queue.
    private func writeBatch(_ db: Database) throws -> Int {
        let (batch, sessions, marks, steps) = queue.withLock { queue in
            (queue.take(upTo: options.batchLimit), queue.sessions, queue.marks, queue.steps)
        }
        guard batch.count > 0 else { return 0 }
        do {
            var inserter = BatchInserter(db: db, wall: options.wallClock(), marks: marks, sessions: sessions)
            try db.inTransaction(.immediate) {
                try inserter.insert(batch)
                for step in steps { try inserter.insert(step) }
                return .commit
            }
            let now = options.steadyClock()
            let dropped = queue.withLock { $0.wrote(batch, inserter, steps: steps.count, now: now) }
            if let dropped { options.notice(.writingResumed(path: path, dropped: dropped)) }
            return batch.count
        } catch {
            queue.withLock { $0.putBack(batch) }
            let error = storeError(error, path: path)
            if let error = error as? StoreError, error.isDamage, mayReplace { throw error }
            return try noting { throw error }
        }
    }

    private func lookAtClocks() {
        let step = watch.withLock { $0.look(wall: options.wallClock(), steady: options.steadyClock()) }
        guard let step else { return }
        queue.withLock { queue in
            queue.steps.append(step)
            queue.status.clockSteps += 1
        }
        options.notice(.clockStepped(by: step.step))
    }
}
