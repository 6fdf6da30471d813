import Model
import Sim
import Testing

@Suite struct TraceFormatTests {
    @Test(arguments: [
        ("time_s,uplink_mbps,rtt_ms\n0,8,20\n", TraceFormat.resplit), ("# x\n\n1\n2\n3\n", .mahimahi),
        ("0.0\t1.5\n1 0.2\n", .pensieve), ("\n[ {\"duration_ms\": 1,\n", .sabre),
        ("PERIODICITY 1\n0 2000\n", .simgridBandwidth),
        ("a,b\n1,2\n", .csv), ("time_s,uplink_mbps,extra\n0,1,2\n", .csv), ("1,2\n3,4\n", .csv),
        ("PING host (10.0.0.1) 56(84) bytes of data.\n", .ping), ("[1.5] 64 bytes from h: icmp_seq=1 time=3 ms", .ping),
        ("1694477135.68\t1\t44.5\n1694477135.82\t2\t-1\n", .ping), ("1 2 3\n4 9 6\n", .csv),
    ])
    func isSeenFromContent(text: String, format: TraceFormat) {
        do throws(TraceError) {
            let reading = try TraceReading(text: text, source: "t")
            #expect(reading.format == format)
        } catch {
            // What is seen as its format may be refused by its reader: a Pensieve reader counts rows, a table wants
            // names.
            let ownWords: [TraceFormat: String] = [
                .mahimahi: "milliseconds", .sabre: "lacks", .csv: "known", .ping: "answered",
            ]
            #expect(ownWords[format].map { error.description.contains($0) } ?? false, "\(error)")
        }
    }

    @Test func whatMayBeManyThingsIsAskedFor() {
        let two =
            "has two columns of numbers, which may be many things; say which with --format pensieve (s, Mbit/s), "
            + "simgrid-bandwidth (s, B/s), simgrid-latency, simgrid-availability or csv (with --column)"
        expectRefusal(of: "0 1\n1 0.5\n", "t: \(two)")
        expectRefusal(of: "0 1\n1 20000\n", "t: \(two)")
        expectRefusal(
            of: "PERIODICITY 3\n0 1\n",
            "t: is a SimGrid profile, which does not say of what; say it with --format simgrid-bandwidth, simgrid-latency "
                + "or simgrid-availability")
        expectRefusal(
            of: "1\n2\n", "t: is read as mahimahi, which has no columns to choose; leave out --column",
            options: .init(.mahimahi, columns: ["time=1:s"]))
    }
}
