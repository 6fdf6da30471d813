import Model
import Sim
import Testing

/// The download loop of Pensieve's simulator, kept in its order of operations and written without knowledge of ours.
private struct DumbPensieve {
    var times: [Double]
    var rates: [Double]
    var pointer = 1
    var last: Double

    init(_ times: [Double], _ rates: [Double]) {
        (self.times, self.rates) = (times, rates)
        last = times[0]
    }

    mutating func fetch(_ size: Double) -> Double {
        var (delay, sent) = (0.0, 0.0)
        while true {
            let throughput = rates[pointer] * 1e6 / 8
            let duration = times[pointer] - last
            let payload = throughput * duration * 0.95
            if sent + payload > size {
                let fraction = (size - sent) / throughput / 0.95
                delay += fraction
                last += fraction
                break
            }
            sent += payload
            delay += duration
            last = times[pointer]
            pointer += 1
            if pointer >= times.count { (pointer, last) = (1, 0) }
        }
        return delay + 0.08
    }
}

private func randomColumns(_ random: inout SeededGenerator) -> (times: [Double], rates: [Double]) {
    var time = Bool.random(using: &random) ? 0 : random.nextUnit()
    var (times, rates): ([Double], [Double]) = ([], [])
    for _ in 0..<Int.random(in: 2...9, using: &random) {
        times.append(time)
        rates.append(Int.random(in: 0..<4, using: &random) == 0 ? 0 : 5 * random.nextUnit())
        time += Int.random(in: 0..<6, using: &random) == 0 ? 0 : 2 * random.nextUnit() + 1e-3
    }
    times.append(time + 1)
    rates.append(1 + random.nextUnit())
    return (times, rates)
}

@Suite struct PensievePlayerTests {
    @Test func delaysAreTheSameNumbers() throws {
        for seed in 0..<3000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let (times, rates) = randomColumns(&random)
            var player = PensievePlayer(try #require(PensieveTrace(times: times, rates: rates)))
            var dumb = DumbPensieve(times, rates)
            for chunk in 0..<12 {
                let bytes = Double(Int.random(in: 0...3_000_000, using: &random))
                let (delay, wanted) = (player.download(bytes: bytes), dumb.fetch(bytes))
                #expect(delay == wanted, "seed \(seed), chunk \(chunk)")
            }
        }
    }

    /// The normal form integrates the same rates exactly, from where the player begins.
    @Test func theNormalFormAgreesToItsResolution() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let (times, rates) = randomColumns(&random)
            let text = zip(times, rates).map { "\($0) \($1)\n" }.joined()
            let reading = try TraceReading(text: text, source: "t", options: .init(.pensieve))
            var player = PensievePlayer(try PensieveTrace(text: text, source: "t"))
            let payload = 950_000
            let delayAnswer = player.download(bytes: Double(payload))
            let delay = try #require(delayAnswer) - PensievePlayer.roundTrip
            let done = try #require(reading.trace.completion(ofBytes: 1_000_000, startingAt: reading.start))
            let difference = abs((done - reading.start).inSeconds - delay)
            // Rates to whole bit/s, and an end in a stretch of slow rate.
            #expect(difference < 1e-4, "seed \(seed): \(delay) s")
        }
    }

    @Test func sleepingTakesTimeOfTheTrace() throws {
        var player = PensievePlayer(try #require(PensieveTrace(times: [0, 10, 20], rates: [9, 8, 0.8])))
        player.sleep(seconds: 5)
        let firstAnswer = player.download(bytes: 4_750_000 - 1)
        let first = try #require(firstAnswer)
        #expect(first < 5.08 && first > 5.07)
        player.sleep(seconds: 10)
        let wrappedAnswer = player.download(bytes: 95_000)
        let wrapped = try #require(wrappedAnswer)
        #expect(wrapped < 0.2)
        var dead = PensievePlayer(try #require(PensieveTrace(times: [0, 10], rates: [9, 0])))
        let never = dead.download(bytes: 1)
        #expect(never == nil)
    }

    @Test func whatIsOddIsReported() throws {
        let reading = try TraceReading(text: "0.5\t9\n1\t2\n1\t3\n0.7\t8\n2\t4\n", source: "t")
        #expect(reading.format == .pensieve && reading.carries == [.uplink] && reading.samples == 4)
        #expect(reading.start == .milliseconds(500) && reading.trace.duration == .seconds(2))
        #expect(reading.trace.schedule.pieces.map(\.value.uplink) == [.mbps(2), .mbps(4)])
        #expect(
            reading.remarks.map(\.description) == [
                "line 4: 1 row left out: the time goes back", "1 row without effect: the time does not go on",
                "the first pass begins at 0.5 s; later ones at 0, with the second row's rate until then",
            ])
    }

    @Test(arguments: [
        ("0 1\n", "t: has 1 row; pensieve needs two, the first only for its time"),
        ("0 1\n0 2\n", "t: lasts no time: all its rows are at 0"),
        ("0 1\n1 2 3\n", "t:2: has 3 fields, not two: seconds and Mbit/s"),
        ("0 1\nx 2\n", "t:2: column 'seconds' is 'x', not a number from 0 to 10^9"),
        ("0 1\n1 -2\n", "t:2: column 'Mbit/s' is '-2', not a number from 0 to 10^9"),
    ])
    func refusesWithOneLine(text: String, line: String) { expectRefusal(of: text, line, options: .init(.pensieve)) }
}
