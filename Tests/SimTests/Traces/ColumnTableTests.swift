import Model
import Sim
import Testing

@Suite struct ColumnTableTests {
    @Test func namesSayQuantityAndUnit() throws {
        let reading = try TraceReading(
            text: "\u{FEFF}timestamp;\tUpload (kbit/s);\tDL;\trtt_in_ms;\tCPU [%];\tloss[%]\r\n"
                + "10;\t500;\t1;\t20;\t150;\t5\r\n10.5;\t-;\t1;\t;\t50;\t0\r\n", source: "t",
            options: .init(
                .csv,
                columns: [
                    "time=timestamp:s", "uplink=Upload (kbit/s)", "downlink=3:Mbit/s", "rtt=rtt_in_ms",
                    "load=CPU [%]:%",
                    "loss=loss[%]",
                ]))
        #expect(reading.carries == Set(TraceQuantity.allCases) && reading.samples == 2)
        #expect(reading.trace.duration == .seconds(1))
        #expect(
            reading.trace.schedule.pieces.map(\.value) == [
                Trace.State(uplink: .mbps(0.5), downlink: .mbps(1), rtt: .milliseconds(20), edgeLoad: 1.5, loss: 0.05),
                Trace.State(uplink: .mbps(0.5), downlink: .mbps(1), rtt: .milliseconds(20), edgeLoad: 0.5, loss: 0),
            ])
        #expect(
            reading.remarks.map(\.description).suffix(3) == [
                "line 3: 1 row of 2 without a value of the uplink; the last one holds",
                "line 3: 1 row of 2 without a value of the rtt; the last one holds",
                "times are counted from the first row's, 10 s",
            ])
    }

    @Test func namesAloneSuffice() throws {
        let reading = try TraceReading(
            text: "date,throughput_mbps,other\n2024-04-19 16:26:00.5,3,x\n2024-04-19T16:26:02Z,4,\n", source: "t")
        #expect(reading.format == .csv && reading.carries == [.uplink])
        #expect(reading.trace.schedule.pieces.map(\.start.nanoseconds) == [0, 1_500_000_000])
        #expect(reading.trace.state(at: .zero).downlink == .mbps(3), "one direction stands for both")
        let names = ["the time is column 'date'", "the uplink is column 'throughput_mbps'", "not used: 'other'"]
        #expect(reading.remarks.prefix(3).map(\.text) == names)
        let down = try TraceReading(text: "time_ms,download_mbps\n0,3\n20,4\n", source: "t")
        #expect(down.carries == [.downlink] && down.trace.state(at: .milliseconds(25)).uplink == .mbps(4))
    }

    @Test func gapsAreHeldOrCut() throws {
        let text = "time_s,rate_kbps\n0,1\n1,2\n2,3\n2,4\n1.5,9\n12,5\n13,6\n14,7\n"
        let held = try TraceReading(text: text, source: "t")
        #expect(held.trace.duration == .seconds(15) && held.samples == 8)
        #expect(held.trace.state(at: .seconds(11)).uplink == BitRate(bitsPerSecond: 4000))
        #expect(
            held.remarks.dropFirst(2).map(\.description) == [
                "line 6: 1 row left out: the time goes back",
                "line 5: 1 row at the time of the row before; the last counts",
                "line 7: 1 gap of up to 10 s; the row before holds through them",
            ])
        var options = TraceReading.Options()
        options.longestGap = .seconds(3)
        let cut = try TraceReading(text: text, source: "t", options: options)
        #expect(cut.trace.duration == .seconds(8))
        #expect(cut.remarks.last?.text == "1 gap of up to 10 s; cut to 3 s")
        options.interval = .milliseconds(500)
        let rows = try TraceReading(text: "rtt_ms\n5\n6\n", source: "t", options: options)
        #expect(rows.trace.duration == .seconds(1))
    }

    @Test func clocksKeepTheirNanoseconds() throws {
        let reading = try TraceReading(
            text: "time_s,rtt_ms\n1694477135.683340301,1\n1694477135.683340302,2\n1694477135.6833403049,3\n",
            source: "t")
        #expect(reading.trace.schedule.pieces.map(\.start.nanoseconds) == [0, 1, 4])
        let days = ["2023-12-31 23:59:59", "2024-02-29 00:00:00", "2024-03-01 00:00:00", "2024-03-01T01:00:00+01:00"]
        let dates = try TraceReading(
            text: "t,rtt_ms\n" + days.map { "\($0),1\n" }.joined(), source: "t")
        let day: Int64 = 86_400
        let seconds = dates.trace.schedule.pieces.map { $0.start.nanoseconds / 1_000_000_000 }
        #expect(seconds == [0, 1 + 59 * day, 1 + 60 * day])
    }

    @Test func aClockThatContradictsItsNameIsReported() throws {
        let text =
            "Timestamp [ms];\tCPU usage [MHZ];\tCPU usage [%]\n1372629804;\t1412;\t29.5\n1372630104;\t1500;\t120\n"
        let reading = try TraceReading(text: text, source: "t")
        #expect(reading.carries == [.load] && reading.trace.duration == .milliseconds(600))
        let remark =
            "the time, read as milliseconds, looks like seconds since 1970; if so, say --column 'time=Timestamp [ms]:s'"
        #expect(reading.remarks.map(\.text).contains(remark))
        let right = try TraceReading(
            text: text, source: "t", options: .init(.csv, columns: ["time=Timestamp [ms]:s"]))
        #expect(right.trace.duration == .seconds(600) && right.trace.state(at: .seconds(400)).edgeLoad == 1.2)
        #expect(!right.remarks.map(\.text).contains(remark))
    }

    @Test func aSeparatorInQuotesIsPartOfItsField() throws {
        let reading = try TraceReading(text: "time_s,\"a, b\",rtt_ms\n0,\"x,y\",\"5\"\n", source: "t")
        #expect(reading.trace.state(at: .zero).rtt == .milliseconds(5))
    }

    @Test(arguments: [
        ("time_s,rtt_ms\n", "t:1: no rows after the header"),
        ("time_s,rtt_ms\n0,1\n1\n", "t:3: the row has 1 field, the header 2"),
        ("time_s,rtt_ms\n0,-1\n", "t:2: column 'rtt_ms' is '-1'; it cannot be negative"),
        ("time_s,rtt_ms\n0,x\n", "t:2: column 'rtt_ms' is 'x', not a number"),
        ("time_s,rtt_ms\n0,1\nx,1\n", "t:3: column 'time_s' is 'x', not a number within 73 years"),
        ("time_s,rtt_ms\n0,4e6\n", "t:2: column 'rtt_ms' is '4e6'; the most is 3600000"),
        ("time_s,rtt_ms\n0,-\n", "t: has no value of the rtt in any row"),
        (
            "time,rtt\n0,1\n",
            "t: column 'time' does not say its unit; say it with --column 'time=time:s', or another of sec, ms, us, ns, min, h"
        ),
        (
            "a,b\n0,1\n",
            "t: has no column that is known to be the time; say --column time=NAME:s, or how far rows lie apart with "
                + "--interval; the columns are 'a', 'b'"
        ),
        (
            "time_s,b\n0,1\n",
            "t: has no column that is known to be a rate, round trip, loss or load; say --column uplink=NAME:Mbit/s; the "
                + "columns are 'time_s', 'b'"
        ),
        (
            "time_s,rtt_ms,ping_ms\n0,1,2\n",
            "t: has columns 'rtt_ms' and 'ping_ms', which may each be the rtt; say which with --column rtt=NAME:UNIT"
        ),
    ])
    func refusesWithOneLine(text: String, line: String) { expectRefusal(of: text, line) }

    @Test func choicesAreChecked() {
        let table = "time_s,delay(ms)\n0,1\n"
        expectRefusal(
            of: table, "t: has no column 'delai(ms)'; did you mean 'delay(ms)'?",
            options: .init(.csv, columns: ["rtt=delai(ms)"]))
        expectRefusal(
            of: table, "t: --column rtt is given twice", options: .init(.csv, columns: ["rtt=delay(ms)", "rtt=2:s"]))
        #expect(ColumnChoice("rtt=a:b:ms") == ColumnChoice(quantity: .rtt, name: "a:b", unit: "ms"))
        #expect(ColumnChoice("time=x") == ColumnChoice(quantity: nil, name: "x", unit: nil))
        #expect(ColumnChoice("rtt=a:kbps")?.name == "a:kbps", "not a unit of time")
        #expect(ColumnChoice("speed=a") == nil && ColumnChoice("rtt=") == nil && ColumnChoice("rtt") == nil)
    }
}
