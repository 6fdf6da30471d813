import Model
import Sim
import Testing

@Suite struct EventQueueTests {
    /// Insertions and removals in random order, against an array that is sorted by time, priority and insertion, or what stands for it.
    @Test func popsAsASortedArrayDoes() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var queue = EventQueue<Int>()
            var oracle: [(time: Int64, priority: UInt8, sequence: Int, number: Int)] = []
            for number in 0..<Int.random(in: 1...120, using: &random) {
                if Int.random(in: 0..<3, using: &random) > 0 {
                    let time = Int64.random(in: -5...5, using: &random)
                    let priority = UInt8.random(in: 0...255, using: &random) & 0xC0
                    var sequence = number
                    if priority == 0x40 {
                        sequence = Int.random(in: 0..<1 << 46, using: &random) << 8 | number
                        queue.insert(
                            number, at: Instant(nanoseconds: time), priority: priority, sequence: UInt64(sequence))
                    } else {
                        queue.insert(number, at: Instant(nanoseconds: time), priority: priority)
                    }
                    oracle.append((time, priority, sequence, number))
                    oracle.sort { ($0.time, $0.priority, $0.sequence) < ($1.time, $1.priority, $1.sequence) }
                } else {
                    let expected = oracle.isEmpty ? nil : oracle.removeFirst()
                    let entry = queue.pop()
                    #expect(entry?.payload == expected?.number, "seed \(seed)")
                    #expect(entry?.time.nanoseconds == expected?.time, "seed \(seed)")
                    #expect(entry?.priority == expected?.priority, "seed \(seed)")
                }
                #expect(queue.checkInvariants() && queue.count == oracle.count, "seed \(seed)")
                #expect(queue.first?.payload == oracle.first?.number, "seed \(seed)")
            }
        }
    }

    @Test func aCopyIsACheckpoint() {
        var queue = EventQueue<Int>()
        for number in 0..<10 { queue.insert(number, at: .zero) }
        var checkpoint = queue
        #expect(queue.pop()?.payload == 0)
        queue.insert(10, at: Instant(nanoseconds: -1))
        #expect((0..<10).allSatisfy { checkpoint.pop()?.payload == $0 })
        #expect(checkpoint.pop() == nil && checkpoint.isEmpty)
    }

    @Test func anEntryIsThreeWords() {
        #expect(MemoryLayout<EventQueue<Int>.Entry>.stride == 24)
    }
}
