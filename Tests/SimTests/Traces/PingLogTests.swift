import Model
import Sim
import Testing

private let log = """
    PING host (10.0.0.1) 56(84) bytes of data.
    64 bytes from 10.0.0.1: icmp_seq=1 ttl=57 time=12.5 ms
    64 bytes from 10.0.0.1: icmp_seq=2 ttl=57 time=20 ms
    64 bytes from 10.0.0.1: icmp_seq=2 ttl=57 time=21 ms (DUP!)
    no answer yet for icmp_seq=3
    64 bytes from 10.0.0.1: icmp_seq=6 ttl=57 time<1 ms

    --- host ping statistics ---
    """

@Suite struct PingLogTests {
    @Test func sequenceNumbersTellTimeAndLoss() throws {
        let reading = try TraceReading(text: log, source: "t")
        #expect(reading.format == .ping && reading.carries == [.rtt, .loss] && reading.samples == 6)
        let pieces = reading.trace.schedule.pieces
        #expect(pieces.map { $0.start.nanoseconds / 1_000_000_000 } == [0, 1, 2, 3, 4, 5])
        #expect(pieces.map(\.value.rtt.inMilliseconds) == [12.5, 20, 20, 20, 20, 1])
        #expect(pieces.map(\.value.loss) == [0, 0, 1, 1, 1, 0])
        #expect(reading.trace.duration == .seconds(6))
        #expect(
            reading.remarks.map(\.description) == [
                "line 5: 3 probes of 6 lost; the round trip before holds",
                "times are counted from the first row's, 1 s",
                "line 1: 3 lines left out: no first answer to a probe",
            ])
    }

    @Test func stampsAndWrappedNumbers() throws {
        let text = """
            [1694477135.5] 64 bytes from h: icmp_seq=65534 ttl=1 time=1 ms
            [1694477136.5] 64 bytes from h: icmp_seq=65535 ttl=1 time=2 ms
            [1694477137.75] 64 bytes from h: icmp_seq=0 ttl=1 time=3 ms
            """
        let reading = try TraceReading(text: text, source: "t")
        #expect(reading.samples == 3)
        #expect(reading.trace.schedule.pieces.map(\.start.nanoseconds) == [0, 1_000_000_000, 2_250_000_000])
    }

    @Test func aLostProbeIsLossForTheUsualInterval() throws {
        let reading = try TraceReading(
            text: "10.0\t1\t40\n10.1\t2\t41\n10.2\t3\t-1\n15.2\t4\t42\n15.3\t5\t43\n", source: "t")
        #expect(reading.format == .ping && reading.samples == 5)
        #expect(reading.trace.state(at: .milliseconds(250)).loss == 1)
        #expect(reading.trace.state(at: .milliseconds(301)).loss == 0, "the next probe waited for the time-out")
        #expect(reading.trace.state(at: .seconds(5)).rtt == .milliseconds(41))
    }

    @Test func theIntervalMayBeStated() throws {
        var options = TraceReading.Options()
        options.interval = .milliseconds(100)
        #expect(try TraceReading(text: log, source: "t", options: options).trace.duration == .milliseconds(600))
    }

    @Test(arguments: [
        ("PING h\n", "t: has no probe that was answered"),
        ("1 1 2\n2 2 x\n", "t:2: column 'rtt' is 'x', not milliseconds from 0 to 3600000, nor -1"),
        ("1 1 -2\n", "t:1: column 'rtt' is '-2', not milliseconds from 0 to 3600000, nor -1"),
        ("1 1 -1\n2 2 -1\n", "t: has no probe that was answered"),
        ("1 1\n", "t:1: has 2 fields, not three: seconds, sequence number, milliseconds"),
        (
            "64 bytes from h: icmp_seq=1 ttl=57\n",
            "t:1: has no round trip: a reply says time=12.3 ms, from 0 to 3600000"
        ),
    ])
    func refusesWithOneLine(text: String, line: String) { expectRefusal(of: text, line, options: .init(.ping)) }
}
