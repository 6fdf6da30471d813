import Model
import Telemetry
import Testing

private let statText = """
    cpu  10132153 290696 3084719 46828483 16683 0 25195 7 175628 0
    cpu0 1393280 32966 572056 13343292 6130 0 17875 0 23933 0
    intr 1462898
    ctxt 115315
    btime 1769041865

    """
private let selfText = """
    4242 (a (b) c) d) S 1 4242 4242 0 -1 4194560 1 2 3 4 1234 66 7 8 20 0 9 0 100 1000 10 18446744073709551615

    """

@Suite struct ProcessorTimeTests {
    @Test func machineCountersAreRead() throws {
        let time = try #require(MachineCPUTime(procStat: statText))
        #expect(time.busy == 10_132_153 + 290_696 + 3_084_719 + 0 + 25195 + 7)
        #expect(time.idle == 46_828_483 + 16683)
        #expect(MachineCPUTime(procStat: "cpu  1 2 3 4") == MachineCPUTime(busy: 6, idle: 4))
    }

    @Test(arguments: [
        "", "cpu", "cpu 1 2 3", "cpu0 1 2 3 4", "cpu 1 2 x 4", "cpu 1 -2 3 4", "cpu 1 2 3 99999999999999999999",
    ])
    func machineGarbageIsRefused(text: String) {
        #expect(MachineCPUTime(procStat: text) == nil)
    }

    @Test func busyShareIsTheShareOfWhatPassed() {
        let earlier = MachineCPUTime(busy: 100, idle: 900)
        #expect(MachineCPUTime(busy: 130, idle: 970).busyShare(since: earlier) == 0.3)
        #expect(MachineCPUTime(busy: 130, idle: 899).busyShare(since: earlier) == 1)
        #expect(MachineCPUTime(busy: 99, idle: 970).busyShare(since: earlier) == nil)
        #expect(earlier.busyShare(since: earlier) == nil)
        #expect(MachineCPUTime(busy: .max, idle: .max).busyShare(since: MachineCPUTime(busy: 0, idle: 0)) == 0.5)
    }

    @Test func processCountersAreReadPastAnyName() throws {
        let time = try #require(ProcessCPUTime(procSelfStat: selfText))
        #expect(time.ticks == 1300)
        #expect(ProcessCPUTime(procSelfStat: "1 (x) R 1 2 3") == nil)
        #expect(ProcessCPUTime(procSelfStat: "") == nil)
    }

    @Test func processShareIsTicksOverElapsed() {
        let (earlier, later) = (ProcessCPUTime(ticks: 1000), ProcessCPUTime(ticks: 1150))
        #expect(later.share(since: earlier, elapsed: .seconds(1), ticksPerSecond: 100) == 1.5)
        #expect(earlier.share(since: later, elapsed: .seconds(1), ticksPerSecond: 100) == nil)
        #expect(later.share(since: earlier, elapsed: .zero, ticksPerSecond: 100) == nil)
        #expect(later.share(since: earlier, elapsed: .seconds(1), ticksPerSecond: 0) == nil)
    }

    @Test func mutatedTextsNeverTrap() {
        for seed in UInt64(0)..<10_000 {
            var random = SeededGenerator(seed: seed)
            var bytes = Array((seed % 2 == 0 ? statText : selfText).utf8)
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.removeSubrange(index..<min(bytes.count, index + 9))
                default: bytes.insert(contentsOf: "9)( \n".utf8, at: index)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            if let time = MachineCPUTime(procStat: text), let share = time.busyShare(since: .init(busy: 0, idle: 0)) {
                #expect((0...1).contains(share), "seed \(seed)")
            }
            if let time = ProcessCPUTime(procSelfStat: text) {
                let share = time.share(since: .init(ticks: 0), elapsed: .seconds(1), ticksPerSecond: 100)
                #expect((share ?? -1) >= 0, "seed \(seed)")
            }
        }
    }
}
