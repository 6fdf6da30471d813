import FoundationEssentials
import Model
import Sim
import Testing

private let header = "time_s,uplink_mbps,rtt_ms"

/// Text, and the line that refuses it.
private let refusals: [(String, String)] = [
    ("", "t.csv: is empty; it begins with time_s,uplink_mbps,rtt_ms"),
    ("time_s,uplink_mbps,rtt_ms", "t.csv:1: no rows after the header"),
    ("time_s,uplink_mbps\n0,1", "t.csv:1: column 'rtt_ms' is missing"),
    ("time_s,uplink_mbps,rtt_ms,uplink_mbps\n0,1,2,3", "t.csv:1: column 'uplink_mbps' is there twice"),
    ("time_s,uplink_mps,rtt_ms\n", "t.csv:1: unknown column 'uplink_mps'; did you mean 'uplink_mbps'?"),
    (
        "time_s,x,rtt_ms\n",
        "t.csv:1: unknown column 'x'; the columns are time_s, uplink_mbps, rtt_ms, edge_load, downlink_mbps, loss"
    ),
    ("time_s,uplink_mbps,rtt_ms\n1,8,20", "t.csv:2: column 'time_s' does not begin at 0"),
    (
        "time_s,uplink_mbps,rtt_ms\n0,8,20\n2,8,20\n1,8,20",
        "t.csv:4: column 'time_s' does not ascend; each time lies after the one before"
    ),
    ("time_s,uplink_mbps,rtt_ms\n0,8", "t.csv:2: the row has 2 fields, the header 3"),
    ("time_s,uplink_mbps,rtt_ms\n0,nan,20", "t.csv:2: column 'uplink_mbps' is 'nan', not a number"),
    ("time_s,uplink_mbps,rtt_ms\n0,8,0x10", "t.csv:2: column 'rtt_ms' is '0x10', not a number"),
    ("time_s,uplink_mbps,rtt_ms\n0,8,1e999", "t.csv:2: column 'rtt_ms' is '1e999', not a number"),
    ("time_s,uplink_mbps,rtt_ms\n0,8,-20", "t.csv:2: column 'rtt_ms' is '-20'; it cannot be negative"),
    ("time_s,uplink_mbps,rtt_ms\n0,8,4e6", "t.csv:2: column 'rtt_ms' is '4e6'; the most is 3600000"),
    ("time_s,uplink_mbps,rtt_ms\n0,,20", "t.csv:2: column 'uplink_mbps' has no value"),
    (
        "time_s,uplink_mbps,rtt_ms\n0,8,20\n1,,\n2,8,20",
        "t.csv:4: a row follows the one that ended the trace by having a time only"
    ),
    ("time_s,uplink_mbps,rtt_ms\n0,a\u{7}b,20", "t.csv:2: column 'uplink_mbps' is 'a?b', not a number"),
]

@Suite struct TraceTests {
    @Test func readsColumnsInAnyOrder() throws {
        let trace = try Trace(
            csv: "\u{FEFF}# made up\r\n rtt_ms , time_s,downlink_mbps,uplink_mbps\r\n20,0,50,8\r\n\r\n35.5,0.5,,0\r\n",
            source: "t.csv", expectingError: "t.csv:5: column 'downlink_mbps' has no value")
        #expect(trace == nil)
        let good = try Trace(
            csv: "rtt_ms, time_s ,uplink_mbps\r\n20,0,8\r\n\r\n35.5,0.5,0\r\n# end\r\n", source: "t")
        #expect(good.duration == .seconds(1), "the last piece lasts as long as the one before")
        #expect(good.state(at: .milliseconds(499)).uplink == .mbps(8))
        #expect(good.state(at: .milliseconds(500)).rtt == .microseconds(35_500))
        #expect(good.state(at: .milliseconds(1_250)).downlink == .mbps(8), "it wraps; the downlink is as the uplink")
    }

