import Model
import Sim
import Testing

@Suite struct TraceMeasuredTests {
    private func sample(_ metric: Metric, _ milliseconds: Int64, _ value: Double, weight: Double = 1) -> Sample {
        Sample(metric: metric, time: .zero + .milliseconds(milliseconds), value: value, weight: weight)
    }

    private func reading(_ samples: [Sample], from start: Int64 = 0, to end: Int64) throws -> TraceReading {
        try TraceReading(
            measured: samples, over: Instant.zero + .milliseconds(start)...Instant.zero + .milliseconds(end),
            source: "a link")
    }

    /// Start in milliseconds, Mbit/s up and down, round trip in milliseconds, load.
    private func rows(_ reading: TraceReading) -> [[Double]] {
        reading.trace.schedule.pieces.map { piece in
            let state = piece.value
            return [
                Double(piece.start.nanoseconds) / 1e6, state.uplink.inMbps, state.downlink.inMbps,
                state.rtt.inMilliseconds, state.edgeLoad,
            ]
        }
    }

    @Test func readingsHoldUntilTheNextAndTheFirstFromTheStart() throws {
        let samples = [
            sample(.rtt, 100, 0.02), sample(.uplink, 300, 8e6), sample(.downlink, 400, 30e6), sample(.uplink, 500, 4e6),
            sample(.rtt, 700, 0.03), sample(.rtt, 800, 0.03), sample(.runQueue, 900, 3), sample(.agentCPU, 900, 0.5),
        ]
        let reading = try reading(samples, to: 2000)
        #expect(
            rows(reading) == [
                [0, 8, 30, 20, 1.5], [500, 4, 30, 20, 1.5], [700, 4, 30, 30, 1.5],
            ])
        #expect(reading.trace.duration == .seconds(2) && reading.samples == 8 && reading.remarks.isEmpty)
        #expect(reading.carries == [.uplink, .downlink, .rtt, .load])
    }

    @Test func whatWasNotMeasuredIsSaid() throws {
        let reading = try reading([sample(.uplink, 50, 8e6)], to: 100)
        #expect(rows(reading) == [[0, 8, 8, 0, 0]])
        #expect(reading.carries == [.uplink] && reading.remarks.count == 2)
    }

    /// Weights of transfers too small to fill the link; an outage takes the way back with it.
    @Test func aReadingCountsByItsWeightAndAnOutageInFull() throws {
        let samples = [
            sample(.uplink, 0, 8e6), sample(.downlink, 0, 20e6), sample(.uplink, 100, 16e6, weight: 0.25),
            sample(.uplink, 200, 0, weight: 0.5), sample(.uplink, 300, 2e6, weight: 0.1),
        ]
        #expect(
            try rows(reading(samples, to: 400)) == [
                [0, 8, 20, 0, 0], [100, 10, 20, 0, 0], [200, 0, 0, 0, 0], [300, 2, 20, 0, 0],
            ])
    }

    @Test func onlyTheTimeAskedForCounts() throws {
        let samples = [1000, 2000, 3000, 4000].map { sample(.uplink, $0, Double($0) * 1e3) }
        #expect(try rows(reading(samples, from: 1500, to: 3000)).map { $0[...1] } == [[0, 2]])
        #expect(try rows(reading(samples, from: 2000, to: 3500)).map { $0[...1] } == [[0, 2], [1000, 3]])
    }

    @Test func aLinkWithoutReadingsIsRefused() throws {
        let none = #expect(throws: TraceError.self) { try reading([sample(.rtt, 1, 0.02)], to: 10) }
        #expect(none?.description == "a link: no reading of the uplink")
        #expect(throws: TraceError.self) { try reading([sample(.uplink, 0, 1e6)], to: 0) }
    }

    /// Against a look-up of the newest reading at every moment, readings of full weight in random order.
    @Test func theTraceHasTheNewestReadingAtEveryMoment() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let metrics: [Metric] = [.uplink, .downlink, .rtt, .runQueue, .agentCPU, .temperature]
            var times = (0..<400 as Range<Int64>).shuffled(using: &random)
            let samples = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                sample(
                    metrics.randomElement(using: &random) ?? .rtt, times.removeLast(),
                    Double(Int.random(in: 0...4, using: &random)))
            }
            guard samples.contains(where: { $0.metric == .uplink }) else { continue }
            let trace = try reading(samples, to: 500).trace
            let ordered = samples.sorted { $0.time < $1.time }
            for moment in stride(from: 0, to: 500, by: 7) as StrideTo<Int64> {
                func newest(_ metric: Metric) -> Double? {
                    let own = ordered.filter { $0.metric == metric }
                    return (own.last { $0.time <= .zero + .milliseconds(moment) } ?? own.first)?.value
                }
                let state = trace.state(at: .milliseconds(moment))
                let uplink = newest(.uplink) ?? -1
                #expect(state.uplink.bitsPerSecond == uplink, "seed \(seed) at \(moment)")
                #expect(
                    state.downlink.bitsPerSecond == (uplink == 0 ? 0 : newest(.downlink) ?? uplink),
                    "seed \(seed) at \(moment)")
                #expect(state.rtt == Nanoseconds(seconds: newest(.rtt) ?? 0), "seed \(seed) at \(moment)")
                let load = newest(.runQueue).map { max(0, $0 - 1 - (newest(.agentCPU) ?? 0)) } ?? 0
                #expect(state.edgeLoad == load, "seed \(seed) at \(moment)")
            }
        }
    }
}
