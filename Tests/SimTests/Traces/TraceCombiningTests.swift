import Model
import Sim
import Testing

@Suite struct TraceCombiningTests {
    @Test func takenQuantitiesAreTheOthersAtEveryMoment() throws {
        for seed in 0..<1000 as Range<UInt64> {
            let own = try #require(randomTrace(seed: seed))
            let other = try #require(randomTrace(seed: seed + 5000))
            let both = try #require(own.taking([.rtt, .load], from: other))
            #expect(both.duration == own.duration)
            var random = SeededGenerator(seed: seed)
            var moments: [Nanoseconds] = (own.schedule.pieces + both.schedule.pieces).map {
                Nanoseconds($0.start.nanoseconds)
            }
            moments += (0..<20).map { _ in Nanoseconds(.random(in: 0..<own.duration.count, using: &random)) }
            for moment in moments {
                var wanted = own.state(at: moment)
                wanted.rtt = other.state(at: moment).rtt
                wanted.edgeLoad = other.state(at: moment).edgeLoad
                #expect(both.state(at: moment) == wanted, "seed \(seed)")
            }
        }
        let long = try Trace(csv: "time_s,uplink_mbps,rtt_ms\n0,1,1\n1000000,,\n", source: "t")
        let short = try Trace(csv: "time_s,uplink_mbps,rtt_ms\n0,1,1\n0.001,,\n", source: "t")
        #expect(long.taking([.rtt], from: short) == nil, "too many pieces")
    }

    @Test func averagesKeepWhatGetsThrough() throws {
        for seed in 0..<1000 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            var random = SeededGenerator(seed: seed)
            let step = Nanoseconds(.random(in: 100_000_000...900_000_000, using: &random))
            let averaged = try #require(trace.averaged(over: step))
            #expect(averaged.duration == trace.duration)
            for piece in averaged.schedule.pieces { #expect((piece.start - .zero).count % step.count == 0) }
            for quantity in TraceQuantity.allCases {
                let (was, became) = (TraceStatistics(trace, quantity), TraceStatistics(averaged, quantity))
                let tolerance = quantity == .rtt ? 1e-9 : quantity == .load ? 1e-9 : 1
                #expect(abs(was.mean - became.mean) <= tolerance, "seed \(seed), \(quantity)")
                #expect(
                    became.max <= was.max + tolerance && became.min >= was.min - tolerance, "seed \(seed), \(quantity)")
            }
        }
    }

    @Test func statisticsCountEveryMomentTheSame() throws {
        for seed in 0..<300 as Range<UInt64> {
            let trace = try #require(randomTrace(seed: seed))
            let statistics = TraceStatistics(trace, .uplink)
            // Moments by the thousand, each in the middle of its share.
            let values = (0..<4000).map { index in
                trace.state(at: trace.duration.scaled(by: (Double(index) + 0.5) / 4000)).uplink.bitsPerSecond
            }.sorted()
            let mean = values.reduce(0, +) / 4000
            #expect(abs(statistics.mean - mean) < 60e3, "seed \(seed)")
            #expect(abs(statistics.zeroShare - Double(values.filter { $0 == 0 }.count) / 4000) < 0.003, "seed \(seed)")
            #expect(statistics.min <= values[0] && statistics.max >= values[3999], "seed \(seed)")
            for share in [0.05, 0.5, 0.95] {
                let near = values[Int(share * 4000) - 12...Int(share * 4000) + 12]
                #expect((near.first ?? 0)...(near.last ?? 0) ~= statistics.quantile(share), "seed \(seed), \(share)")
            }
        }
        let constant = try Trace(csv: "time_s,uplink_mbps,rtt_ms\n0,0.1,1\n0.3,0.1,1\n1,,\n", source: "t")
        #expect(TraceStatistics(constant, .uplink).mean == 100_000)
    }

    @Test func aHeldQuantityIsHeld() throws {
        let trace = try #require(randomTrace(seed: 1)).holding(.rtt, at: 0.04).holding(.downlink, at: 5e6)
        #expect(trace.schedule.pieces.allSatisfy { $0.value.rtt == .milliseconds(40) && $0.value.downlink == .mbps(5) })
    }
}