    @Test func aRowWithATimeOnlyEndsTheTrace() throws {
        let trace = try Trace(csv: header + ",edge_load\n0,8,20,0\n1,4,20,2\n1.25,,,\n", source: "t")
        #expect(trace.duration == .milliseconds(1250))
        #expect(trace.state(at: .milliseconds(1100)).edgeLoad == 2)
        #expect(trace.state(at: .milliseconds(1300)).uplink == .mbps(8))
    }

    @Test(arguments: refusals)
    func refusesWithOneLine(text: String, line: String) throws {
        #expect(try Trace(csv: text, source: "t.csv", expectingError: line) == nil)
    }

    @Test func writtenAndReadBackItIsEqual() throws {
        for seed in 0..<500 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            let text = trace.csv
            #expect(try Trace(csv: text, source: "t") == trace, "seed \(seed)")
        }
    }

    @Test func noMutationCrashes() throws {
        let original = try Array(#require(randomTrace(seed: 1)).csv.utf8)
        var refused = 0
        for seed in 0..<10_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var bytes = original
            for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = .random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(Array("0123456789.,-e\n\r #".utf8).randomElement(using: &random) ?? 0, at: place)
                default: bytes = Array(bytes.prefix(max(place, 1)))
                }
            }
            do throws(TraceError) {
                let trace = try Trace(csv: String(decoding: bytes, as: UTF8.self), source: "t")
                _ = trace.completion(ofBytes: .max, startingAt: .zero)
                _ = trace.state(at: .seconds(1_000_000_000))
                _ = try Trace(csv: trace.csv, source: "t")
            } catch {
                refused += 1
                #expect(!error.description.contains { $0.isNewline }, "seed \(seed)")
            }
        }
        #expect(refused > 1_000 && refused < 10_000, "mutations are refused and accepted: \(refused)")
    }

    @Test func transfersFollowTheRate() throws {
        let trace = try Trace(csv: header + "\n0,8,0\n1,0,0\n2,4,0\n3,,\n", source: "t")
        func done(_ bytes: Int, at start: Double) -> Double? {
            trace.completion(ofBytes: bytes, startingAt: Nanoseconds(seconds: start))?.inSeconds
        }
        #expect(done(500_000, at: 0) == 0.5)
        #expect(done(1_000_000, at: 0) == 1)
        #expect(done(1_000_000, at: 0.5) == 3, "half a second, an outage, a second at half the rate")
        #expect(done(1_500_000, at: 0.5) == 3.5, "it wraps")
        #expect(done(0, at: 1.5) == 1.5)
        #expect(done(1, at: 0) == 1e-6)
        #expect(done(1_500_000 * 1_000_000, at: 0) == 3e6)
        #expect(done(.max, at: 0) == nil, "beyond simulated time")
        let dead = try Trace(csv: header + "\n0,0,0\n", source: "t")
        #expect(dead.completion(ofBytes: 1, startingAt: .zero) == nil)
    }
}

extension Trace {
    /// The trace, or `nil` after checking the line that refused it.
    fileprivate init?(csv: String, source: String, expectingError line: String) throws {
        do throws(TraceError) {
            try self.init(csv: csv, source: source)
        } catch {
            #expect(error.description == line)
            return nil
        }
    }
}

/// A few pieces of any values that the format can hold.
func randomTrace(seed: UInt64) -> Trace? {
    var random = SeededGenerator(seed: seed)
    var time = Nanoseconds.zero
    var pieces: [Schedule<Trace.State>.Piece] = []
    for _ in 0..<Int.random(in: 1...6, using: &random) {
        func rate() -> BitRate {
            let isOut = Int.random(in: 0..<4, using: &random) == 0
            return BitRate(bitsPerSecond: isOut ? 0 : Double(Int.random(in: 0...29_999_999, using: &random)))
        }
        pieces.append(
            .init(
                start: .zero + time,
                value: Trace.State(
                    uplink: rate(), downlink: rate(), rtt: Nanoseconds(.random(in: 0...200_000_000, using: &random)),
                    edgeLoad: Double(Int.random(in: 0...6, using: &random)) / 2)))
        time += Nanoseconds(.random(in: 1...2_000_000_000, using: &random))
    }
    return Trace(pieces: pieces, duration: time)
}
