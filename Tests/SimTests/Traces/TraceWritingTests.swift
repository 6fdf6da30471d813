import Model
import Sim
import Testing

private let both: Set<TraceQuantity> = Set(TraceQuantity.allCases)

@Suite struct TraceWritingTests {
    /// Written and read back, everything that the format holds is at every moment what it was.
    @Test(arguments: [TraceFormat.pensieve, .sabre, .simgridBandwidth, .simgridLatency, .simgridAvailability, .resplit])
    func readBackItIsEqual(format: TraceFormat) throws {
        for seed in 0..<500 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            let text = try trace.written(as: format, carries: both).text
            let back = try TraceReading(text: text, source: "t", options: .init(format))
            #expect(back.trace.duration == trace.duration, "seed \(seed)")
            #expect(back.trace.schedule.pieces.map(\.start) == trace.schedule.pieces.map(\.start), "seed \(seed)")
            for (now, before) in zip(back.trace.schedule.pieces, trace.schedule.pieces) {
                if back.carries.contains(.uplink) { #expect(now.value.uplink == before.value.uplink, "seed \(seed)") }
                if back.carries.contains(.rtt) { #expect(now.value.rtt == before.value.rtt, "seed \(seed)") }
                if back.carries.contains(.load) {
                    #expect(abs(now.value.edgeLoad - before.value.edgeLoad) < 1e-12, "seed \(seed)")
                }
            }
        }
    }

    /// Opportunities read, written and read again are the same rates.
    @Test func opportunitiesSurvive() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var stamp = 0
            let stamps = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                stamp += Int.random(in: 0...4, using: &random)
                return stamp
            }
            let text = (stamps + [stamp + 1]).map { "\($0)\n" }.joined()
            let reading = try TraceReading(text: text, source: "t", options: .init(.mahimahi))
            let writing = try reading.trace.written(as: .mahimahi, carries: reading.carries)
            #expect(writing.remarks.isEmpty, "seed \(seed)")
            let again = try TraceReading(text: writing.text, source: "t", options: .init(.mahimahi))
            #expect(again.trace == reading.trace, "seed \(seed)")
        }
    }

    /// Of any trace, the opportunities up to a millisecond are the whole packets that have got through by then.
    @Test func opportunitiesFollowTheRate() throws {
        for seed in 0..<300 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            guard let writing = try? trace.written(as: .mahimahi, carries: both) else { continue }
            let stamps = try DeliveryOpportunities(text: writing.text, source: "t").stamps
            let wasAdded = writing.remarks.contains { $0.text.contains("is added") }
            for (count, stamp) in stamps.dropLast(wasAdded ? 1 : 0).enumerated() {
                let done = try #require(trace.completion(ofBytes: (count + 1) * 1500, startingAt: .zero))
                #expect((done.count + 999_999) / 1_000_000 == Int64(stamp), "seed \(seed)")
            }
            #expect(stamps.last.map(Int64.init) == (trace.duration.count + 999_999) / 1_000_000, "seed \(seed)")
        }
    }

    @Test func whatIsLeftOutIsSaid() throws {
        let trace = try Trace(csv: "time_s,uplink_mbps,rtt_ms,loss\n0,12,20,0.1\n0.0025,,,\n", source: "t")
        let writing = try trace.written(as: .mahimahi, carries: both)
        #expect(writing.text == "1\n2\n3\n")
        #expect(
            writing.remarks.map(\.text) == [
                "an opportunity at 3 ms is added, since mahimahi's period is its last one",
                "the period is rounded up to 3 ms", "mahimahi leaves out: rtt, loss",
            ])
        func refusal(_ format: TraceFormat, _ carries: Set<TraceQuantity>) -> String? {
            do throws(TraceUnsayable) {
                _ = try trace.written(as: format, carries: carries)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(refusal(.csv, both) == "csv cannot say this trace: it is only read; write resplit, the normal form")
        #expect(refusal(.pensieve, [.rtt]) == "pensieve cannot say this trace: nothing is known of what it holds")
        #expect(refusal(.resplit, [.rtt]) == "resplit cannot say this trace: no rate is known; add one with --uplink")
        #expect(refusal(.simgridLatency, [.rtt]) == nil)
    }
}
