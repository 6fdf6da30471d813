import Model
import Sim
import Testing

/// A good file of each format.
private let good: [(format: TraceFormat, text: String, columns: [String])] = [
    (.resplit, "time_s,uplink_mbps,rtt_ms,edge_load,downlink_mbps,loss\n0,8,20,1,9,0\n0.5,4,30,0,9,0.1\n2,,,,,\n", []),
    (.mahimahi, "0\n0\n3\n7\n7\n12\n40\n", []),
    (.pensieve, "0.0\t1.25\n0.5\t2.5\n1.75\t0.0\n4.0\t12\n", []),
    (
        .sabre,
        "[{\"duration_ms\": 500, \"bandwidth_kbps\": 320, \"latency_ms\": 20},\n {\"duration_ms\": 9.5, \"bandwidth_kbps\": 0, \"latency_ms\": 1}]\n",
        []
    ),
    (.simgridBandwidth, "# c\nPERIODICITY 12.5\n0.0 5e6\n4.5 1e6\n8 0\n", []),
    (.simgridLatency, "LOOPAFTER 2\n1 0.02\n3.5 0.001\n", []),
    (.simgridAvailability, "PERIODICITY 10\n0 1\n4.5 0.25\n", []),
    (.csv, "time_s,throughput_mbps,rtt_ms,loss\n0,1.5,20,0\n1,\"2\",-,0.5\n1,3,30,1\n", []),
    (.csv, "2024-04-19 16:26:00.5;7;1\n2024-04-19 16:26:01.5;8;2\n", ["time=1", "uplink=2:kbit/s", "load=3:%"]),
    (
        .ping,
        "PING h\n[1.5] 64 bytes from h: icmp_seq=1 time=1.5 ms\nno answer yet for icmp_seq=2\n64 bytes from h: icmp_seq=4 time=3 ms\n",
        []
    ),
    (.ping, "10.0\t1\t40\n10.1\t2\t-1\n15.2\t3\t42\n", []),
]

@Suite struct TraceMutationTests {
    /// 10,000 mutations of each, read as what it was or as it looks: a trace that works, or one line.
    @Test(arguments: good.indices)
    func noMutationCrashes(index: Int) throws {
        let (format, text, columns) = good[index]
        _ = try TraceReading(text: text, source: "t", options: .init(format, columns: columns))
        let original = Array(text.utf8)
        var refused = 0
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let bytes = mutated(original, &random)
            var options = TraceReading.Options(format, columns: columns)
            if columns.isEmpty, Bool.random(using: &random) { options.format = nil }
            do throws(TraceError) {
                let reading = try TraceReading(
                    text: String(decoding: bytes, as: UTF8.self), source: "t", options: options)
                try exercise(reading, seed)
            } catch {
                refused += 1
                #expect(!error.description.contains { $0.isNewline }, "seed \(seed)")
            }
        }
        #expect(refused > 500 && refused < 10_000, "mutations are refused and accepted: \(refused)")
    }

    private func mutated(_ original: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let marks = Array("0123456789.,-e+\n\r\t #;:\"[]{}".utf8)
        var bytes = original
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = .random(in: 0...255, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(marks.randomElement(using: &random) ?? 0, at: place)
            case 3: bytes[place] = marks.randomElement(using: &random) ?? 0
            default: bytes = Array(bytes.prefix(max(place, 1)))
            }
        }
        return bytes
    }

    private func exercise(_ reading: TraceReading, _ seed: UInt64) throws(TraceError) {
        let trace = reading.trace
        _ = trace.completion(ofBytes: 1_000_000, startingAt: .seconds(3))
        let again = try Trace(csv: trace.csv, source: "t")
        #expect(again == trace, "seed \(seed): the normal form is written and read")
        #expect(!reading.carries.isEmpty && reading.start <= trace.duration, "seed \(seed)")
        for remark in reading.remarks {
            #expect(!remark.description.contains { $0.isNewline }, "seed \(seed)")
        }
    }
}
