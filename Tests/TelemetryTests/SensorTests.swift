import Model
import Telemetry
import Testing

@Suite struct SensorTests {
    @Test func pressureIsTheShareOfTimeStalled() throws {
        let text =
            "some avg10=79.50 avg60=86.77 avg300=91.13 total=7009530130\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=5\n"
        let stall = try #require(PressureStall(text: text))
        #expect(stall.some == .microseconds(7_009_530_130))
        let later = PressureStall(some: stall.some + .milliseconds(250))
        #expect(later.share(since: stall, elapsed: .seconds(1)) == 0.25)
        // Read a moment late, a stall can exceed the time.
        #expect(later.share(since: stall, elapsed: .milliseconds(249)) == 1)
        #expect(stall.share(since: later, elapsed: .seconds(1)) == nil)
        for text in ["", "full total=5", "some avg10=1", "some total=-1", "some total=99999999999999999999"] {
            #expect(PressureStall(text: text) == nil, "\(text)")
        }
    }

    @Test func aGroupKnowsItsQuota() throws {
        let text = "usage_usec 1500000\nuser_usec 1\nsystem_usec 2\nnr_periods 40\nnr_throttled 10\nthrottled_usec 7\n"
        let time = try #require(GroupProcessorTime(cpuStat: text))
        #expect(time == GroupProcessorTime(used: .milliseconds(1500), periods: 40, throttled: 10))
        let earlier = GroupProcessorTime(used: .milliseconds(500), periods: 20, throttled: 5)
        #expect(time.processors(since: earlier, elapsed: .milliseconds(500)) == 2)
        #expect(time.throttledShare(since: earlier) == 0.25)
        #expect(
            earlier.throttledShare(since: time) == nil && earlier.processors(since: time, elapsed: .seconds(1)) == nil)
        #expect(GroupProcessorTime(cpuStat: "usage_usec 5\n")?.throttledShare(since: .init(used: .zero)) == nil)
        #expect(GroupProcessorTime(cpuStat: "nr_periods 5\n") == nil)
        #expect(GroupProcessorTime.path(procSelfCgroup: "3:cpuset:/\n0::/user.slice/a b\n") == "/user.slice/a b")
        #expect(GroupProcessorTime.path(procSelfCgroup: "3:cpuset:/\n") == nil)
    }

    @Test func whatTheKernelCounts() {
        let snmp = "Ip: A B\nIp: 1 2\nTcp: RtoAlgorithm OutSegs MaxConn RetransSegs\nTcp: 1 114087 -1 27\nTcpExt: X\n"
        #expect(SentSegments(procNetSnmp: snmp) == SentSegments(sent: 114_087, sentAgain: 27))
        #expect(SentSegments(procNetSnmp: "Tcp: OutSegs\n") == nil && SentSegments(procNetSnmp: "") == nil)
        let earlier = SentSegments(sent: 100, sentAgain: 1)
        #expect(SentSegments(sent: 200, sentAgain: 6).retransmittedShare(since: earlier) == 0.05)
        #expect(earlier.retransmittedShare(since: earlier) == nil)
        #expect(SystemReading.runQueue(procStat: "cpu  1 2 3 4\nprocs_running 6\nprocs_blocked 0\n") == 5)
        #expect(SystemReading.runQueue(procStat: "cpu  1 2 3 4\n") == nil)
        let memory = "MemTotal:       24684096 kB\nMemAvailable:   23862816 kB\n"
        #expect(SystemReading.memoryAvailable(procMeminfo: memory) == Int64(23_862_816 * 1024))
        #expect(SystemReading.memoryAvailable(procMeminfo: "MemAvailable: 9223372036854775807 kB") == nil)
        #expect(SystemReading.number(" 42000\n") == 42000 && SystemReading.number("") == nil)
    }

    @Test func aSensorThatIsAbsentOrVanishesGivesNothing() {
        var first = SystemReading()
        #expect(first.samples(since: first, at: .zero, elapsed: .seconds(1), ticksPerSecond: 100).isEmpty)
        first.machine = MachineCPUTime(busy: 10, idle: 10)
        first.segments = SentSegments(sent: 1, sentAgain: 0)
        first.thermalThrottles = 4
        var second = first
        second.machine = MachineCPUTime(busy: 30, idle: 20)
        second.segments = nil
        second.thermalThrottles = 10
        second.frequencies = [0.5, 1]
        second.temperatures = [40, 71.5]
        let samples = second.samples(
            since: first, at: Instant(nanoseconds: 7), elapsed: .seconds(2), ticksPerSecond: 100)
        #expect(
            samples.map(\.metric) == [.edgeCPU, .frequency, .temperature, .thermalThrottling]
                && samples.allSatisfy { $0.time.nanoseconds == 7 && $0.isPlausible })
        #expect(samples.map(\.value) == [2.0 / 3, 0.75, 71.5, 3])
    }

    /// Every byte of what the kernel might say, changed at random: never a trap, and never an implausible sample.
    @Test func garbageIsRead() {
        let texts = [
            "some avg10=79.50 total=7009530130\n", "usage_usec 1500000\nnr_periods 40\nnr_throttled 10\n",
            "Tcp: OutSegs RetransSegs\nTcp: 114087 27\n", "procs_running 6\n", "MemAvailable:   23862816 kB\n",
            "0::/a\n",
        ]
        for seed in 0..<3000 {
            var random = SeededGenerator(seed: UInt64(seed))
            var bytes = Array(texts.randomElement(using: &random, or: "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            var reading = SystemReading()
            reading.processorPressure = PressureStall(text: text)
            reading.group = GroupProcessorTime(cpuStat: text)
            reading.segments = SentSegments(procNetSnmp: text)
            reading.runQueue = SystemReading.runQueue(procStat: text)
            reading.memoryAvailable = SystemReading.memoryAvailable(procMeminfo: text)
            _ = GroupProcessorTime.path(procSelfCgroup: text)
            var zero = SystemReading()
            zero.processorPressure = PressureStall(some: .zero)
            zero.group = GroupProcessorTime(used: .zero)
            zero.segments = SentSegments(sent: 0, sentAgain: 0)
            for sample in reading.samples(since: zero, at: .zero, elapsed: .seconds(1), ticksPerSecond: 100) {
                #expect(sample.value.isFinite && sample.value >= 0, "seed \(seed): \(sample)")
            }
        }
    }
}

extension Array {
    fileprivate func randomElement(using random: inout SeededGenerator, or fallback: Element) -> Element {
        randomElement(using: &random) ?? fallback
    }
}
