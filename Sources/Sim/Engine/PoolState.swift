import Model

/// The cloud's workers and their queue.
struct PoolState: Sendable {
    var waiting = JobQueue()
    /// Workers that serve or could; `nil`: one for each frame.
    var workers: Int?
    var busy = 0
    let slowdown: Course<Double>
    let foreign: Course<Nanoseconds>
    var slowdownCursor = Course<Double>.Cursor()
    var foreignCursor = Course<Nanoseconds>.Cursor()

    init(_ world: World) {
        workers = world.cloud.workers
        slowdown = Course(world.cloud.slowdown)
        foreign = Course(world.cloud.foreignQueue)
    }

    var hasFreeWorker: Bool { workers.map { busy < $0 } ?? true }

    /// Nanoseconds that a frame sent now waits for the work of others.
    mutating func foreignQueue(at time: Int64) -> Int64 { max(foreign.value(&foreignCursor, at: time).count, 0) }

    mutating func slowdown(at time: Int64) -> Double { slowdown.value(&slowdownCursor, at: time) }
}
