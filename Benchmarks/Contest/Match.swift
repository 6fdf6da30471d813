import Controller
import Foundation
import Model
import Optimizer
import Sim
import Telemetry

/// One device with one model on one trace: what every policy meets alike.
struct Match {
    var trace: ContestTrace
    var model: ContestModel
    var slowdown: Double
    var length: Nanoseconds
    /// Whether sessions take no time to build: the published methods assume so.
    var movesAreFree: Bool

    var load: Load
    /// Readings are off by a factor exp(noise · N(0, 1)).
    var noise = 0.0
    /// Whether the product's journal goes to standard error.
    var showsDecisions = false

    var world: World {
        var group = DeviceGroup(
            name: "device", planSet: model.planSet, arrivals: .periodic(every: interval), link: Link(trace: trace.trace)
        )
        group.link.offset = trace.start
        group.edge = Edge(slowdown: edgeSlowdown)
        group.firstPlan = firstPlan
        // Where the edge alone does not keep up, answering alone what the cloud is late with would only delay what comes after.
        group.link.fallbackAfter = load == .light ? patience : nil
        if movesAreFree {
            group.moves.build = .zero
            group.moves.activation = .zero
        }
        var world = World(duration: length, devices: [group])
        world.telemetry.noise = noise
        return world
    }

    /// As agents have it: what the best plan takes under mean conditions, and as long again as the edge alone would take, at least
    /// 300 ms in all.
    private var patience: Nanoseconds {
        let best = model.planSet.best(under: meanConditions)?.value ?? 0
        let alone = model.planSet.edgeOnly?.stages(under: meanConditions).total ?? 0
        return max(.milliseconds(300), Nanoseconds(seconds: best + alone))
    }

    /// Each process that is busy besides takes a core's worth of time.
    private var edgeSlowdown: Schedule<Double> {
        trace.trace.schedule.mapValues { slowdown * (1 + $0.edgeLoad) }
    }

    /// Ten frames a second, or as many fewer as the load takes.
    var interval: Nanoseconds {
        let milliseconds = (serviceTime / load.share * 1000).rounded(.up)
        return max(.milliseconds(100), .milliseconds(Int64(min(milliseconds, 60_000))))
    }

    /// Seconds that a frame takes of what is to keep up.
    private var serviceTime: Double {
        switch load {
        case .light:
            var conditions = meanConditions
            let mostLoad = trace.trace.schedule.pieces.map(\.value.edgeLoad).max() ?? 0
            conditions.edgeSlowdown = slowdown * (1 + mostLoad)
            return model.planSet.edgeOnly?.stages(under: conditions).edge ?? 0
        case .heavy:
            let conditions = meanConditions
            guard let best = model.planSet.best(under: conditions) else { return 0 }
            let stages = model.planSet.plans[best.best].stages(under: conditions)
            return max(stages.edge + stages.encode, stages.transfer, stages.cloud, stages.returning)
        }
    }

    var key: Outcome.Key {
        Outcome.Key(
            trace: trace.name, model: model.name, slowdown: slowdown, load: load, interval: interval,
            hours: length.inSeconds / 3600, noise: noise, movesAreFree: movesAreFree)
    }

    var frames: Int { Int((length.count + interval.count - 1) / interval.count) }

    /// What a device is set up with: the best plan for its own speed, its frames, and a link that nobody measured yet.
    private var firstPlan: String? {
        var conditions = EstimatorSettings().initial
        conditions.edgeSlowdown = slowdown
        let workload = Workload(frameInterval: interval, horizon: .seconds(3))
        return model.planSet.best(under: conditions, workload: workload).map { model.planSet.plans[$0.best].id }
    }

    /// By time, over one pass of the trace.
    private var meanConditions: Conditions {
        let mean = trace.trace.averaged(over: trace.trace.duration)?.state(at: .zero) ?? trace.trace.state(at: .zero)
        return Conditions(
            uplink: mean.uplink, downlink: mean.downlink, rtt: mean.rtt,
            edgeSlowdown: slowdown * (1 + mean.edgeLoad))
    }
}

