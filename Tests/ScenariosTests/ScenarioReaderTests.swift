import Controller
import Model
import Optimizer
import Scenarios
import Sim
import TestSupport
import Testing

@Suite struct ScenarioReaderTests {
    private func read(_ text: String) throws -> Scenario { try ScenarioReader.read(folder(text)) }

    @Test func readsWhoDecidesAndWhatIsExpected() throws {
        let scenario = try read(wholeScenario)
        #expect(scenario.name == "made-up" && scenario.about == "Everything at once.")
        #expect(scenario.seeds == [1, 5, 6, 7] && scenario.policies == PolicyName.named)
        #expect(scenario.settings.objective == .quantile(0.95) && scenario.settings.retryDelay == .milliseconds(500))
        #expect(
            scenario.expectations == [
                .init(policy: .adaptive, metric: .lost, bound: .exactly, limit: .value(0)),
                .init(policy: .adaptive, metric: .movesPerHour, bound: .atMost, limit: .value(600)),
                .init(policy: .adaptive, metric: .mean, bound: .atMost, limit: .share(1.05, of: .bestStatic)),
                .init(policy: .oracle, metric: .frames, bound: .atLeast, limit: .value(100)),
            ])
        #expect(scenario.expectations[2].description == "adaptive.mean_ms: at most 1.05 of best-static")
    }

    @Test func readsDevices() throws {
        let world = try read(wholeScenario).world
        #expect(world.duration == .seconds(60))
        #expect(world.devices.map(\.name) == ["camera", "drone", "meter", "replayed", "asker"])
        let camera = world.devices[0]
        #expect(camera.count == 3 && camera.firstPlan == "edge-only" && camera.deadline == .milliseconds(300))
        #expect(camera.truth == ["edge-only": SiteRatios(edge: 1.2), "cloud-8-jpeg": SiteRatios(cloud: 1.5)])
        #expect(camera.arrivals == .periodic(every: .milliseconds(100)) && camera.stagger == .milliseconds(7))
        #expect(camera.drop.edgeQueue == 4 && camera.drop.late)
        #expect(camera.planSet.plans.contains { $0.coding == .jpeg && $0.transmitBytes == 15_000 })
        #expect(camera.moves.build == .milliseconds(250) && camera.moves.buildSlowdown == 1.5)
        #expect(camera.moves.sendsWeights && camera.moves.activation == .milliseconds(10) && camera.moves.kept == 1)
        #expect(world.devices[1].planSet == madeUpPlanSet())
        #expect(world.devices[1].arrivals == .bursts(size: 3, spacing: .milliseconds(20), every: .seconds(1)))
        #expect(world.devices[2].arrivals == .poisson(perSecond: 90 * (1.0 / 60)))
        #expect(
            world.devices[3].arrivals
                == .recorded([.zero, .milliseconds(250), .milliseconds(250), .milliseconds(1500)]))
        #expect(world.devices[4].arrivals == .closedLoop(inFlight: 2, think: .milliseconds(40)))
    }

    @Test func readsEdges() throws {
        let devices = try read(wholeScenario).world.devices
        let camera = devices[0].edge
        #expect(camera.discipline == .processorSharing && camera.cores == 2)
        #expect(camera.slowdown.pieces.map(\.value) == [1, 3] && camera.slowdown.ending == .holds)
        #expect(camera.slowdown.pieces.map(\.start.nanoseconds) == [0, 20_000_000_000])
        var thermal = Thermal()
        (thermal.ambient, thermal.rise, thermal.timeConstant) = (30, 50, .seconds(40))
        (thermal.throttleAt, thermal.releaseAt, thermal.slowdown) = (70, 60, 2.5)
        #expect(camera.thermal == thermal)
        #expect(camera.energy?.compute == 5 && camera.energy?.radio == 1.28804)
        // One and three other processes on one core, at twice the profiled time.
        #expect(devices[1].edge.slowdown.pieces.map(\.value) == [4, 8])
        #expect(devices[1].edge.slowdown.ending == .repeats(every: .seconds(2)))
    }

    @Test func readsLinks() throws {
        let world = try read(wholeScenario).world
        let camera = world.devices[0].link
        #expect(camera.trace.state(at: .milliseconds(600)).uplink == .mbps(4))
        #expect(camera.trace.state(at: .milliseconds(600)).rtt == .milliseconds(35))
        #expect(camera.offset == .seconds(5) && camera.jitter == .milliseconds(3) && camera.queueLimit == 1 << 20)
        #expect(camera.fallbackAfter == .milliseconds(800) && camera.cell == 0)
        #expect(world.cells.map(\.name) == ["tower"])
        #expect(world.cells[0].trace.state(at: .seconds(31)).uplink == .mbps(20))
        #expect(world.cells[0].trace.state(at: .seconds(31)).downlink == .mbps(100))
        let drone = world.devices[1].link.trace
        let states = [1, 22, 26, 41].map { drone.state(at: .seconds($0)) }
        #expect(
            states.map(\.uplink) == [.mbps(10), .zero, .mbps(5), .mbps(5)]
                && states.map(\.downlink) == states.map(\.uplink))
        #expect(
            states.map(\.rtt) == [20, 20, 20, 60].map { .milliseconds($0) } && states.allSatisfy { $0.loss == 0.005 })
        #expect(world.devices[2].link.trace.state(at: .zero).downlink == .mbps(9))
        #expect(world.devices[2].link.trace.state(at: .zero).uplink == .mbps(8))
        #expect(world.devices[3].link.trace.state(at: .seconds(1)).uplink == .mbps(2.5))
    }

    @Test func readsCloudTelemetryAndFaults() throws {
        let world = try read(wholeScenario).world
        #expect(world.cloud.workers == 4 && world.cloud.slowdown == .constant(1.5))
        #expect(world.cloud.foreignQueue.pieces.map(\.value) == [.zero, .milliseconds(15)])
        var batching = CloudPool.Batching()
        (batching.most, batching.wait, batching.marginal) = (4, .milliseconds(2), 0.3)
        var scaling = CloudPool.Scaling()
        (scaling.least, scaling.most, scaling.target) = (2, 8, 0.6)
        (scaling.period, scaling.coldStart) = (.seconds(5), .seconds(2))
        #expect(world.cloud.batching == batching && world.cloud.scaling == scaling)
        var telemetry = TelemetryModel()
        (telemetry.period, telemetry.lag, telemetry.noise) = (.milliseconds(200), .milliseconds(20), 0.05)
        (telemetry.pingPeriod, telemetry.probeAfter) = (.milliseconds(500), .seconds(2))
        (telemetry.probeBytes, telemetry.outageDetection) = (8192, .milliseconds(400))
        #expect(world.telemetry == telemetry)
        let kinds: [Fault.Kind] = [
            .outage, .loadSpike(slowdown: 4), .workerCrash(workers: 2),
            .cloudSurge(perSecond: 50, work: .milliseconds(20)), .controllerAway, .clockStep(by: .zero - .seconds(2)),
            .staleTelemetry, .lyingTelemetry(.uplink, factor: 4),
        ]
        #expect(world.faults.map(\.kind) == kinds)
        #expect(world.faults.map(\.groups) == [["camera", "drone"]] + Array(repeating: nil, count: 7))
        #expect(world.faults[0].start == .seconds(10) && world.faults[0].end == .seconds(12))
    }

    @Test func whatIsLeftOutHasItsDefault() throws {
        let scenario = try read(smallScenario)
        let group = try #require(scenario.world.devices.first)
        var defaults = World(
            duration: .seconds(10),
            devices: [
                DeviceGroup(
                    name: "camera", planSet: madeUpPlanSet(), arrivals: .periodic(every: .milliseconds(100)),
                    link: Link(trace: group.link.trace))
            ])
        defaults.devices[0].planSet = group.planSet
        #expect(scenario.world == defaults)
        #expect(scenario.policies == Scenario.standardPolicies && scenario.seeds == [1])
        #expect(scenario.settings == .standard && scenario.expectations.isEmpty)
    }
}

/// A scenario of what cannot be left out.
let smallScenario = """
    duration: 10s
    devices:
      camera:
        plans: plans.json
        frames: {periodic: {every: 100ms}}
        link: {uplink: 10Mbps, rtt: 20ms}
    """
