import Controller
import Model
import Sim

/// One device with a worker of its own under one plan: the frames' latencies, to the nanosecond.
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

        var name: String
        var interval: Int64
        var edge: Int64
        var isEdgeOnly: Bool
        var sentBytes: Int
        var cloud: Int64
        var returnedBytes: Int
        var link: [LinkPiece]
        var linkPeriod: Int64
        var speeds: [SpeedPiece]
        var speedPeriod: Int64
        /// What ours come to.
        var latencies: [Int64]
    }

    private struct Case {
        var name: String
        var plan: String
        var world: World
        var isListenedTo: Bool

        func run() throws -> Simulation {
            var driver = Driver.fixed(SimulatedWorlds.position(of: plan))
            if isListenedTo { driver = .causal(Listener()) }
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
                devices: 1, duration: duration, perSecond: Self.perSecond, workers: 1)
        else { throw NoWorld() }
        cases = ["cloud-only", "split", "edge-only"].flatMap { plan in
            var listened = world
            listened.devices[0].firstPlan = plan
            // What a policy would have told it, and would be in the frames' way, but for the peer's sake is not.
            listened.telemetry.probeBytes = 0
            return [
                Case(name: plan, plan: plan, world: world, isListenedTo: false),
                Case(name: "\(plan), with all signals", plan: plan, world: listened, isListenedTo: true),
            ]
        }
        instances = try cases.map(Self.instance)
    }

    private static func instance(_ one: Case) throws -> Instance {
        let group = one.world.devices[0]
        let plan = group.planSet.plans[SimulatedWorlds.position(of: one.plan)]
        let frames = try one.run().result.devices[0].frames
        guard case .repeats(let period) = group.edge.slowdown.ending else { throw NoWorld() }
        return Instance(
            name: one.name, interval: 1_000_000_000 / perSecond,
            edge: (plan.isEdgeOnly ? plan.edgeWork : plan.edgeWork + plan.encodeWork).count,
            isEdgeOnly: plan.isEdgeOnly, sentBytes: plan.transmitBytes, cloud: plan.cloudWork.count,
            returnedBytes: plan.resultBytes,
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
