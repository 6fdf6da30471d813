import Model
import Sim
import Testing

@Suite struct LatencySummaryTests {
    @Test func nearestRanks() throws {
        let summary = try #require(LatencySummary((1...100).reversed().map { Nanoseconds($0) }))
        #expect(summary.frames == 100)
        #expect(summary.mean == Nanoseconds(51), "50.5 rounds up")
        #expect([summary.p50, summary.p95, summary.p99].map(\.count) == [50, 95, 99])
        let one = try #require(LatencySummary([Nanoseconds(7)]))
        #expect([one.mean, one.p50, one.p95, one.p99].allSatisfy { $0 == Nanoseconds(7) })
        #expect(LatencySummary([]) == nil)
    }

    /// Nearest rank says: the least latency that at least so many percent of the frames do not exceed.
    @Test func ranksAgainstTheirDefinition() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<2_000 {
            let count = Int.random(in: 1...60, using: &random)
            let latencies = (0..<count).map { _ in Nanoseconds(.random(in: 0...40, using: &random)) }
            let summary = try #require(LatencySummary(latencies))
            for (percent, value) in [(50, summary.p50), (95, summary.p95), (99, summary.p99)] {
                let definition = latencies.filter { candidate in
                    latencies.count { $0 <= candidate } * 100 >= percent * count
                }.min()
                #expect(value == definition)
            }
        }
    }

    @Test func hugeLatenciesDoNotOverflow() throws {
        let summary = try #require(LatencySummary([Nanoseconds(.max), Nanoseconds(.max), Nanoseconds(.max - 3)]))
        #expect(summary.mean == Nanoseconds(.max - 1))
    }
}
