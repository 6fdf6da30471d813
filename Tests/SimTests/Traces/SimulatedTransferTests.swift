import Model
import Sim
import TestSupport
import Testing

/// A frame alone on a recorded link: in the simulation its transfer ends when the rule of the trace's own tool says.
@Suite struct SimulatedTransferTests {
    /// What a frame takes that is nothing but `bytes` to send, if the link begins `start` into its trace.
    private func latency(_ bytes: Int, _ trace: Trace, from start: Nanoseconds) throws -> Nanoseconds {
        var plan = madeUpPlan("all", head: 0, edge: 0, bytes: bytes)
        plan.resultBytes = 0
        let planSet = PlanSet(model: madeUpPlanSet().model, plans: [plan])
        var link = Link(trace: trace)
        link.offset = start
        let group = DeviceGroup(name: "one", planSet: planSet, arrivals: .recorded([.zero]), link: link)
        var simulation = try Simulation(
            world: World(duration: .seconds(1), devices: [group]), drivers: [.fixed(0)], seed: 1)
        simulation.runToEnd()
        return try #require(simulation.result.devices[0].frames.latency(of: 0))
    }

    /// The millisecond of the last opportunity of 1500 bytes that is needed, looked for one millisecond after the other;
    /// none of the stamps is zero.
    private func dumbCompletion(_ bytes: Int, _ stamps: [Int], from start: Int) -> Int {
        var left = bytes
        var now = start
        let period = stamps[stamps.count - 1]
        while left > 0 {
            now += 1
            let place = (now - 1) % period + 1
            left -= 1500 * stamps.count { $0 == place }
        }
        return now
    }

    @Test func mahimahisToTheMillisecond() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var stamp = Int.random(in: 1...3, using: &random)
            let stamps = (0..<Int.random(in: 1...40, using: &random)).map { _ in
                defer { stamp += [0, 0, 1, 1, 2, 5, 30].randomElement(using: &random) ?? 0 }
                return stamp
            }
            let text = stamps.map { "\($0)\n" }.joined()
            let trace = try TraceReading(text: text, source: "t", options: .init(.mahimahi)).trace
            let start = Int.random(in: 0...200, using: &random)
            let bytes = Int.random(in: 1...90_000, using: &random)
            let latency = try latency(bytes, trace, from: .milliseconds(Int64(start)))
            let milliseconds = (latency.count + 999_999) / 1_000_000
            #expect(start + Int(milliseconds) == dumbCompletion(bytes, stamps, from: start), "seed \(seed)")
        }
    }

    /// A chunk of Pensieve's player takes 0.08 s more than its bytes, of which 95 % are payload.
    @Test func pensievesToTheResolutionOfRates() throws {
        for seed in 0..<1000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var time = 0.0
            let rows = (0..<Int.random(in: 2...20, using: &random)).map { _ in
                defer { time += 0.2 + 2 * random.nextUnit() }
                return (time, 0.2 + 5 * random.nextUnit())
            }
            let text = rows.map { "\($0.0) \($0.1)\n" }.joined()
            let reading = try TraceReading(text: text, source: "t", options: .init(.pensieve))
            let bytes = 100 * Int.random(in: 1...20_000, using: &random)
            let player = try PensieveTrace(text: text, source: "t")
            var chunk = PensievePlayer(player)
            let downloaded = chunk.download(bytes: 0.95 * Double(bytes))
            let delay = try #require(downloaded) - PensievePlayer.roundTrip
            let latency = try latency(bytes, reading.trace, from: reading.start)
            #expect(abs(latency.inSeconds - delay) < 1e-4, "seed \(seed)")
        }
    }
}
