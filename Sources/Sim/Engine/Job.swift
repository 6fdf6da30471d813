import Model

/// A frame under way, or a message that goes the same ways, and the moments between its stages.
struct Job: Sendable {
    /// Where it is on the way that its plan says.
    enum Place: UInt8, Sendable {
        case atEdge, onEdge, toUplink, onUplink, toCloud, inCloud, onWorker, toDownlink, onDownlink, toAgent
        /// Nowhere: done, or given up, or gone with its worker.
        case gone
    }

    enum Content: UInt8, Sendable {
        case frame
        /// Bytes sent to measure the uplink.
        case probe
        /// A part of a head's weights on its way down.
        case weights
        /// A frame of others in the cloud.
        case foreign
    }

    var content = Content.frame
    var place = Place.atEdge
    /// The edge is to answer it, or has.
    var isAlone = false
    /// The edge's work on it is the whole model.
    var isWhole = false
    var isAnswered = false
    /// Gone with its worker.
    var isAbandoned = false
    var device: Int32
    var frame: Int32 = 0
    /// Position in the plan set.
    var plan: Int32 = 0
    /// Position of its epoch among those held; of weights, the number of the preparation.
    var epoch: Int32 = 0
    var worker: Int32 = -1
    /// Bytes on the way it is on.
    var bytes: Int32 = 0
    /// The job of the same frame that the edge has to answer alone, or that the cloud still may answer.
    var twin: Int32 = -1
    /// The next of its batch.
    var next: Int32 = -1
    var captured: Int64
    // Moments in their order; negative where they have not come.
    var edgeBegun: Int64 = -1
    var headDone: Int64 = -1
    var encoded: Int64 = -1
    var sendBegun: Int64 = -1
    var sent: Int64 = -1
    var atCloud: Int64 = -1
    var cloudBegun: Int64 = -1
    var cloudDone: Int64 = -1
    var returnBegun: Int64 = -1
    var returned: Int64 = -1
    /// When the edge was to answer alone, and when it began to.
    var gaveUp: Int64 = -1
    var aloneBegun: Int64 = -1
    /// Of the way to the cloud, the wait there for the work of others.
    /// Of a frame of others its work.
    var foreignQueue: Int64 = 0
}

/// Jobs under way, by a number that is used again when a job has ended.
struct JobTable: Sendable {
    private var jobs: ContiguousArray<Job> = []
    private var free: ContiguousArray<Int32> = []

    var count: Int { jobs.count - free.count }
    /// Of all jobs, and of those whose number is free, which are nowhere.
    var slots: Range<Int> { jobs.indices }

    mutating func insert(_ job: Job) -> Int {
        if let slot = free.popLast() {
            jobs[Int(slot)] = job
            return Int(slot)
        }
        jobs.append(job)
        return jobs.count - 1
    }

    mutating func remove(_ slot: Int) {
        jobs[slot].place = .gone
        if jobs[slot].twin >= 0 { jobs[Int(jobs[slot].twin)].twin = -1 }
        free.append(Int32(slot))
    }

    @inline(__always)
    subscript(slot: Int) -> Job {
        _read { yield jobs[slot] }
        _modify { yield &jobs[slot] }
    }
}

/// Jobs in the order in which they are served.
struct JobQueue: Sendable {
    private var jobs: ContiguousArray<Int32> = []
    /// Position of the next; what lies before has been served.
    private var head = 0

    var isEmpty: Bool { head == jobs.count }
    var count: Int { jobs.count - head }
    var first: Int? { isEmpty ? nil : Int(jobs[head]) }
    var last: Int? { isEmpty ? nil : Int(jobs[jobs.count - 1]) }
    var slots: ArraySlice<Int32> { jobs[head...] }

    mutating func append(_ slot: Int) { jobs.append(Int32(slot)) }

    /// Puts a job before the first that it precedes.
    mutating func insert(_ slot: Int, before precedes: (Int) -> Bool) {
        var position = jobs.count
        while position > head, precedes(Int(jobs[position - 1])) { position -= 1 }
        jobs.insert(Int32(slot), at: position)
    }

    mutating func popFirst() -> Int? {
        guard head < jobs.count else { return nil }
        defer {
            head += 1
            if head == jobs.count {
                jobs.removeAll(keepingCapacity: true)
                head = 0
            } else if head > 1024, head * 2 > jobs.count {
                jobs.removeFirst(head)
                head = 0
            }
        }
        return Int(jobs[head])
    }

    mutating func remove(where isOut: (Int) -> Bool) {
        jobs.removeFirst(head)
        head = 0
        jobs.removeAll { isOut(Int($0)) }
    }
}
