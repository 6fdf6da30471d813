public import Model

/// What the machine's kernel says at one moment. What it does not say, or says no more, is `nil` and gives no sample: a sensor may
/// be missing from the start or vanish.
public struct SystemReading: Hashable, Sendable {
    public var machine: MachineCPUTime?
    public var process: ProcessCPUTime?
    public var processorPressure: PressureStall?
    public var memoryPressure: PressureStall?
    /// Tasks that run or could, this one not counted.
    public var runQueue: Int?
    /// Bytes.
    public var memoryAvailable: Int64?
    public var group: GroupProcessorTime?
    public var segments: SentSegments?
    /// Of each processor its frequency over its highest.
    public var frequencies: [Double] = []
    /// Degrees Celsius, of each zone.
    public var temperatures: [Double] = []
    /// Times that cores were slowed for their heat, over all cores.
    public var thermalThrottles: Int64?

    public init() {}

    /// What passed between an earlier reading and this one.
    ///
    /// - Parameters:
    ///   - time: of this reading.
    ///   - elapsed: since the earlier one.
    ///   - ticksPerSecond: the kernel's `sysconf(_SC_CLK_TCK)`.
    public func samples(
        since earlier: Self, at time: Instant, elapsed: Nanoseconds, ticksPerSecond: Int
    ) -> [Sample] {
        /// Applies `change` where both readings have the counter.
        func between<Counter>(
            _ counter: KeyPath<Self, Counter?>, _ change: (_ old: Counter, _ new: Counter) -> Double?
        ) -> Double? {
            guard let old = earlier[keyPath: counter], let new = self[keyPath: counter] else { return nil }
            return change(old, new)
        }
        let values: [(Metric, Double?)] = [
            (.edgeCPU, between(\.machine) { $1.busyShare(since: $0) }),
            (
                .agentCPU,
                between(\.process) { $1.share(since: $0, elapsed: elapsed, ticksPerSecond: ticksPerSecond) }
            ),
            (.processorPressure, between(\.processorPressure) { $1.share(since: $0, elapsed: elapsed) }),
            (.memoryPressure, between(\.memoryPressure) { $1.share(since: $0, elapsed: elapsed) }),
            (.runQueue, runQueue.map(Double.init)), (.memoryAvailable, memoryAvailable.map(Double.init)),
            (.groupCPU, between(\.group) { $1.processors(since: $0, elapsed: elapsed) }),
            (.groupThrottled, between(\.group) { $1.throttledShare(since: $0) }),
            (.retransmitted, between(\.segments) { $1.retransmittedShare(since: $0) }),
            (.frequency, frequencies.isEmpty ? nil : frequencies.reduce(0, +) / Double(frequencies.count)),
            (.temperature, temperatures.max()),
            (
                .thermalThrottling,
                between(\.thermalThrottles) { old, new in
                    new >= old && elapsed > .zero ? Double(new - old) / elapsed.inSeconds : nil
                }
            ),
        ]
        return values.compactMap { metric, value in
            value.map { Sample(metric: metric, time: time, value: $0, origin: .kernel) }
        }
    }
}

/// TCP segments that the machine sent: the `Tcp` lines of /proc/net/snmp.
public struct SentSegments: Hashable, Sendable {
    public var sent: Int64
    public var sentAgain: Int64

    public init(sent: Int64, sentAgain: Int64) {
        self.sent = sent
        self.sentAgain = sentAgain
    }

    /// - Returns: `nil` where a counter is missing.
    public init?(procNetSnmp text: String) {
        let counters = KernelCounters(protocol: "Tcp", of: text)
        guard let sent = counters["OutSegs"], let again = counters["RetransSegs"] else { return nil }
        self.init(sent: sent, sentAgain: again)
    }

    /// Share of the segments since `earlier` that were sent again, 0…1; `nil` where none were sent.
    public func retransmittedShare(since earlier: Self) -> Double? {
        guard sent > earlier.sent, sentAgain >= earlier.sentAgain else { return nil }
        return min(1, Double(sentAgain - earlier.sentAgain) / Double(sent - earlier.sent))
    }
}

extension SystemReading {
    /// Tasks that run or could, without the reader itself: `procs_running` of /proc/stat.
    public static func runQueue(procStat text: String) -> Int? {
        KernelCounters(lines: text)["procs_running"].map { Int(max(0, $0 - 1)) }
    }

    /// Bytes: `MemAvailable` of /proc/meminfo.
    public static func memoryAvailable(procMeminfo text: String) -> Int64? {
        KernelCounters(lines: text)["MemAvailable"].flatMap { $0 <= Int64.max / 1024 ? $0 * 1024 : nil }
    }

    /// A file of one number, as those of /sys are.
    public static func number(_ text: String) -> Int64? {
        text.split(whereSeparator: \.isWhitespace).first.flatMap { Int64($0) }
    }
}
