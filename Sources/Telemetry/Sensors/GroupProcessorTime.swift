public import Model

/// Processor time of one control group (version 2): its file `cpu.stat`.
public struct GroupProcessorTime: Hashable, Sendable {
    public var used: Nanoseconds
    /// Periods of the quota that passed with work to do, and those of them in which the quota was used up; zero without a quota.
    public var periods: Int64
    public var throttled: Int64

    public init(used: Nanoseconds, periods: Int64 = 0, throttled: Int64 = 0) {
        self.used = used
        self.periods = periods
        self.throttled = throttled
    }

    /// - Parameter cpuStat: the contents of `cpu.stat`.
    /// - Returns: `nil` where it says nothing of the time used.
    public init?(cpuStat: String) {
        let counters = KernelCounters(lines: cpuStat)
        guard let used = counters["usage_usec"], used <= Int64.max / 1000 else { return nil }
        self.init(
            used: .microseconds(used), periods: counters["nr_periods"] ?? 0, throttled: counters["nr_throttled"] ?? 0)
    }

    /// Processors used since `earlier`; `nil` where no time passed or the counter went backwards.
    public func processors(since earlier: Self, elapsed: Nanoseconds) -> Double? {
        guard used >= earlier.used, elapsed > .zero else { return nil }
        return (used - earlier.used).inSeconds / elapsed.inSeconds
    }

    /// Share of the periods since `earlier` in which the group was held back; `nil` where none passed.
    public func throttledShare(since earlier: Self) -> Double? {
        guard periods > earlier.periods, throttled >= earlier.throttled else { return nil }
        return min(1, Double(throttled - earlier.throttled) / Double(periods - earlier.periods))
    }

    /// Where the group's files lie beneath /sys/fs/cgroup.
    ///
    /// - Parameter procSelfCgroup: the contents of /proc/self/cgroup.
    /// - Returns: `nil` where the process is in no group of version 2.
    public static func path(procSelfCgroup: String) -> String? {
        procSelfCgroup.split(separator: "\n").first { $0.hasPrefix("0::/") }.map { String($0.dropFirst(3)) }
    }
}
