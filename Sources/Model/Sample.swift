/// What a telemetry sample measures, with its unit.
public enum Metric: String, CaseIterable, Codable, Sendable {
    /// Busy share of the whole edge machine, 0…1.
    case edgeCPU = "edge_cpu"
    /// Busy share of one processor by the agent's own process, may exceed 1.
    case agentCPU = "agent_cpu"
    /// Time of work on the edge over its profiled time.
    case edgeSlowdown = "edge_slowdown"
    /// Rate of a transfer to the cloud, bit/s; zero marks an outage.
    case uplink = "uplink_bps"
    /// Rate of a transfer from the cloud, bit/s.
    case downlink = "downlink_bps"
    /// Round trip of an application ping, seconds.
    case rtt = "rtt_s"
    /// Time in the worker before compute, seconds.
    case cloudQueue = "cloud_queue_s"
    /// Time of work in the cloud over its profiled time.
    case cloudSlowdown = "cloud_slowdown"
    /// Round trip of an application ping behind our own traffic, seconds: what it is above `rtt` is queueing.
    case loadedRTT = "loaded_rtt_s"
    /// Segments sent again by TCP, of all that the machine sent, 0…1: loss as far as a machine can see it.
    case retransmitted = "retransmitted_share"
    /// Share of time in which some task of the machine waited for a processor, 0…1.
    case processorPressure = "cpu_pressure"
    /// Share of time in which some task of the machine waited for memory, 0…1.
    case memoryPressure = "memory_pressure"
    /// Tasks of the machine that run or could.
    case runQueue = "run_queue"
    /// Memory that new work could have, bytes.
    case memoryAvailable = "memory_available_bytes"
    /// Processors used by the agent's control group.
    case groupCPU = "cgroup_cpu"
    /// Share of periods in which the agent's control group was held back, having used up its quota, 0…1.
    case groupThrottled = "cgroup_throttled"
    /// Present frequency of the processors over their highest, mean over all.
    case frequency = "cpu_frequency_share"
    /// The hottest zone, degrees Celsius.
    case temperature = "temperature_c"
    /// Times a second that a core was slowed for its heat, over all cores.
    case thermalThrottling = "thermal_throttles_hz"
}

/// One reading of one metric.
public struct Sample: Hashable, Codable, Sendable {
    public var metric: Metric
    /// By the clock of the device that took it.
    public var time: Instant
    public var value: Double
    /// How much it says, 0…1: a transfer too small to fill the link says little of its rate.
    public var weight: Double
    public var origin: Origin

    /// What a reading was taken on.
    public enum Origin: String, CaseIterable, Codable, Sendable {
        /// Frames, and what comes with them.
        case traffic
        /// A message without content.
        case ping
        /// Bytes sent, or work done, for the reading's sake only.
        case probe
        /// What the kernel counts.
        case kernel
    }

    public init(metric: Metric, time: Instant, value: Double, weight: Double = 1, origin: Origin = .traffic) {
        self.metric = metric
        self.time = time
        self.value = value
        self.weight = weight
        self.origin = origin
    }

    enum CodingKeys: String, CodingKey { case metric, time = "time_ns", value, weight, origin }
}
