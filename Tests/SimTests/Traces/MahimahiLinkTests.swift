import Model
import Sim
import Testing

/// The rule of mm-link, millisecond by millisecond: first the opportunities of the millisecond serve what is queued,
/// then what arrives in it is queued. Every opportunity has 1504 bytes, and what it doesn't use is lost.
private func dumbDepartures(stamps: [Int], packets: [(arrival: Int, bytes: Int)]) -> [Int] {
    var departures: [Int] = []
    var queue: [(packet: Int, left: Int)] = []
    var next = 0
    var base = 0
    var position = 0
    var millisecond = 0
    while departures.count < packets.count {
        while base + stamps[position] <= millisecond {
            var budget = 1504
            while budget > 0, !queue.isEmpty {
                let sent = min(budget, queue[0].left)
                budget -= sent
                queue[0].left -= sent
                if queue[0].left == 0 {
                    departures.append(millisecond)
                    queue.removeFirst()
                }
            }
            position += 1
            if position == stamps.count {
                position = 0
                base += stamps[stamps.count - 1]
            }
        }
        while next < packets.count, packets[next].arrival == millisecond {
            queue.append((next, packets[next].bytes))
            next += 1
        }
        millisecond += 1
    }
    return departures
}

private func randomStamps(_ random: inout SeededGenerator) -> [Int] {
    var stamp = Int.random(in: 0...2, using: &random)
    var stamps: [Int] = []
    for _ in 0..<Int.random(in: 1...12, using: &random) {
        stamps.append(stamp)
        stamp += [0, 0, 1, 1, 2, 5, 30].randomElement(using: &random) ?? 0
    }
    if stamps.last == 0 { stamps.append(1) }
    return stamps
}

@Suite struct MahimahiLinkTests {
    @Test func packetsLeaveInTheMillisecondsOfItsRule() throws {
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let stamps = randomStamps(&random)
            var arrival = 0
            let packets = (0..<30).map { _ in
                arrival += [0, 0, 0, 1, 2, 7, 50].randomElement(using: &random) ?? 0
                let sizes = [1504, 1504, 1, 40, 700, .random(in: 1...1504, using: &random)]
                return (arrival: arrival, bytes: sizes.randomElement(using: &random) ?? 1)
            }
            var link = MahimahiLink(try #require(DeliveryOpportunities(stamps: stamps)))
            let departures = packets.map { link.departure(ofBytes: $0.bytes, arrivingAt: $0.arrival) }
            #expect(departures == dumbDepartures(stamps: stamps, packets: packets), "seed \(seed)")
        }
    }

    /// Whole packets sent together, the closed form, and the rates of the normal form rounded up to milliseconds.
    @Test func transfersEndAlikeInAllThreeForms() throws {
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let stamps = randomStamps(&random)
            let text = stamps.map { "\($0)\n" }.joined()
            let opportunities = try DeliveryOpportunities(text: text, source: "t")
            let trace = try TraceReading(text: text, source: "t", options: .init(.mahimahi)).trace
            let start = Int.random(in: 0...200, using: &random)
            let count = Int.random(in: 1...60, using: &random)
            let whole = Array(repeating: (arrival: start, bytes: 1504), count: count)
            let done = opportunities.completion(ofBytes: count * 1500, startingAt: start)
            #expect(dumbDepartures(stamps: stamps, packets: whole).last == done, "seed \(seed)")
            let bytes = count * 1500 - Int.random(in: 0..<1500, using: &random)
            #expect(opportunities.completion(ofBytes: bytes, startingAt: start) == done, "seed \(seed)")
            let fluid = try #require(
                trace.completion(ofBytes: bytes, startingAt: .milliseconds(Int64(start))), "seed \(seed)")
            #expect((fluid.count + 999_999) / 1_000_000 == Int64(done), "seed \(seed)")
        }
    }

    @Test func itsOwnRules() throws {
        var link = MahimahiLink(try #require(DeliveryOpportunities(stamps: [0, 5, 5, 10])))
        let packets = [(1504, 0), (700, 0), (804, 4), (1, 5), (1504, 10)]
        let departures = packets.map { link.departure(ofBytes: $0.0, arrivingAt: $0.1) }
        // The one at 0 is gone; two share the second at 5; strictly after 5; what is left of it serves nothing that
        // comes later.
        #expect(departures == [5, 5, 5, 10, 15])
        #expect(
            try DeliveryOpportunities(text: "1\n", source: "t").completion(ofBytes: 1_500_000, startingAt: 0) == 1000)
        let reading = try TraceReading(text: "0\n5\n5\n10\n", source: "t")
        #expect(reading.format == .mahimahi && reading.samples == 4 && reading.trace.duration == .milliseconds(10))
        #expect(reading.trace.state(at: .microseconds(9_500)).uplink == .mbps(24), "the one at 0 falls to the end")
        #expect(reading.trace.state(at: .microseconds(4_500)).uplink == .mbps(24))
        #expect(reading.trace.state(at: .microseconds(3_500)).uplink == .zero)
        #expect(reading.remarks.map(\.line) == [1])
    }

    @Test(arguments: [
        ("", "t: is empty: no line says anything"),
        ("0\n", "t:1: ends at 0, so that its period were nothing; end it with a later opportunity"),
        ("1\n\n3\n", "t:2: is blank, which mahimahi refuses; take the line out"),
        ("1\n5\n4\n", "t:3: goes back from 5 to 4, which mahimahi refuses; sort the lines"),
        ("1\n2.5\n", "t:2: is '2.5', not a whole number of milliseconds below 2^40"),
        ("1\n-2\n", "t:2: is '-2', not a whole number of milliseconds below 2^40"),
        ("1\n99999999999999999999\n", "t:2: is '99999999999999999999', not a whole number of milliseconds below 2^40"),
    ])
    func refusesWithOneLine(text: String, line: String) { expectRefusal(of: text, line) }
}
