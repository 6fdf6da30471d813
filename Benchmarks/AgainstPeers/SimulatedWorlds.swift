import Controller
import Model
import Sim

/// Worlds to simulate, made up: a link whose rate and round trip change every 200 ms, an edge that is slower at times, and plans for a
/// model of a few milliseconds in the cloud.
enum SimulatedWorlds {
    static let planSet = PlanSet(
        model: ModelIdentity(name: "made up", sha256: String(repeating: "0", count: 64)),
        plans: [
            plan("cloud-only", head: 0, edge: 1, bytes: 15_000, cloud: 9),
            plan("split", head: 5, edge: 8, bytes: 4_000, cloud: 5),
            plan("edge-only", head: 10, edge: 25, bytes: nil, cloud: 0),
        ])

    private static func plan(_ id: String, head: Int, edge: Int64, bytes: Int?, cloud: Int64) -> Plan {
        let crossing = bytes.map {
            TransmittedTensor(
                name: id, elementType: .float32, shape: TensorShape([1, $0]), precision: .eightBits,
                range: ValueRange(low: 0, high: 1))
        }
        return Plan(
            id: id, crossing: crossing.map { [$0] } ?? [], coding: .packed, headLayers: head,
            edgeWork: .milliseconds(edge), encodeWork: .microseconds(400), transmitBytes: bytes ?? 0,
            cloudWork: .milliseconds(cloud), resultBytes: bytes == nil ? 0 : 40, edgeBytes: 0)
    }

    static func position(of id: String) -> Int { planSet.plans.firstIndex { $0.id == id } ?? 0 }

    private static func trace(seed: UInt64) -> Trace? {
        Trace.synthetic(
            stretches: [
                .init(steps: 200, uplink: (from: 8, to: 20), rtt: (from: 20, to: 40), spread: 0.5),
                .init(steps: 100, uplink: (from: 20, to: 3), rtt: (from: 40, to: 90), spread: 0.5),
            ], step: .milliseconds(200), edgeLoad: { _ in 0 }, seed: seed)
    }

    private static func slowdown(_ factor: Double) -> Schedule<Double>? {
        Schedule<Double>(
            pieces: (0..<50).map {
                .init(start: .zero + .milliseconds(700 * $0), value: factor * (1 + Double($0 % 7) * 0.1))
            }, ending: .repeats(every: .milliseconds(35_000)))
    }

    /// - Parameter slowdown: of the edge, when it is fastest.
    static func world(
        devices: Int, duration: Nanoseconds, perSecond: Int64, workers: Int?, slowdown: Double = 1
    ) -> World? {
        guard let trace = trace(seed: 1), let slowdown = Self.slowdown(slowdown) else { return nil }
        var group = DeviceGroup(
            name: "camera", planSet: planSet, arrivals: .periodic(every: Nanoseconds(1_000_000_000 / perSecond)),
            link: Link(trace: trace))
        group.count = devices
        group.stagger = .microseconds(97)
        group.edge = Edge(slowdown: slowdown)
        var world = World(duration: duration, devices: [group])
        world.cloud.workers = workers
        return world
    }
}

/// Takes every signal that there is, and leaves all as it is.
struct Listener: Policy {
    var needs: PolicyNeeds { [.samples, .frames, .ticks] }

    mutating func take(_ signal: Signal, at now: Instant) -> [Action] { [] }
}
