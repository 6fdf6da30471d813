internal import Model

/// What was accepted and is not yet written, in the order of arrival.
struct PendingRows: Sendable {
    struct Key: Hashable, Sendable {
        var device: String
        var boot: Int
    }

    enum Rows: Sendable {
        case samples([Sample])
        case frames([FrameRecord])
        case decisions([DecisionRecord])
        case events([EventRecord])

        var count: Int {
            switch self {
            case .samples(let rows): rows.count
            case .frames(let rows): rows.count
            case .decisions(let rows): rows.count
            case .events(let rows): rows.count
            }
        }

        /// About what they take in memory.
        /// - Complexity: O(rows).
        var bytes: Int {
            switch self {
            case .samples(let rows): rows.count * MemoryLayout<Sample>.stride
            case .frames(let rows): rows.count * MemoryLayout<FrameRecord>.stride
            case .decisions(let rows):
                rows.reduce(0) { $0 + MemoryLayout<DecisionRecord>.stride + $1.reason.utf8.count + $1.body.utf8.count }
            case .events(let rows): rows.reduce(0) { $0 + MemoryLayout<EventRecord>.stride + $1.body.utf8.count }
            }
        }

        /// Pieces of `limit` rows at most, in order.
        func pieces(of limit: Int) -> [Rows] {
            func pieces<Row>(_ rows: [Row], _ made: ([Row]) -> Rows) -> [Rows] {
                stride(from: 0, to: rows.count, by: limit).map { made(Array(rows[$0..<min($0 + limit, rows.count)])) }
            }
            guard count > limit else { return [self] }
            return switch self {
            case .samples(let rows): pieces(rows, Rows.samples)
            case .frames(let rows): pieces(rows, Rows.frames)
            case .decisions(let rows): pieces(rows, Rows.decisions)
            case .events(let rows): pieces(rows, Rows.events)
            }
        }
    }

    struct Batch: Sendable {
        var parts: [(key: Key, rows: Rows)] = []
        var count = 0
        /// About what the rows take in memory.
        var bytes = 0
        /// When its oldest row was accepted, by the steady clock.
        var accepted: Int64 = 0
    }

    /// Rows of a piece that is written in one transaction.
    private let pieceLimit: Int
    private let limit: Int
    private let byteLimit: Int
    var status = StoreStatus()
    /// Sessions known to be in the file.
    var sessions: [Key: Session] = [:]
    var marks = Marks()
    /// Steps of the wall clock that are not yet written.
    var steps: [ClockStep] = []
    var isClosed = false
    /// Writes that failed since the last that did not.
    private(set) var failures = 0
    private var batch = Batch()
    /// Taken by a write under way.
    private var underway = (count: 0, bytes: 0)
    /// `status.dropped` when the last write succeeded.
    private var droppedBefore = 0

    init(_ options: StoreOptions) {
        pieceLimit = max(1, options.batchLimit)
        limit = options.pendingLimit
        byteLimit = options.pendingBytes
    }

    /// What came of rows given to `append`.
    enum Acceptance { case accepted, dropped, firstDropped }

    /// Accepts all of the rows, or none.
    /// - Parameter now: by the steady clock.
    mutating func append(_ rows: Rows, key: Key, now: () -> Int64) -> Acceptance {
        guard rows.count > 0 else { return .accepted }
        let bytes = rows.bytes
        let fits =
            rows.count <= limit - batch.count - underway.count && bytes <= byteLimit - batch.bytes - underway.bytes
        guard !isClosed, fits else {
            let isFirst = status.dropped == droppedBefore
            status.dropped += rows.count
            return isFirst ? .firstDropped : .dropped
        }
        if batch.parts.isEmpty { batch.accepted = now() }
        batch.parts += rows.pieces(of: pieceLimit).map { (key, $0) }
        batch.count += rows.count
        batch.bytes += bytes
        status.pending = batch.count + underway.count
        return .accepted
    }

    /// The oldest parts, as few as hold `limit` rows, or all.
    mutating func take(upTo limit: Int) -> Batch {
        var taken = Batch(accepted: batch.accepted)
        if batch.count <= limit {
            swap(&taken, &batch)
        } else {
            var end = 0
            while taken.count < limit {
                let rows = batch.parts[end].rows
                taken.count += rows.count
                taken.bytes += rows.bytes
                end += 1
            }
            taken.parts = Array(batch.parts[..<end])
            batch.parts.removeFirst(end)
            batch.count -= taken.count
            batch.bytes -= taken.bytes
        }
        underway = (taken.count, taken.bytes)
        return taken
    }

    /// - Returns: rows dropped while writes failed, where this is the first write that did not.
    mutating func wrote(_ taken: Batch, _ inserter: BatchInserter, steps written: Int, now: Int64) -> Int? {
        underway = (0, 0)
        steps.removeFirst(written)
        sessions = inserter.sessions
        status.pending = batch.count
        status.written += inserter.inserted
        status.refused += inserter.tooOld
        status.duplicates += taken.count - inserter.inserted - inserter.tooOld
        status.failure = nil
        status.lag = Nanoseconds(now &- taken.accepted)
        status.longestLag = max(status.longestLag, status.lag)
        let dropped = status.dropped - droppedBefore
        defer { (failures, droppedBefore) = (0, status.dropped) }
        return failures > 0 || dropped > 0 ? dropped : nil
    }

    /// Nothing of `taken` is in the file: it is tried again before what came since.
    mutating func putBack(_ taken: Batch) {
        underway = (0, 0)
        batch = Batch(
            parts: taken.parts + batch.parts, count: taken.count + batch.count, bytes: taken.bytes + batch.bytes,
            accepted: taken.accepted)
        status.pending = batch.count
    }

    /// - Returns: whether the write before it had not failed.
    mutating func failed(problem: String) -> Bool {
        status.failure = problem
        failures += 1
        return failures == 1
    }

    /// Forgets what was known of a file that is no longer ours.
    mutating func forgetFile() {
        sessions = [:]
        marks = Marks()
    }
}
