import Model

/// Egalitarian processor sharing (Kleinrock, "Queueing Systems" II, section 4.4): of n jobs each gets min(1, cores / n) of a core.
///
/// By virtual time, which runs as fast as a job is served: a job that comes at virtual time v with work w ends at v + w, whoever
/// comes and goes in between. So a change costs what it takes to find the least end, not a reckoning of every job.
struct SharedProcessor: Sendable {
    private struct Share: Sendable {
        var slot: Int32
        var end: Double
    }

    private var shares: [Share] = []
    private var virtual = 0.0
    private var last: Int64 = 0
    private var cursor = Course<Double>.Cursor()
    /// Of the newest plan for the next end.
    private(set) var number: Int32 = 0

    var count: Int { shares.count }

    /// - Parameter factor: on the time of work, besides that of the course.
    /// - Returns: for how long cores were busy, in nanoseconds.
    mutating func move(to time: Int64, _ course: Course<Double>, factor: Double, cores: Int) -> Int64 {
        defer { last = time }
        var now = last
        while now < time {
            let slowdown = max(course.value(&cursor, at: now) * factor, 1e-9)
            let end = min(cursor.end, time)
            if !shares.isEmpty { virtual += Double(end - now) / slowdown * share(cores) }
            now = end
        }
        if shares.isEmpty { virtual = 0 }
        return Int64(min(shares.count, cores)) * (time - last)
    }

    mutating func add(_ slot: Int, work: Int64) { shares.append(Share(slot: Int32(slot), end: virtual + Double(work))) }

    /// Takes out the job that ends first, the one that came first of equals.
    mutating func removeFirst() -> Int? {
        guard let index = firstIndex else { return nil }
        virtual = max(virtual, shares[index].end)
        return Int(shares.remove(at: index).slot)
    }

    /// Whether the next one ends now, but for rounding.
    var isNextDone: Bool { firstIndex.map { shares[$0].end - virtual < 1e-3 } ?? false }

    /// When the first job ends if nothing changes, to the nearest nanosecond; `nil` for never.
    mutating func planNextEnd(_ course: Course<Double>, factor: Double, cores: Int) -> Int64? {
        number &+= 1
        guard let index = firstIndex else { return nil }
        var left = max(shares[index].end - virtual, 0) / share(cores)
        var ahead = cursor
        var now = last
        while now <= Instant.latest.nanoseconds {
            let slowdown = course.value(&ahead, at: now) * factor
            let end = ahead.end
            let needed = left * slowdown
            if needed <= Double(end - now) {
                guard needed < Double(Instant.latest.nanoseconds - now) else { return nil }
                return now + Int64(needed.rounded())
            }
            left -= Double(end - now) / slowdown
            now = end
        }
        return nil
    }

    private func share(_ cores: Int) -> Double { min(1, Double(cores) / Double(max(shares.count, 1))) }

    private var firstIndex: Int? {
        var first: Int?
        for index in shares.indices where first.map({ shares[index].end < shares[$0].end }) ?? true { first = index }
        return first
    }
}
