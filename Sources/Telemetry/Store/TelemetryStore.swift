internal import GRDB
public import Model
internal import Synchronization
internal import Telemetry

/// Samples, frames, decisions and events in one SQLite file: WAL, `synchronous=NORMAL`, read while written.
///
/// `append` only queues: it waits for no disk, and never throws. A task of the store writes what is queued, so that it is
/// in the file within `StoreOptions.lossBound`. When a write fails, the rows stay queued and are tried again; `status`
/// and `StoreOptions.notice` tell. Another task rolls samples up and removes what is too old. Call `close()` at the end:
/// without it the last interval is lost.
public final class TelemetryStore: Sendable {
    public let path: String
    let options: StoreOptions
    let queue: Mutex<PendingRows>
    let watch = Mutex(ClockWatch())
    /// Absent while a damaged or vanished file has not been replaced, and after `close()`.
    let file: Mutex<StoreFile?>
    private let tasks = Mutex<[Task<Void, Never>]?>([])

    init(_ file: StoreFile, options: StoreOptions) {
        path = file.path
        self.options = options
        var pending = PendingRows(options)
        pending.marks = file.marks
        pending.isClosed = file.isReadOnly
        queue = Mutex(pending)
        self.file = Mutex(file)
        guard !file.isReadOnly else { return }
        _ = watch.withLock { $0.look(wall: options.wallClock(), steady: options.steadyClock()) }
        tasks.withLock { $0 = [writer(), upkeeper()].compactMap { $0 } }
    }

    deinit { tasks.withLock { $0?.forEach { $0.cancel() } } }

    public var status: StoreStatus { queue.withLock { $0.status } }

    private func writer() -> Task<Void, Never> {
        Task { [weak self] in
            while let rest = self?.rest, (try? await Task.sleep(for: rest)) != nil { try? await self?.flush() }
        }
    }

    /// Until the next write: longer after each that failed.
    private var rest: Duration {
        let failures = queue.withLock { $0.failures }
        return min(options.flushInterval * (1 << min(failures, 16)), max(options.longestRest, options.flushInterval))
    }

    private func upkeeper() -> Task<Void, Never>? {
        guard let interval = options.upkeepInterval else { return nil }
        return Task { [weak self] in
            while (try? await Task.sleep(for: interval)) != nil {
                guard let self else { return }
                _ = try? await upkeep()
            }
        }
    }

    /// Writes what is queued, moves it from the log into the database, and lets the file go. What is appended
    /// afterwards is dropped and counted.
    /// - Throws: `StoreError` or `StoreUnavailable`; the file is let go all the same.
    public func close() async throws {
        let tasks = tasks.withLock { tasks in
            defer { tasks = nil }
            return tasks
        }
        guard let tasks else { return }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        queue.withLock { $0.isClosed = true }
        let written = await Task { try await self.flush() }.result
        let closed = Result {
            try file.withLock { file in
                defer { file = nil }
                try file?.close()
            }
        }
        try written.get()
        try closed.mapError { storeError($0, path: path) }.get()
    }
}

extension TelemetryStore {
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
    public func append(decision: DecisionRecord) -> Bool { append(decisions: [decision]) }

    /// Queues decisions, of any devices; those of an implausible time are left out and counted as refused.
    @discardableResult
    public func append(decisions: [DecisionRecord]) -> Bool {
        var isAccepted = true
        for run in decisions.chunkedByBoot() {
            let plausible = run.filter(\.time.isPlausible)
            let refused = run.count - plausible.count
            isAccepted = append(.decisions(plausible), run[0].device, run[0].boot, refused: refused) && isAccepted
        }
        return isAccepted
    }

    private func append(_ rows: PendingRows.Rows, _ device: String, _ boot: Int, refused: Int) -> Bool {
        let acceptance = queue.withLock { queue in
            queue.status.refused += refused
            return queue.append(rows, key: PendingRows.Key(device: device, boot: boot), now: options.steadyClock)
        }
        if acceptance == .firstDropped { options.notice(.dropping(path: path)) }
        return acceptance == .accepted
    }
}

extension [DecisionRecord] {
    /// Neighbours of one boot of one device together.
    fileprivate func chunkedByBoot() -> [[DecisionRecord]] {
        var chunks: [[DecisionRecord]] = []
        var start = startIndex
        for index in indices where index > start {
            guard (self[index].device, self[index].boot) != (self[start].device, self[start].boot) else { continue }
            chunks.append(Array(self[start..<index]))
            start = index
        }
        if start < endIndex { chunks.append(Array(self[start...])) }
        return chunks
    }
}
