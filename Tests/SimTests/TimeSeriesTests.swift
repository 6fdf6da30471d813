import Controller
import Model
import Sim
import TestSupport
import Testing

@Suite struct TimeSeriesTests {
    private func world(seed: UInt64) throws -> World {
        var random = SeededGenerator(seed: seed)
        let state = Trace.State(uplink: .mbps(5), downlink: .mbps(5), rtt: .milliseconds(20))
        let slow = Trace.State(uplink: .mbps(0.1), downlink: .mbps(5), rtt: .milliseconds(60))
        let trace = try #require(
            Trace(
                pieces: [.init(start: .zero, value: state), .init(start: .zero + .seconds(2), value: slow)],
                duration: .seconds(4)))
        var link = Link(trace: trace)
        link.queueLimit = 60_000
        var group = DeviceGroup(
            name: "a", planSet: madeUpPlanSet(), arrivals: .poisson(perSecond: .random(in: 1...15, using: &random)),
            link: link)
        group.count = 2
        group.drop.edgeQueue = 3
        var other = DeviceGroup(
            name: "b", planSet: randomPlanSet(upTo: 4, using: &random), arrivals: .periodic(every: .milliseconds(130)),
            link: link)
        if other.planSet.edgeOnly != nil { other.link.fallbackAfter = .milliseconds(700) }
        return World(duration: .seconds(9), devices: [group, other])
    }

    private func result(_ world: World, seed: UInt64) throws -> RunResult {
        var random = SeededGenerator(seed: seed)
        var simulation = try Simulation(world: world, seed: seed) { position in
            position == 0
                ? .causal(AdaptivePolicy(world.devices[0]))
                : .fixed(.random(in: 0..<world.devices[position < 2 ? 0 : 1].planSet.plans.count, using: &random))
        }
        simulation.runToEnd()
        return simulation.result
    }

    /// Against a count of the frames of each step, one step after another.
    @Test func everyStepHasItsFrames() throws {
        var lost = 0
        for seed in 0..<60 as Range<UInt64> {
            let world = try world(seed: seed)
            let result = try result(world, seed: seed)
            let length = Nanoseconds.milliseconds(Int64(seed % 7) * 300 + 200)
            let series = TimeSeries(result, of: world, every: length)
            #expect(
                Int64(series.steps.count) == (world.duration.count + length.count - 1) / length.count, "seed \(seed)")
            #expect(Set(series.planIDs).count == series.planIDs.count, "seed \(seed)")
            for (index, step) in series.steps.enumerated() {
                let times = length.count * Int64(index)..<length.count * Int64(index + 1)
                var latencies: [Nanoseconds] = []
                var counts: [String: Int] = [:]
                var (frames, bytes) = (0, 0)
                for device in result.devices {
                    let plans = world.devices[device.group].planSet.plans
                    for frame in 0..<device.frames.count where times.contains(device.frames.captured[frame].nanoseconds)
                    {
                        frames += 1
                        if let latency = device.frames.latency(of: frame) { latencies.append(latency) }
                        let plan = plans[device.frames.plan(of: frame)]
                        counts[plan.id, default: 0] += 1
                        bytes += plan.transmitBytes
                    }
                }
                #expect(step.frames == frames && step.lost == frames - latencies.count, "seed \(seed), step \(index)")
                #expect(step.mean == LatencySummary(latencies)?.mean, "seed \(seed), step \(index)")
                #expect(step.p95 == LatencySummary(latencies)?.p95, "seed \(seed), step \(index)")
                #expect(step.plannedBytes == bytes, "seed \(seed), step \(index)")
                for (id, count) in zip(series.planIDs, step.plans) {
                    #expect(count == counts[id] ?? 0, "seed \(seed), step \(index)")
                }
            }
            lost += result.summary().lost
        }
        #expect(lost > 100, "some frames are lost")
    }

    @Test func devicesCanBeChosen() throws {
        let world = try world(seed: 3)
        let result = try result(world, seed: 3)
        let parts = (0..<3).map { TimeSeries(result, of: world, devices: [$0], every: .seconds(1)) }
        let whole = TimeSeries(result, of: world, every: .seconds(1))
        for index in whole.steps.indices {
            #expect(parts.reduce(0) { $0 + $1.steps[index].frames } == whole.steps[index].frames)
        }
    }

    @Test func theTableHasALineAStep() throws {
        var group = DeviceGroup(
            name: "cam", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(400)),
            link: Link(
                trace: try #require(
                    Trace(
                        pieces: [
                            .init(
                                start: .zero,
                                value: .init(uplink: .mbps(8), downlink: .mbps(8), rtt: .milliseconds(20)))
                        ], duration: .seconds(1)))))
        group.deadline = .seconds(1)
        let world = World(duration: .seconds(1), devices: [group])
        let plan = try #require(group.planSet.plans.firstIndex { $0.id == "edge-only" })
        var simulation = try Simulation(world: world, drivers: [.fixed(plan)], seed: 1)
        simulation.runToEnd()
        let series = TimeSeries(simulation.result, of: world, every: .milliseconds(500))
        let table = TimeSeries.csvHeader(planIDs: series.planIDs) + series.csv(policy: .edgeOnly, seed: 7)
        #expect(
            table == """
                policy,seed,time_s,frames,lost,fallbacks,mean_ms,p95_ms,uplink_bps,share:cloud-8,share:early@8,share:mid@4,share:mid@8,share:edge-only
                edge-only,7,0,2,0,0,130,130,0,0,0,0,0,1
                edge-only,7,0.5,1,0,0,130,130,0,0,0,0,0,1

                """)
    }
}
