import Foundation
import Model
import Telemetry

/// Reads how busy the machine and this process are. On machines without /proc it reads nothing.
struct ProcessorMeter {
    private var machine = Self.machine
    private var process = Self.process
    private var time = MonotonicClock.now()

    /// Since the last reading.
    mutating func samples() -> [Sample] {
        let now = MonotonicClock.now()
        let (machine, process) = (Self.machine, Self.process)
        defer { (self.machine, self.process, time) = (machine, process, now) }
        var samples: [Sample] = []
        if let share = machine.flatMap({ new in self.machine.flatMap { new.busyShare(since: $0) } }) {
            samples.append(Sample(metric: .edgeCPU, time: now, value: share))
        }
        let ticks = sysconf(Int32(_SC_CLK_TCK))
        let share = process.flatMap { new in
            self.process.flatMap { new.share(since: $0, elapsed: now - time, ticksPerSecond: ticks) }
        }
        if let share { samples.append(Sample(metric: .agentCPU, time: now, value: share)) }
        return samples
    }

    private static var machine: MachineCPUTime? { text(of: "/proc/stat").flatMap(MachineCPUTime.init(procStat:)) }
    private static var process: ProcessCPUTime? {
        text(of: "/proc/self/stat").flatMap(ProcessCPUTime.init(procSelfStat:))
    }

    private static func text(of path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
