/// The keys of a scenario file, section by section, as `Guides/Scenarios.md` lists them.
package enum ScenarioKeys {
    enum Scenario: String, CaseIterable {
        case about, duration, seeds, policies, settings, devices, cells, cloud, telemetry, faults, expect
    }

    enum Device: String, CaseIterable {
        case count, plans, truth, firstPlan = "first_plan", frames, stagger, deadline, drop, edge, link, moves
    }

    enum Plans: String, CaseIterable { case layers, edge, cloud, bits, picture, energy }
    enum Truth: String, CaseIterable { case edge, cloud }
    enum Frames: String, CaseIterable { case periodic, poisson, bursts, recorded, closedLoop = "closed_loop" }
    enum Periodic: String, CaseIterable { case every }
    enum Poisson: String, CaseIterable { case rate }
    enum Bursts: String, CaseIterable { case size, spacing, every }
    enum Recorded: String, CaseIterable { case times, file }
    enum ClosedLoop: String, CaseIterable { case inFlight = "in_flight", think }
    enum Drop: String, CaseIterable { case edgeQueue = "edge_queue", late }
    enum Edge: String, CaseIterable { case discipline, cores, slowdown, load, thermal, energy }

    enum Thermal: String, CaseIterable {
        case ambient, rise, timeConstant = "time_constant", throttleAt = "throttle_at", releaseAt = "release_at"
        case slowdown
    }

    enum Link: String, CaseIterable {
        case trace, format, columns, interval, uplink, downlink, rtt, loss, offset, jitter
        case queueLimit = "queue_limit", fallbackAfter = "fallback_after", cell
    }

    enum Moves: String, CaseIterable {
        case build, buildSlowdown = "build_slowdown", sendsWeights = "sends_weights", activation, kept
    }

    enum Cell: String, CaseIterable { case trace, format, columns, interval, uplink, downlink }
    enum Cloud: String, CaseIterable { case workers, slowdown, foreignQueue = "foreign_queue", batching, scaling }
    enum Batching: String, CaseIterable { case most, wait, marginal }
    enum Scaling: String, CaseIterable { case least, most, target, period, coldStart = "cold_start" }

    enum Telemetry: String, CaseIterable {
        case period, lag, noise, pingPeriod = "ping_period", probeAfter = "probe_after", probeBytes = "probe_bytes"
        case outageDetection = "outage_detection"
    }

    enum Fault: String, CaseIterable {
        case outage, loadSpike = "load_spike", workerCrash = "worker_crash", cloudSurge = "cloud_surge"
        case controllerAway = "controller_away", clockStep = "clock_step", staleTelemetry = "stale_telemetry"
        case lyingTelemetry = "lying_telemetry"
    }

    enum FaultSpan: String, CaseIterable { case from, to, devices, slowdown, workers, rate, work, by, metric, factor }

    /// Every section with its keys, for whoever checks the guide.
    package static let sections: [(title: String, keys: [String])] = [
        ("scenario", names(Scenario.self)), ("devices.NAME", names(Device.self)), ("plans", names(Plans.self)),
        ("truth.PLAN", names(Truth.self)), ("frames", names(Frames.self)), ("frames.periodic", names(Periodic.self)),
        ("frames.poisson", names(Poisson.self)), ("frames.bursts", names(Bursts.self)),
        ("frames.recorded", names(Recorded.self)), ("frames.closed_loop", names(ClosedLoop.self)),
        ("drop", names(Drop.self)), ("edge", names(Edge.self)), ("edge.thermal", names(Thermal.self)),
        ("link", names(Link.self)), ("moves", names(Moves.self)), ("cells.NAME", names(Cell.self)),
        ("cloud", names(Cloud.self)), ("cloud.batching", names(Batching.self)), ("cloud.scaling", names(Scaling.self)),
        ("telemetry", names(Telemetry.self)), ("faults", names(Fault.self)), ("faults.KIND", names(FaultSpan.self)),
    ]

    private static func names<Key: CaseIterable & RawRepresentable<String>>(_: Key.Type) -> [String] {
        Key.allCases.map(\.rawValue)
    }
}
