import Model
import Sim
import Testing

@Suite struct SimGridProfileTests {
    @Test func periodicityCountsFromZeroAndLoopAfterFromTheLastDate() throws {
        let every = try TraceReading(text: "# a\nPERIODICITY 12\n0.0 5e6\n% b\n8.0 1e6\n", source: "t")
        #expect(every.format == .simgridBandwidth && every.carries == [.uplink] && every.remarks.isEmpty)
        #expect(every.trace.duration == .seconds(12))
        #expect(every.trace.state(at: .seconds(11)).uplink == .mbps(8))
        #expect(every.trace.state(at: .seconds(12)).uplink == .mbps(40))
        let after = try TraceReading(text: "0 5e6\n8 1e6\nLOOPAFTER 12", source: "t")
        #expect(after.trace.duration == .seconds(20))
    }

    @Test func untilTheFirstDateTheLastValueHolds() throws {
        let looping = try TraceReading(
            text: "PERIODICITY 10\n2 0.5\n4 1\n", source: "t", options: .init(.simgridAvailability))
        #expect(looping.trace.state(at: .seconds(1)).edgeLoad == 0)
        #expect(looping.trace.state(at: .seconds(3)).edgeLoad == 1, "half the speed is one process besides")
        #expect(looping.remarks.map(\.line) == [2])
        let once = try TraceReading(text: "2 0.01\n5 0.02\n5 0.03\n", source: "t", options: .init(.simgridLatency))
        #expect(once.trace.state(at: .zero).rtt == .milliseconds(20), "latency is one way")
        #expect(once.trace.state(at: .seconds(6)).rtt == .milliseconds(60), "of equal dates the last counts")
        #expect(once.trace.duration == .seconds(8) && once.remarks.count == 3)
        let closed = try TraceReading(text: "0 5e6\n8 1e6\nPERIODICITY 8", source: "t")
        #expect(closed.trace.schedule.pieces.count == 1, "the last value has no time")
    }

    @Test(arguments: [
        ("PERIODICITY 5\n0 1\n8 2\n", "t: has a PERIODICITY of 5 s, which ends before its last date"),
        ("LOOPAFTER -5\n0 1\n", "t: has a LOOPAFTER of -5 s; it is from 0 to 10^9"),
        ("LOOPAFTER 1\nLOOPAFTER 1\n0 1\n", "t:2: says a second time how the profile repeats"),
        ("3 1\n2 2\n", "t:2: goes back in time, which SimGrid refuses; sort the lines by date"),
        ("STOCHASTIC\n", "t:1: is of a stochastic profile; only profiles of dates and values can be read"),
        ("hello\n", "t:1: is 'hello', not a date in seconds and a value"),
        ("0 1\n1 -1\n", "t:2: column 'value' is '-1', not a number from 0 on"),
        ("0 1\n1 1e15\n", "t:2: column 'value' is 1000000000000000, not bytes a second; the most is 10^14"),
        ("PERIODICITY 3\n", "t: has no line with a date and a value"),
    ])
    func refusesWithOneLine(text: String, line: String) {
        expectRefusal(of: text, line, options: .init(.simgridBandwidth))
    }

    @Test func availabilityIsAShareAboveZero() {
        expectRefusal(
            of: "0 0\n", "t:1: column 'value' is 0, not the share of a speed, above 0 and up to 1",
            options: .init(.simgridAvailability))
    }
}
