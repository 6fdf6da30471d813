import Foundation
import Model

/// Times repeated work.
enum Stopwatch {
    /// What is counted.
    enum Clock {
        /// The machine's monotonic clock.
        case wall
        /// Processor time of the calling thread: what else runs on the machine does not count. Of work that stays on that thread.
        case processor

        fileprivate var now: Nanoseconds {
            var time = timespec()
            _ = clock_gettime(self == .wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(Int64(time.tv_sec)) + Nanoseconds(Int64(time.tv_nsec))
        }
    }

    /// Runs `work` a few times unmeasured, then `runs` times measured, with a `rest` before each of these.
    static func timing(
        runs: Int, warmUps: Int = 2, rest: Nanoseconds = .zero, by clock: Clock = .wall, _ work: () throws -> Void
    ) rethrows -> Timing {
        for _ in 0..<warmUps { try work() }
        var times: [Nanoseconds] = []
        times.reserveCapacity(runs)
        for _ in 0..<max(1, runs) {
            if rest > .zero { Thread.sleep(forTimeInterval: rest.inSeconds) }
            let start = clock.now
            try work()
            times.append(clock.now - start)
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
