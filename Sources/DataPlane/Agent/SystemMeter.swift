import Foundation
import Model
import Telemetry

/// Reads what the kernel says of the machine and this process. On machines without /proc and /sys it reads nothing.
struct SystemMeter {
    /// What there is to read: found once, since it hardly changes, and looking for it takes longer than reading it.
    private let sensors = Sensors()
    private var reading = SystemReading()
    private var time = MonotonicClock.now()

    init() { reading = sensors.read() }

    /// Since the last reading.
    mutating func samples() -> [Sample] {
        let now = MonotonicClock.now()
        let new = sensors.read()
        defer { (reading, time) = (new, now) }
        return new.samples(
            since: reading, at: now, elapsed: now - time, ticksPerSecond: sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// The files of the kernel that a machine has.
private struct Sensors {
    private let group: String?
    private let frequencies: [(now: String, highest: String)]
    private let temperatures: [String]
    private let throttles: [String]

    init() {
        group = Self.text("/proc/self/cgroup").flatMap(GroupProcessorTime.path(procSelfCgroup:)).map {
            "/sys/fs/cgroup\($0)/cpu.stat"
        }
        let processors = Self.entries("/sys/devices/system/cpu", named: "cpu")
        frequencies = processors.map { ("\($0)/cpufreq/scaling_cur_freq", "\($0)/cpufreq/cpuinfo_max_freq") }
            .filter { Self.number($0.0) != nil && Self.number($0.1) != nil }
        throttles = processors.map { "\($0)/thermal_throttle/core_throttle_count" }.filter { Self.number($0) != nil }
        temperatures = Self.entries("/sys/class/thermal", named: "thermal_zone").map { "\($0)/temp" }
            .filter { Self.number($0) != nil }
    }

    func read() -> SystemReading {
        var reading = SystemReading()
        let stat = Self.text("/proc/stat")
        reading.machine = stat.flatMap(MachineCPUTime.init(procStat:))
        reading.runQueue = stat.flatMap(SystemReading.runQueue(procStat:))
        reading.process = Self.text("/proc/self/stat").flatMap(ProcessCPUTime.init(procSelfStat:))
        reading.processorPressure = Self.text("/proc/pressure/cpu").flatMap(PressureStall.init(text:))
        reading.memoryPressure = Self.text("/proc/pressure/memory").flatMap(PressureStall.init(text:))
        reading.memoryAvailable = Self.text("/proc/meminfo").flatMap(SystemReading.memoryAvailable(procMeminfo:))
        reading.segments = Self.text("/proc/net/snmp").flatMap(SentSegments.init(procNetSnmp:))
        reading.group = group.flatMap(Self.text).flatMap(GroupProcessorTime.init(cpuStat:))
        reading.frequencies = frequencies.compactMap { files in
            guard let now = Self.number(files.now), let highest = Self.number(files.highest), highest > 0 else {
                return nil
            }
            return Double(now) / Double(highest)
        }
        reading.temperatures = temperatures.compactMap { Self.number($0).map { Double($0) / 1000 } }
        let counts = throttles.compactMap(Self.number)
        reading.thermalThrottles = counts.isEmpty ? nil : counts.reduce(0, &+)
        return reading
    }

    /// Paths of a folder's entries that are `name` and a number, by that.
    private static func entries(_ folder: String, named name: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return all.compactMap { $0.hasPrefix(name) ? Int($0.dropFirst(name.count)) : nil }.sorted()
            .map { "\(folder)/\(name)\($0)" }
    }

    private static func number(_ path: String) -> Int64? { text(path).flatMap(SystemReading.number) }

    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