/// How often frames come.
enum Load: String, CaseIterable, Codable {
    /// The edge alone keeps up, whatever else runs on it: an outage costs no more than that.
    case light
    /// The plan that is best under the trace's mean conditions keeps up with them: the others may not.
    case heavy

    /// The share of time for which what keeps up is busy.
    var share: Double { self == .light ? 0.8 : 0.5 }
}

/// How one policy fared.
struct Standing: Codable, Sendable {
    var policy: String
    var mean: Double
    var p95: Double
    var lost: Int
    var moves: Int

    enum CodingKeys: String, CodingKey { case policy, mean = "mean_ms", p95 = "p95_ms", lost, moves }

    init(_ policy: String, _ summary: RunSummary) {
        self.policy = policy
        mean = summary.latency?.mean.inMilliseconds ?? .infinity
        p95 = summary.latency?.p95.inMilliseconds ?? .infinity
        lost = summary.lost
        moves = summary.moves
    }

    /// Fewest frames lost, then least mean, then least p95.
    func isBetter(than other: Standing) -> Bool { (lost, mean, p95) < (other.lost, other.mean, other.p95) }
}

extension Match {
    /// Those that are judged beside the oracle and the best fixed plan, the product first.
    static let causal: [PolicyName] = [
        .adaptive, .edgeOnly, .cloudOnly, .neurosurgeon, .dads, .ans, .holdHysteresis,
    ]

    /// - Parameter earlier: what everyone but the product came to.
    func outcome(reusing earlier: Outcome?) throws -> Outcome {
        let world = world
        guard var outcome = earlier else { return try outcome(in: world) }
        outcome.causal[0] = try standing(of: .adaptive, in: world)
        return outcome
    }

    private func outcome(in world: World) throws -> Outcome {
        let plans = model.planSet.plans
        let fixed = try plans.indices.map { try run(plans[$0].id, .fixed($0), in: world) }
        guard var best = fixed.first else { preconditionFailure("a plan set has plans") }
        for plan in fixed where plan.isBetter(than: best) { best = plan }
        // Who knows the future never loses patience.
        var patient = world
        patient.devices[0].link.fallbackAfter = nil
        let search = Clairvoyant(patient)
        if let plan = model.planSet.plans.firstIndex(where: { $0.id == best.policy }) {
            let alone = try run(best.policy, .fixed(plan), in: patient)
            try search.check(alone, plans: model.planSet, frames: frames)
        }
        let found = search.mean(frames: frames).map { $0 / 1e6 } ?? .infinity
        let oracle = try run("oracle", .oracle, in: patient)
        return Outcome(
            match: key, oracle: oracle, clairvoyant: min(found, oracle.mean, best.mean),
            bestStatic: best, causal: try Match.causal.map { try standing(of: $0, in: world) })
    }

    private func standing(of policy: PolicyName, in world: World) throws -> Standing {
        guard let driver = try policy.driver(of: world.devices[0]) else {
            preconditionFailure("what decides has a driver")
        }
        return try run(policy.description, driver, in: world)
    }

    private func run(_ name: String, _ driver: Driver, in world: World) throws -> Standing {
        var simulation = try Simulation(world: world, drivers: [driver], seed: 1)
        simulation.runToEnd()
        if showsDecisions, !simulation.result.devices[0].decisions.isEmpty {
            let lines = simulation.result.devices[0].decisions.map(\.line)
            note(
                "\(trace.name), \(model.name), slowdown \(slowdown), \(load.rawValue)\n" + lines.joined(separator: "\n")
            )
        }
        return Standing(name, simulation.result.summary())
    }
}

extension Decision {
    fileprivate var line: String {
        let seconds = (time - .zero).inSeconds
        let costs = "regret \(thresholds.regret.inMilliseconds) of \(thresholds.moveCost.inMilliseconds) ms"
        return "\(seconds) s: \(kind.rawValue) \(from ?? "-") -> \(to ?? "-"): \(reason); \(costs)"
    }
}
