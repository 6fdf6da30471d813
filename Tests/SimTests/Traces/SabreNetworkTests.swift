import Model
import Sim
import Testing

/// Sabre's rule by small steps of time: a latency's worth of waiting, then bits, each step at its period's values.
private struct DumbSabre {
    var periods: [SabreTrace.Period]
    var now = 0.0
    static let step = 0.01

    private var period: SabreTrace.Period {
        let whole = periods.reduce(0) { $0 + $1.duration }
        var left = now.truncatingRemainder(dividingBy: whole)
        return periods.first { period in
            left -= period.duration
            return left < 0
        } ?? periods[0]
    }

    mutating func download(_ bits: Double) -> Double {
        let start = now
        var units = 1.0
        while units > 0 {
            units -= period.latency > 0 ? Self.step / period.latency : 1
            now += Self.step
        }
        var bits = bits
        while bits > 0 {
            bits -= period.bandwidth * Self.step
            now += Self.step
        }
        return now - start
    }
}

@Suite struct SabreNetworkTests {
    @Test func downloadsTakeAsLongAsInSmallSteps() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let periods = (0..<Int.random(in: 1...4, using: &random)).map { index in
                let isOut = index > 0 && Int.random(in: 0..<4, using: &random) == 0
                return SabreTrace.Period(
                    duration: Double(Int.random(in: 5...60, using: &random)),
                    bandwidth: isOut ? 0 : Double(Int.random(in: 200...900, using: &random)),
                    latency: Double(Int.random(in: 1...80, using: &random)))
            }
            var network = SabreNetwork(try #require(SabreTrace(periods: periods)))
            var dumb = DumbSabre(periods: periods)
            for _ in 0..<4 {
                let bits = Double(Int.random(in: 1...40_000, using: &random))
                let timeAnswer = network.download(bits: bits)
                let time = try #require(timeAnswer)
                let wanted = dumb.download(bits)
                #expect(abs(time - wanted) < 2, "seed \(seed): \(time) ms")
            }
        }
    }

    @Test func aLatencyGoesOnAsAFractionOfTheNextPeriods() throws {
        let trace = try SabreTrace(
            text: """
                [{"duration_ms": 10, "bandwidth_kbps": 100, "latency_ms": 20},
                 {"duration_ms": 50, "bandwidth_kbps": 200, "latency_ms": 40}]
                """, source: "t")
        var network = SabreNetwork(trace)
        // 10 of 20 ms, then half of 40 ms; 30 ms at 200 bit/ms; round to the first, 10 ms at 100.
        let time = network.download(bits: 7000)
        #expect(time == 70)
        let dead = try #require(SabreTrace(periods: [.init(duration: 1, bandwidth: 0, latency: 1)]))
        var none = SabreNetwork(dead)
        let (never, once) = (none.download(bits: 1), none.download(bits: 0))
        #expect(never == nil && once == 1)
    }

    @Test func theNormalFormHoldsPeriodsAndLatency() throws {
        let text = """
            \u{FEFF}[ {"bandwidth_kbps": 3.5e3, "x": "a\\"]", "duration_ms": 710.5, "latency_ms": 20},
              {"duration_ms": 0, "bandwidth_kbps": 1, "latency_ms": 0, "y": null},
              {"duration_ms": 1000, "bandwidth_kbps": 0, "latency_ms": 100} ]

            """
        let reading = try TraceReading(text: text, source: "t")
        #expect(reading.format == .sabre && reading.samples == 3 && reading.carries == [.uplink, .rtt])
        #expect(reading.trace.duration == .microseconds(1_710_500))
        #expect(reading.trace.state(at: .zero).uplink == .mbps(3.5))
        #expect(reading.trace.state(at: .milliseconds(711)).rtt == .milliseconds(100))
        #expect(reading.remarks.map(\.description) == ["1 period without effect: they last no time"])
    }

    @Test(arguments: [
        ("[]", "t: lasts no time: no period has a duration"),
        ("[\n{\"duration_ms\": 1, \"bandwidth_kbps\": 2}]", "t:2: column 'latency_ms' is missing"),
        (
            "[{\"duration_ms\": -1, \"bandwidth_kbps\": 2, \"latency_ms\": 3}]",
            "t:1: column 'duration_ms' is not a number from 0 to 1000000000000"
        ),
        (
            "[{\"duration_ms\": \"1\", \"bandwidth_kbps\": 2, \"latency_ms\": 3}]",
            "t:1: column 'duration_ms' is not a number from 0 to 1000000000000"
        ),
        ("[\n{\"duration_ms\": 1x}]", "t:2: has '1x', which is not a number"),
        ("[\n{\"duration_ms\": [1]}]", "t:2: has no plain number here"),
        ("[\n\n{\"a\" 1}]", "t:3: lacks a ':': it stands between a key and its value"),
        ("[{\"a\": 1}\n{\"a\": 1}]", "t:2: lacks a ']': an array ends with it; between objects stands a comma"),
        ("{}", "t:1: lacks a '[': the file is an array of objects"),
        ("[{\"a\": 1}] 2", "t:1: something follows the end of the array; take it out"),
        ("[{\"a", "t:1: ends within a string"),
    ])
    func refusesWithOneLine(text: String, line: String) { expectRefusal(of: text, line) }
}
