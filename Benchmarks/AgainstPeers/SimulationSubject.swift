import Controller
import Model
import Sim

/// One device with a worker of its own, under one plan or those that the product chose: the frames' latencies, to the nanosecond.
struct SimulationSubject: Subject {
    /// The world in plain numbers, of nanoseconds, bytes and bit/s.
    struct Instance: Encodable {
        struct LinkPiece: Encodable {
            var start: Int64
            var up: Int64
            var down: Int64
            var rtt: Int64
        }

        struct SpeedPiece: Encodable {
            var start: Int64
            var slowdown: Double
        }

        struct PlanWork: Encodable {
            var edge: Int64
            var isEdgeOnly: Bool
            var sentBytes: Int
            var cloud: Int64
            var returnedBytes: Int

            init(_ plan: Plan) {
                edge = (plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork).count
                isEdgeOnly = plan.isEdgeOnly
                sentBytes = plan.transmitBytes
                cloud = plan.cloudWork.count
                returnedBytes = plan.resultBytes
            }
        }

        var name: String
        var interval: Int64
        var plans: [PlanWork]
        /// Position of each frame's plan.
        var planOfFrame: [Int]
        var link: [LinkPiece]
        var linkPeriod: Int64
        var speeds: [SpeedPiece]
        var speedPeriod: Int64
        /// What ours come to.
        var latencies: [Int64]
    }

    private struct Case {
        var name: String
        var world: World
        var driver: Driver

        func run() throws -> Simulation {
            var simulation = try Simulation(world: world, drivers: [driver], seed: 0)
            simulation.runToEnd()
            return simulation
        }
    }

    private struct NoWorld: Error {}

    private static let frames = 6_000
    private static let perSecond: Int64 = 30
    private let cases: [Case]
    let instances: [Instance]

    init() throws {
        let duration = Nanoseconds(1_000_000_000 / Self.perSecond * Int64(Self.frames))
        guard
            let world = SimulatedWorlds.world(
                devices: 1, duration: duration, perSecond: Self.perSecond, workers: 1),
            let changing = SimulatedWorlds.world(
                devices: 1, duration: duration, perSecond: Self.perSecond, workers: 1, slowdown: 1.5)
        else { throw NoWorld() }
        cases = Self.fixedAndListenedTo(world) + [Self.adaptive(changing)]
        instances = try cases.map(Self.instance)
    }

    private static func fixedAndListenedTo(_ world: World) -> [Case] {
        ["cloud-only", "split", "edge-only"].flatMap { plan in
            var listened = world
            listened.devices[0].firstPlan = plan
            // What a policy would have told it, and would be in the frames' way, but for the peer's sake is not.
            listened.telemetry.probeBytes = 0
            return [
                Case(name: plan, world: world, driver: .fixed(SimulatedWorlds.position(of: plan))),
                Case(name: "\(plan), with all signals", world: listened, driver: .causal(Listener())),
            ]
        }
    }

    /// The product moves to and fro as the link changes. Of moves the peer knows nothing but whose frames follow: they take nothing
    /// from the edge here, and no probes go over the link.
    private static func adaptive(_ world: World) -> Case {
        var world = world
        world.devices[0].firstPlan = "cloud-only"
        world.devices[0].moves.buildSlowdown = 1
        world.telemetry.probeBytes = 0
        return Case(name: "adaptive", world: world, driver: .causal(AdaptivePolicy(world.devices[0])))
    }

    private static func instance(_ one: Case) throws -> Instance {
        let group = one.world.devices[0]
        let result = try one.run().result.devices[0]
        let frames = result.frames
        // A row of moves without any would be a row of a fixed plan.
        guard one.name != "adaptive" || result.moves > 1 else { throw NoWorld() }
        guard case .repeats(let period) = group.edge.slowdown.ending else { throw NoWorld() }
        return Instance(
            name: one.name, interval: 1_000_000_000 / perSecond,
            plans: group.planSet.plans.map(Instance.PlanWork.init),
            planOfFrame: (0..<frames.count).map(frames.plan(of:)),
            link: group.link.trace.schedule.pieces.map {
                .init(
                    start: $0.start.nanoseconds, up: Int64($0.value.uplink.bitsPerSecond),
                    down: Int64($0.value.downlink.bitsPerSecond), rtt: $0.value.rtt.count)
            }, linkPeriod: group.link.trace.duration.count,
            speeds: group.edge.slowdown.pieces.map { .init(start: $0.start.nanoseconds, slowdown: $0.value) },
            speedPeriod: period.count, latencies: frames.answeredLatencies.map(\.count))
    }

    /// Nanoseconds a frame.
    mutating func round(_ number: Int) throws -> [String: [String: Double]] {
        var times: [String: [String: Double]] = [:]
        for one in cases {
            var frames = 0
            let time = try nanoseconds {
                for _ in 0..<5 { frames += try one.run().result.devices[0].frames.count }
            }
            times[one.name] = ["ours": time / Double(frames)]
        }
        return times
    }
}
