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
        case decision(DecisionRecord)
        case events([EventRecord])

        var count: Int {
            switch self {
            case .samples(let rows): rows.count
            case .frames(let rows): rows.count
            case .decision: 1
            case .events(let rows): rows.count
            }
        }
    }

    struct Batch: Sendable {
        var parts: [(key: Key, rows: Rows)] = []
        var count = 0
    }

    let limit: Int
    var status = StoreStatus()
    /// Sessions known to be in the file.
    var sessions: [Key: Session] = [:]
    var isClosed = false
    private var batch = Batch()
    /// Rows taken by a write under way.
    private var underway = 0

    init(limit: Int) { self.limit = limit }

    /// - Returns: whether the rows were accepted: all of them, or none.
    mutating func append(_ rows: Rows, key: Key) -> Bool {
        guard rows.count > 0 else { return true }
        guard !isClosed, rows.count <= limit - batch.count - underway else {
            status.dropped += rows.count
            return false
        }
        batch.parts.append((key, rows))
        batch.count += rows.count
        status.pending = batch.count + underway
        return true
    }

    mutating func take() -> Batch {
        let taken = batch
        batch = Batch()
        underway = taken.count
        return taken
    }

    mutating func wrote(_ taken: Batch, inserted: Int, sessions: [Key: Session]) {
        underway = 0
        self.sessions = sessions
        status.pending = batch.count
        status.written += inserted
        status.duplicates += taken.count - inserted
        status.failure = nil
    }

    /// Nothing of `taken` is in the file: it is tried again before what came since.
    mutating func failed(_ taken: Batch, problem: String) {
        underway = 0
        batch = Batch(parts: taken.parts + batch.parts, count: taken.count + batch.count)
        status.pending = batch.count
        status.failure = problem
    }
}
