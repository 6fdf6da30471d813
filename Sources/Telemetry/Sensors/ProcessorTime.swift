public import Model

/// Cumulative time of all processors together, in clock ticks: the `cpu` line of /proc/stat (proc(5)).
public struct MachineCPUTime: Hashable, Sendable {
    /// user + nice + system + irq + softirq + steal. Guests' time is within user and nice already.
    public var busy: UInt64
    /// idle + iowait.
    public var idle: UInt64

    public init(busy: UInt64, idle: UInt64) {
        self.busy = busy
        self.idle = idle
    }

    /// - Parameter text: the contents of /proc/stat.
    /// - Returns: `nil` where there is no `cpu` line with at least four counters. Counters that old kernels lack are
    ///   zero.
    public init?(procStat text: String) {
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.first.map({ $0.elementsEqual("cpu".utf8) }) == true else { continue }
            let counters = fields.dropFirst().prefix(8).map { UInt64(Substring($0)) }
            guard counters.count >= 4, !counters.contains(nil) else { return nil }
            let known = counters.compactMap { $0 } + Array(repeating: 0, count: 8 - counters.count)
            self.init(
                busy: Self.sum([known[0], known[1], known[2], known[5], known[6], known[7]]),
                idle: Self.sum([known[3], known[4]]))
            return
        }
        return nil
    }

    /// Share of the machine's processor time since `earlier` that was busy, 0…1.
    ///
    /// Idle time that went backwards counts as none passed: iowait may do so (proc(5)).
    /// - Returns: `nil` where no time passed, or busy time went backwards: the readings do not belong together.
    public func busyShare(since earlier: Self) -> Double? {
        guard busy >= earlier.busy else { return nil }
        let worked = Double(busy - earlier.busy)
        let rested = idle >= earlier.idle ? Double(idle - earlier.idle) : 0
        return worked + rested > 0 ? worked / (worked + rested) : nil
    }

    private static func sum(_ counters: [UInt64]) -> UInt64 {
        counters.reduce(0) { total, counter in
            let (sum, overflow) = total.addingReportingOverflow(counter)
            return overflow ? .max : sum
        }
    }
}

/// Cumulative processor time of one process, in clock ticks: utime + stime of /proc/self/stat (proc(5)).
public struct ProcessCPUTime: Hashable, Sendable {
    public var ticks: UInt64

    public init(ticks: UInt64) { self.ticks = ticks }

    /// - Parameter text: the contents of /proc/self/stat. The command's name in it may hold spaces and parentheses:
    ///   fields are counted from the last closing one.
    /// - Returns: `nil` where utime or stime (fields 14 and 15) are missing or not numbers.
    public init?(procSelfStat text: String) {
        guard let end = text.utf8.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = text.utf8[text.utf8.index(after: end)...].split {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\n")
        }
        guard fields.count > 12, let user = UInt64(Substring(fields[11])), let system = UInt64(Substring(fields[12]))
        else {
            return nil
        }
        let (sum, overflow) = user.addingReportingOverflow(system)
        guard !overflow else { return nil }
        self.init(ticks: sum)
    }

    /// Share of one processor used since `earlier`; above 1 where several were.
    /// - Parameters:
    ///   - elapsed: wall time between the readings.
    ///   - ticksPerSecond: the kernel's `sysconf(_SC_CLK_TCK)`.
    /// - Returns: `nil` where no time passed or the counter went backwards.
    public func share(since earlier: Self, elapsed: Nanoseconds, ticksPerSecond: Int) -> Double? {
        guard ticks >= earlier.ticks, elapsed > .zero, ticksPerSecond > 0 else { return nil }
        return Double(ticks - earlier.ticks) / Double(ticksPerSecond) / elapsed.inSeconds
    }
}
