import Model
import Sim
import Testing

private typealias Spread = MarkovLevels.Spread

/// 20 Mbit/s for 10 s, 2 Mbit/s for 5 s and nothing for 2 s on average, with a round trip of their own.
private func threeLevels(spread: Double = 0) throws -> MarkovLevels {
    let levels = [(20e6, 0.02), (2e6, 0.06), (0, 0.1)].map { rate, rtt in
        [Spread(mean: rate, spread: spread), Spread(mean: rtt, spread: spread)]
    }
    return try #require(
        MarkovLevels(
            quantities: [.uplink, .rtt], levels: levels, stays: [.seconds(10), .seconds(5), .seconds(2)],
            step: .milliseconds(500)))
}

private func constant() throws -> TraceModel {
    let network = try #require(
        MarkovLevels(
            quantities: [.uplink], levels: [[Spread(mean: 10e6, spread: 0)]], stays: [.seconds(1)],
            step: .milliseconds(500)))
    return TraceModel(step: .milliseconds(500), network: network)
}

@Suite struct TraceModelTests {
    @Test func equalSeedsGiveEqualBytes() throws {
        var model = TraceModel(step: .milliseconds(500), network: try threeLevels(spread: 0.2))
        model.fading = .init(deviation: 3, memory: .seconds(20))
        model.handovers = .init(apart: .seconds(30), length: .milliseconds(150))
        model.outages = .init(apart: .seconds(60), length: .seconds(4))
        model.dailyLoad = .init(least: 0.5, most: 3, day: .seconds(600))
        let trace = try #require(model.trace(duration: .seconds(1200), seed: 7))
        #expect(trace.csv == model.trace(duration: .seconds(1200), seed: 7)?.csv)
        #expect(trace != model.trace(duration: .seconds(1200), seed: 8))
        #expect(try Trace(csv: trace.csv, source: "t") == trace)
        #expect(trace.duration == .seconds(1200))
        let first = trace.schedule.pieces[0]
        #expect(first.value.uplink.bitsPerSecond.truncatingRemainder(dividingBy: 1000) == 0)
    }

    /// What one part adds leaves the draws of the others alone.
    @Test func partsAreDrawnApart() throws {
        let bare = TraceModel(step: .milliseconds(500), network: try threeLevels(spread: 0.2))
        var more = bare
        more.outages = .init(apart: .seconds(20), length: .seconds(3))
        more.dailyLoad = .init(least: 1, most: 1)
        let without = try #require(bare.trace(duration: .seconds(900), seed: 3))
        let with = try #require(more.trace(duration: .seconds(900), seed: 3))
        var silent = 0
        for piece in with.schedule.pieces {
            let before = without.state(at: piece.start - .zero)
            #expect(piece.value.uplink == before.uplink || piece.value.uplink == .zero)
            #expect(piece.value.rtt == before.rtt)
            silent += piece.value.uplink != before.uplink ? 1 : 0
        }
        #expect(silent > 20)
    }

    @Test func chainsStayAsLongAsStated() throws {
        let model = TraceModel(step: .milliseconds(500), network: try threeLevels())
        let trace = try #require(model.trace(duration: .seconds(200_000), seed: 11))
        // 10 : 5 : 2, since every level is followed by the others alike and is visited as often.
        let uplink = TraceStatistics(trace, .uplink)
        #expect(abs(uplink.zeroShare - 2.0 / 17) < 0.01)
        #expect(abs(uplink.mean - (200e6 + 10e6) / 17) < 0.3e6)
        #expect(abs(TraceStatistics(trace, .rtt).mean - (0.2 + 0.3 + 0.2) / 17) < 1e-3)
    }

    @Test func fittingFindsTheChainAgain() throws {
        let known = try threeLevels()
        let model = TraceModel(step: .milliseconds(500), network: known)
        let trace = try #require(model.trace(duration: .seconds(100_000), seed: 5))
        let fitted = try #require(
            MarkovLevels(fitting: trace, [.uplink, .rtt], levels: 2, step: .milliseconds(500)))
        #expect(fitted.levels.count == 3 && fitted.levels[0][0].mean == 0)
        #expect(abs(fitted.levels[0][1].mean - 0.1) < 1e-9)
        // Levels ascend: nothing, then halves of the rest by size, of which the upper one is all 20 Mbit/s.
        #expect(abs(fitted.levels[2][0].mean - 20e6) < 1 && fitted.levels[2][0].spread < 1e-6)
        #expect(abs(fitted.transitions[0][0] - 0.75) < 0.02, "2 s in steps of half a second")
        for row in fitted.transitions { #expect(abs(row.reduce(0, +) - 1) < 1e-12) }
    }

