import DataPlane
import Model
import Testing

@Suite struct FrameLedgerTests {
    /// Against counting with a dictionary.
    @Test func countsAsADumbOne() {
        for seed in 0..<2000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var ledger = FrameLedger()
            var answers: [Int: Int] = [:]
            var (fallback, late) = (0, 0)
            for _ in 0..<Int.random(in: 0...60, using: &random) {
                switch Int.random(in: 0..<5, using: &random) {
                case 0...1:
                    answers[answers.count] = 0
                    ledger.capture(ledger.captured)
                case 2...3:
                    guard !answers.isEmpty else { continue }
                    let frame = Int.random(in: 0..<answers.count, using: &random)
                    let isAlone = Bool.random(using: &random)
                    if answers[frame] == 0, isAlone { fallback += 1 }
                    answers[frame, default: 0] += 1
                    ledger.answer(frame, by: isAlone ? .fallback : .planned)
                default:
                    late += 1
                    ledger.dropLate()
                }
            }
            let answered = answers.values.count { $0 > 0 }
            #expect(ledger.captured == answers.count, "seed \(seed)")
            #expect(ledger.answered == answered, "seed \(seed)")
            #expect(ledger.lost == answers.count - answered, "seed \(seed)")
            #expect(ledger.duplicated == answers.values.reduce(0) { $0 + max($1 - 1, 0) }, "seed \(seed)")
            #expect(ledger.fallback == fallback, "seed \(seed)")
            #expect(ledger.late == late, "seed \(seed)")
        }
    }

    @Test func anAnswerToNoFrameIsADuplicate() {
        var ledger = FrameLedger()
        ledger.answer(3, by: .planned)
        #expect(ledger.duplicated == 1)
        #expect(ledger.lost == 0)
    }
}
