import Model
import Sim
import TestSupport
import Testing

/// Mean times in the system against closed forms (Kleinrock, "Queueing Systems" I, 1975, sections 3.2, 3.5 and 5.6; II, section
/// 4.4), each over batches of frames with seeds of their own: within four standard errors of the batches' means.
@Suite struct QueueingTests {
    private let batches = 16
    private let work = Nanoseconds.milliseconds(10)

    /// An edge, or a pool behind links that take no time, with Poisson arrivals.
    private func world(load: Double, variation: Variation, cloud workers: Int? = nil) throws -> World {
        let plan =
            workers == nil
            ? madeUpPlan("edge-only", head: 1, edge: 10, bytes: nil)
            : madeUpPlan("cloud", head: 0, edge: 0, bytes: 0, cloud: 10)
        var idle = plan
        idle.resultBytes = 0
        let state = Trace.State(uplink: .mbps(1), downlink: .mbps(1), rtt: .zero)
        let trace = try #require(Trace(pieces: [.init(start: .zero, value: state)], duration: .seconds(1)))
        let rate = load * Double(workers ?? 1) / work.inSeconds
        var group = DeviceGroup(
            name: "source", planSet: PlanSet(model: madeUpPlanSet().model, plans: [idle]),
            arrivals: .poisson(perSecond: rate), link: Link(trace: trace))
        group.variation = variation
        var world = World(duration: Nanoseconds(seconds: 20_000 / rate), devices: [group])
        world.cloud.workers = workers
        return world
    }

    /// Seconds in the system.
    private func expect(_ expected: Double, in world: World, _ name: String) throws {
        let means = try (0..<UInt64(batches)).map { seed in
            var run = try Simulation(world: world, drivers: [.fixed(0)], seed: seed)
            run.runToEnd()
            let settled = run.result.devices[0].frames.answeredLatencies.dropFirst(2_000)
            return settled.reduce(0.0) { $0 + $1.inSeconds } / Double(settled.count)
        }
        let mean = means.reduce(0, +) / Double(batches)
        let variance = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(batches - 1)
        let error = (variance / Double(batches)).squareRoot()
        #expect(abs(mean - expected) < 4 * error, "\(name): \(mean) against \(expected), error \(error)")
        #expect(error < expected * 0.05, "\(name): the batches tell something")
    }

    @Test func aSingleServer() throws {
        for load in [0.3, 0.6, 0.8] {
            let service = work.inSeconds
            try expect(service / (1 - load), in: world(load: load, variation: .exponential), "M/M/1 at \(load)")
            try expect(
                service + load * service / (2 * (1 - load)), in: world(load: load, variation: .none), "M/D/1 at \(load)"
            )
        }
    }

    /// What the form of the work is, does not matter.
    @Test func aSharedProcessor() throws {
        for load in [0.3, 0.7] {
            for variation in Variation.allCases {
                var shared = try world(load: load, variation: variation)
                shared.devices[0].edge.discipline = .processorSharing
                try expect(work.inSeconds / (1 - load), in: shared, "M/G/1-PS at \(load), \(variation)")
            }
        }
    }

    @Test func aPoolOfWorkers() throws {
        for (workers, load) in [(2, 0.7), (5, 0.8)] {
            let service = work.inSeconds
            // Erlang's C: the probability that a frame waits.
            let offered = Double(workers) * load
            let terms = (0..<workers).map { k in (0..<k).reduce(1.0) { $0 * offered / Double($1 + 1) } }
            let last = (0..<workers).reduce(1.0) { $0 * offered / Double($1 + 1) } / (1 - load)
            let waits = last / (terms.reduce(0, +) + last)
            let expected = service + waits * service / (Double(workers) * (1 - load))
            try expect(
                expected, in: world(load: load, variation: .exponential, cloud: workers),
                "M/M/\(workers) at \(load)")
        }
    }
}
