/// Jobs under way, by a number that is used again when a job has ended.
struct JobTable: Sendable {
    private var jobs = Slab<Job>()
    private var free: ContiguousArray<Int32> = []

    var count: Int { jobs.count - free.count }
    /// Of all jobs, and of those whose number is free, which are nowhere.
    var slots: Range<Int> { jobs.indices }

    /// Before changes after a copy.
    mutating func own() { jobs.own() }

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
        unsafeAddress { UnsafePointer(jobs.address(of: slot)) }
        unsafeMutableAddress { jobs.address(of: slot) }
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
        // Mostly there is one.
        if jobs.count == 1 { return Int(jobs.removeLast()) }
        let first = Int(jobs[head])
        head += 1
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024, head * 2 > jobs.count {
            jobs.removeFirst(head)
            head = 0
        }
        return first
    }

    mutating func remove(where isOut: (Int) -> Bool) {
        jobs.removeFirst(head)
        head = 0
        jobs.removeAll { isOut(Int($0)) }
    }
}
