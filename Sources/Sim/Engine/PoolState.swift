import Model

/// The cloud's workers and their queue.
struct PoolState: Sendable {
    struct Worker: Sendable {
        /// It serves this job, or the batch that begins with it, or waits for more to join it.
        var job: Int32 = -1
        /// Frames that it took, while it waits for its batch to fill.
        var held = 0
        /// How often it has waited so.
        var waits = 0
        /// Crashed, or let go by the autoscaler.
        var isGone = false
        /// To go when it is free.
        var isLeaving = false

        var isFree: Bool { job < 0 && !isGone && !isLeaving }
    }

    var waiting = JobQueue()
    /// `nil`: one for each frame.
    var workers: ContiguousArray<Worker>?
    /// Numbers of free workers, the last to be used next. One that is not free any more is passed over.
    var free: ContiguousArray<Int32> = []
    /// Workers that wait for their batch to fill, in the order in which they began.
    var holding: [Int32] = []
    /// Workers that start up.
    var starting = 0
    /// Frames in the pool, and its integral over time since the autoscaler's last look.
    var frames = 0
    var frameTime: Double = 0
    var lastChange: Int64 = 0
    let slowdown: Course<Double>
    let foreign: Course<Int64>
    var slowdownCursor = Course<Double>.Cursor()
    var foreignCursor = Course<Int64>.Cursor()

    init(_ world: World) {
        workers = world.cloud.workers.map { ContiguousArray(repeating: Worker(), count: $0) }
        free = ContiguousArray((0..<(world.cloud.workers ?? 0)).reversed().map(Int32.init))
        slowdown = Course(world.cloud.slowdown)
        foreign = Course(world.cloud.foreignQueue.mapValues(\.count))
    }

    /// A worker to serve the next frame: `nil` where all are busy, -1 where each frame has its own.
    mutating func takeFree() -> Int? {
        guard workers != nil else { return -1 }
        while let number = free.popLast() {
            if workers?[Int(number)].isFree == true { return Int(number) }
        }
        return nil
    }

    /// Whether a worker is there, who answers pings and says what has come.
    var isAlive: Bool { workers?.contains { !$0.isGone } ?? true }

    /// Workers that serve, or will.
    var present: Int { (workers?.count { !$0.isGone && !$0.isLeaving } ?? 0) + starting }

    mutating func count(_ change: Int, at time: Int64) {
        frameTime += Double(frames) * Double(time - lastChange)
        lastChange = time
        frames += change
    }

    /// Nanoseconds that a frame sent now waits for the work of others.
    mutating func foreignQueue(at time: Int64) -> Int64 { foreign.value(&foreignCursor, at: time) }

    mutating func slowdown(at time: Int64) -> Double { slowdown.value(&slowdownCursor, at: time) }
}
