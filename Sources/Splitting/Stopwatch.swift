import Model

/// Times repeated work with the machine's monotonic clock.
enum Stopwatch {
    /// Runs `work` a few times unmeasured, then `runs` times measured.
    static func timing(runs: Int, warmUps: Int = 2, _ work: () throws -> Void) rethrows -> Timing {
        for _ in 0..<warmUps { try work() }
        var times: [Nanoseconds] = []
        times.reserveCapacity(runs)
        for _ in 0..<max(1, runs) {
            let start = ContinuousClock.now
            try work()
            let (seconds, attoseconds) = (ContinuousClock.now - start).components
            times.append(.seconds(seconds) + Nanoseconds(attoseconds / 1_000_000_000))
        }
        return Timing(of: times)
    }
}

extension Timing {
    /// Median and interquartile range by nearest rank. Traps where there are no times.
    init(of times: [Nanoseconds]) {
        let sorted = times.sorted()
        func quantile(_ share: Double) -> Nanoseconds { sorted[Int(share * Double(sorted.count - 1) + 0.5)] }
        self.init(median: quantile(0.5), spread: quantile(0.75) - quantile(0.25), runs: sorted.count)
    }
}