    /// Transitions are counted in a circle, so that the chain's long run is the trace itself.
    @Test func inTheLongRunAFittedChainHasTheMeansOfItsTrace() throws {
        for seed in 0..<100 as Range<UInt64> {
            let source = TraceModel(step: .milliseconds(500), network: try threeLevels(spread: 0.4))
            let trace = try #require(source.trace(duration: .seconds(600), seed: seed))
            let chain = try #require(
                MarkovLevels(fitting: trace, [.uplink, .rtt], levels: 5, step: .milliseconds(500)))
            for (index, quantity) in [TraceQuantity.uplink, .rtt].enumerated() {
                let mean = zip(chain.longRun, chain.levels).reduce(0) { $0 + $1.0 * $1.1[index].mean }
                #expect(abs(mean / TraceStatistics(trace, quantity).mean - 1) < 1e-6, "seed \(seed)")
            }
        }
        #expect(try constant().network.longRun == [1])
    }

    @Test func likeATraceIsLikeIt() throws {
        for seed in 0..<4 as Range<UInt64> {
            var source = TraceModel(step: .milliseconds(500), network: try threeLevels(spread: 0.4))
            source.fading = .init(deviation: 2, memory: .seconds(10))
            source.dailyLoad = .init(least: 1, most: 4, day: .seconds(2000))
            let trace = try #require(source.trace(duration: .seconds(20_000), seed: seed))
            let model = try #require(
                TraceModel(fitting: trace, carries: [.uplink, .rtt, .load], step: .milliseconds(500)))
            let like = try #require(model.trace(duration: .seconds(100_000), seed: seed + 100))
            for quantity in [TraceQuantity.uplink, .rtt, .load] {
                let (was, became) = (TraceStatistics(trace, quantity), TraceStatistics(like, quantity))
                #expect(
                    abs(became.mean / was.mean - 1) < 0.15, "seed \(seed), \(quantity): \(became.mean) of \(was.mean)")
                let (p90, p90Before) = (became.quantile(0.9), was.quantile(0.9))
                #expect(abs(p90 / p90Before - 1) < 0.15, "seed \(seed), \(quantity): \(p90) of \(p90Before)")
            }
            let shares = (TraceStatistics(trace, .uplink).zeroShare, TraceStatistics(like, .uplink).zeroShare)
            #expect(abs(shares.0 - shares.1) < 0.04, "seed \(seed): \(shares)")
        }
        let silent = try #require(constant().trace(duration: .seconds(10), seed: 1))
        #expect(TraceModel(fitting: silent, carries: [.rtt], step: .seconds(1)) == nil, "no rate is known")
    }

    @Test func interruptionsAreAsLongAndAsFarApartAsStated() throws {
        var model = try constant()
        model.handovers = .init(apart: .seconds(20), length: .milliseconds(150))
        let handovers = try #require(model.trace(duration: .seconds(100_000), seed: 2))
        let silent = handovers.schedule.pieces.filter { $0.value.uplink == .zero }
        #expect(silent.count > 4000)
        let share = 0.15 / 20.15
        #expect(abs(TraceStatistics(handovers, .uplink).zeroShare / share - 1) < 0.05)
        model.handovers = nil
        model.outages = .init(apart: .seconds(50), length: .seconds(5))
        let outages = try #require(model.trace(duration: .seconds(500_000), seed: 2))
        #expect(abs(TraceStatistics(outages, .uplink).zeroShare - 5.0 / 55) < 0.005)
    }

    @Test func fadesHaveTheirDeviationAndMemory() throws {
        var model = try constant()
        model.fading = .init(deviation: 3, memory: .seconds(10))
        let trace = try #require(model.trace(duration: .seconds(100_000), seed: 4))
        let uplink = TraceStatistics(trace, .uplink)
        #expect(abs(uplink.quantile(0.5) / 10e6 - 1) < 0.05, "the median stays")
        // One deviation is 3 dB, a factor of two.
        #expect(abs(uplink.quantile(0.8413) / 10e6 - 1.995) < 0.15)
        let rates = trace.schedule.pieces.map { $0.value.uplink > .mbps(10) }
        func agreement(_ lag: Int) -> Double {
            let alike = zip(rates, rates.dropFirst(lag)).filter { $0 == $1 }.count
            return Double(alike) / Double(rates.count - lag)
        }
        // Signs of normals correlated by r agree with chance 1/2 + asin(r)/π (Sheppard, 1899); at one memory r is 1/e.
        #expect(abs(agreement(20) - 0.6199) < 0.03)
        #expect(abs(agreement(400) - 0.5) < 0.03)
    }

    @Test func loadFollowsTheDay() throws {
        var model = try constant()
        model.dailyLoad = .init(least: 0.5, most: 4, day: .seconds(86_400))
        model.step = .seconds(10)
        let trace = try #require(model.trace(duration: .seconds(86_400 * 60), seed: 6))
        func mean(aroundHour hour: Int64) -> Double {
            let pieces = trace.schedule.pieces.filter {
                abs($0.start.nanoseconds / 1_000_000_000 % 86_400 - hour * 3600) < 1800
            }
            return pieces.reduce(0) { $0 + $1.value.edgeLoad } / Double(pieces.count)
        }
        #expect(abs(mean(aroundHour: 12) - 4) < 0.4)
        #expect(abs(mean(aroundHour: 6) - 2.25) < 0.4)
        #expect(abs(mean(aroundHour: 23) - 0.6) < 0.3)
    }

    @Test func impossibleModelsAreNone() throws {
        let level = [Spread(mean: 1, spread: 0)]
        #expect(MarkovLevels(quantities: [.rtt], levels: [], transitions: []) == nil)
        #expect(MarkovLevels(quantities: [.rtt], levels: [level], transitions: [[0.5]]) == nil)
        #expect(MarkovLevels(quantities: [.rtt], levels: [[Spread(mean: -1, spread: 0)]], transitions: [[1]]) == nil)
        #expect(MarkovLevels(quantities: [.rtt], levels: [level], stays: [.zero], step: .seconds(1)) == nil)
        var model = try constant()
        #expect(model.trace(duration: .zero, seed: 1) == nil)
        #expect(model.trace(duration: .seconds(1_000_000_000), seed: 1) == nil)
        model.outages = .init(apart: Nanoseconds(1), length: .seconds(1))
        #expect(model.trace(duration: .seconds(1), seed: 1) == nil)
    }
}
