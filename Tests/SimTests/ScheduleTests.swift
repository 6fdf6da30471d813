import Model
import Sim
import Testing

/// A schedule of a few nanoseconds, so that an oracle can go through it one by one.
private func tinySchedule(using random: inout SeededGenerator) -> Schedule<Int>? {
    var start = Int64.random(in: 0...2, using: &random)
    var pieces: [Schedule<Int>.Piece] = []
    for _ in 0..<Int.random(in: 1...5, using: &random) {
        pieces.append(.init(start: Instant(nanoseconds: start), value: .random(in: 0...3, using: &random)))
        start += .random(in: 1...6, using: &random)
    }
    return Schedule(
        pieces: pieces, ending: Bool.random(using: &random) ? .holds : .repeats(every: Nanoseconds(start)))
}

private func dumbValue(_ schedule: Schedule<Int>, at time: Int64) -> Int {
    var place = time
    if case .repeats(let period) = schedule.ending {
        while place >= period.count { place -= period.count }
    }
    return (schedule.pieces.last { $0.start.nanoseconds <= place } ?? schedule.pieces[0]).value
}

@Suite struct ScheduleTests {
    @Test func valuesAsByLinearSearch() throws {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let schedule = try #require(tinySchedule(using: &random))
            for time in 0..<80 as Range<Int64> {
                let value = schedule.value(at: Instant(nanoseconds: time))
                #expect(value == dumbValue(schedule, at: time), "seed \(seed), time \(time)")
            }
            #expect(schedule.value(at: Instant(nanoseconds: .min)) == schedule.pieces[0].value)
        }
    }

    @Test func completionAsByCountingNanoseconds() throws {
        for seed in 0..<5_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let schedule = try #require(tinySchedule(using: &random))
            let amount = Int.random(in: 0...60, using: &random)
            let start = Int64.random(in: 0...40, using: &random)
            var (left, time) = (amount, start)
            while left > 0, time < 3_000 {
                left -= dumbValue(schedule, at: time)
                time += 1
            }
            let done = schedule.completion(
                of: UInt128(amount), startingAt: Instant(nanoseconds: start), rate: { UInt64($0) })
            #expect(done?.nanoseconds == (left > 0 ? nil : time), "seed \(seed)")
        }
    }

    @Test func refusesWhatIsNoSchedule() {
        func schedule(_ starts: [Int64], _ ending: Schedule<Int>.Ending = .holds) -> Schedule<Int>? {
            Schedule(pieces: starts.map { .init(start: Instant(nanoseconds: $0), value: 0) }, ending: ending)
        }
        #expect(schedule([]) == nil)
        #expect(schedule([-1]) == nil)
        #expect(schedule([0, 0]) == nil)
        #expect(schedule([5, 3]) == nil)
        #expect(schedule([0, .max]) == nil)
        #expect(schedule([0, 5], .repeats(every: Nanoseconds(5))) == nil)
        #expect(schedule([0, 5], .repeats(every: Nanoseconds(.max))) == nil)
        #expect(schedule([0, 5], .repeats(every: Nanoseconds(6))) != nil)
    }
}
