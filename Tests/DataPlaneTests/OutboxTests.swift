import DataPlane
import Model
import Synchronization
import TestSupport
import Testing

@Suite struct OutboxTests {
    private final class Losses: Sendable {
        private let said = Mutex(0)
        var count: Int { said.withLock { $0 } }
        func say() { said.withLock { $0 += 1 } }
    }

    private func sample(_ number: Int) -> Sample {
        Sample(metric: .rtt, time: Instant(nanoseconds: Int64(number)), value: 0.1)
    }

    private func record(_ number: Int) -> FrameRecord {
        FrameRecord(
            frame: number, epoch: 0, planID: "edge-only", answer: .planned, captured: .zero, latency: .zero,
            stages: StageTimes(), sentBytes: 0, topClass: 0, isCorrect: nil)
    }

    private func samples(_ messages: [AgentMessage]) -> [Sample] {
        messages.flatMap { message in
            if case .samples(let samples) = message { return samples }
            return []
        }
    }

    @Test func whatFitsIsKeptInOrder() {
        let losses = Losses()
        let outbox = Outbox(capacity: 3000) { losses.say() }
        for number in 0..<2500 {
            outbox.add(sample(number))
            outbox.add(record(number))
        }
        outbox.add(.drained(3))
        #expect(outbox.untold == 5001)
        let messages = outbox.drain()
        #expect(
            samples(messages) == (0..<2500).map(sample) && messages.count == 3 + 3 + 1 && messages.last == .drained(3))
        #expect(outbox.untold == 0 && outbox.takeLoss() == 0 && losses.count == 0)
    }

    @Test func theOldestGoAndAreCountedAndSaidOnceEachTime() {
        let losses = Losses()
        let outbox = Outbox(capacity: 100) { losses.say() }
        for episode in 1...3 {
            for number in 0..<145 { outbox.add(sample(number)) }
            #expect(losses.count == episode, "episode \(episode)")
            #expect(outbox.untold == 50 * (episode - 1) + 145)
            #expect(samples(outbox.drain()) == (50..<145).map(sample))
            #expect(outbox.takeLoss() == 50 && outbox.takeLoss() == 0)
        }
        #expect(outbox.untold == 150)
    }

    /// What could not be sent comes before what was added meanwhile, and counts towards the bound.
    @Test func whatIsPutBackKeepsToTheBound() {
        let losses = Losses()
        let outbox = Outbox(capacity: 100) { losses.say() }
        for number in 0..<80 { outbox.add(sample(number)) }
        let unsent = outbox.drain()
        for number in 80..<150 { outbox.add(sample(number)) }
        #expect(losses.count == 0)
        outbox.restore(unsent)
        #expect(losses.count == 1 && outbox.takeLoss() == 50)
        #expect(samples(outbox.drain()) == (50..<150).map(sample))
    }

    /// Against a dumb account of what went in, what came out and what was dropped.
    @Test func nothingGoesUncounted() {
        for seed in UInt64(0)..<300 {
            var random = SeededGenerator(seed: seed)
            let outbox = Outbox(capacity: Int.random(in: 1...60, using: &random)) {}
            var (added, sent, told) = (0, 0, 0)
            func next() -> Int {
                added += 1
                return added
            }
            for _ in 0..<400 {
                switch Int.random(in: 0..<20, using: &random) {
                case 0:
                    let messages = outbox.drain()
                    let done = Int.random(in: 0...messages.count, using: &random)
                    for message in messages[..<done] { sent += Self.rows(message) }
                    outbox.restore(messages[done...])
                case 1: told += outbox.takeLoss()
                case 2..<10: outbox.add(sample(next()))
                case 10..<17: outbox.add(record(next()))
                default: outbox.add(.drained(next()))
                }
                #expect(added == sent + outbox.untold, "seed \(seed)")
            }
            let kept = outbox.drain().map(Self.rows).reduce(0, +)
            told += outbox.takeLoss()
            #expect(added == sent + kept + told && outbox.untold == told, "seed \(seed)")
        }
    }

    private static func rows(_ message: AgentMessage) -> Int {
        switch message {
        case .samples(let samples): samples.count
        case .frames(let frames): frames.count
        default: 1
        }
    }

    @Test func afterItIsClosedNothingIsTaken() {
        let outbox = Outbox {}
        outbox.add(sample(1))
        outbox.close()
        outbox.add(sample(2))
        #expect(!outbox.isDone && samples(outbox.drain()) == [sample(1)] && outbox.isDone)
    }
}
