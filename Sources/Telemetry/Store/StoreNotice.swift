public import Model

/// A change in how the store fares, said once when it comes. Its description is one line for a log.
public enum StoreNotice: Hashable, Sendable, CustomStringConvertible {
    /// Writes began to fail; rows wait in memory.
    case writingFails(path: String, problem: String)
    /// The memory for waiting rows is full.
    case dropping(path: String)
    /// Writes succeed again.
    case writingResumed(path: String, dropped: Int)
    /// A damaged file was renamed, and a new one begun.
    case setAside(path: String, to: String, problem: String)
    /// The log held committed rows beyond a damaged place; a copy of it was kept, and the rows before that place stay.
    case logDamaged(path: String, copy: String)
    /// The file was moved or deleted under the running store, and a new one begun.
    case fileGone(path: String)
    /// Tables of an older version were brought up to date, and the file before that kept.
    case migrated(path: String, copy: String)
    /// The wall clock went forward or back against the steady one.
    case clockStepped(by: Nanoseconds)
    case upkeepFails(path: String, problem: String)

    public var description: String {
        switch self {
        case .writingFails(let path, let problem):
            "\(path): telemetry cannot be written and waits in memory: \(problem)"
        case .dropping(let path):
            "\(path): the memory for waiting telemetry is full; what comes now is dropped and counted"
        case .writingResumed(let path, let dropped):
            "\(path): telemetry is written again" + (dropped > 0 ? "; \(dropped) rows were dropped meanwhile" : "")
        case .setAside(let path, let aside, let problem):
            "\(path): the database is damaged (\(problem)); it was renamed to \(aside), and a new one begun"
        case .logDamaged(let path, let copy):
            "\(path): its log is damaged, and rows written last are lost; a copy of the log is \(copy)"
        case .fileGone(let path):
            "\(path): the file was moved or deleted while in use; a new one was begun"
        case .migrated(let path, let copy):
            "\(path): brought up to the present version; the file as it was is \(copy)"
        case .clockStepped(let step):
            "the wall clock stepped by \(step.inSeconds) s; rows keep the times of their devices' own clocks"
        case .upkeepFails(let path, let problem):
            "\(path): roll-ups and retention failed, and are tried again later: \(problem)"
        }
    }
}
