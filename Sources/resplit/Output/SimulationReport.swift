import Model
import Scenarios
import Sim

/// What a simulation came to, policy by policy.
struct SimulationReport: Encodable {
    /// Figures of all devices, and of each where they were asked for.
    struct Policy: Encodable {
        var summary: RunSummary
        var devices: [String: RunSummary]?

        private enum Key: String, CodingKey { case devices }

        func encode(to encoder: any Encoder) throws {
            try summary.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(devices, forKey: .devices)
        }
    }

    var scenario: String
    var seed: UInt64
    var policies: [String: Policy]
    /// Simulated, in all runs that are reported.
    var events: Int
    /// Seconds that the runs took, files read and all. The only figure that is another each time.
    var wall: Double
    /// The order of the table.
    private let order: [String]
    private let deviceNames: [String]

    enum CodingKeys: String, CodingKey { case scenario, seed, policies, events, wall = "wall_s" }

    init(_ scenario: Scenario, _ runs: [ScenarioRun], hasDevices: Bool, wall: Double) {
        self.scenario = scenario.name
        self.wall = wall
        seed = runs.first?.seed ?? 0
        events = runs.reduce(0) { $0 + $1.steps }
        order = runs.map(\.policy.description)
        deviceNames = hasDevices ? scenario.world.deviceNames : []
        policies = Dictionary(
            uniqueKeysWithValues: runs.map { run in
                let names = run.result.devices.map(\.name)
                let devices = names.indices.map { (names[$0], run.result.summary(device: $0)) }
                return (
                    run.policy.description,
                    Policy(
                        summary: run.summary, devices: hasDevices ? Dictionary(uniqueKeysWithValues: devices) : nil)
                )
            })
    }

    var text: String {
        var table = Table([
            "policy", "mean", "p50", "p95", "p99", "frames", "lost", "late", "moves", "sent", "energy", "over oracle",
            "over best-static",
        ])
        for name in order {
            guard let policy = policies[name] else { continue }
            table.add([name] + Self.cells(policy.summary))
            for device in deviceNames {
                guard let summary = policy.devices?[device] else { continue }
                table.add(["  \(device)"] + Self.cells(summary))
            }
        }
        return "\(scenario), seed \(seed)\n\n\(table.render())\n\n\(Format.count(events)) events"
    }

    private static func cells(_ summary: RunSummary) -> [String] {
        func time(_ key: KeyPath<LatencySummary, Nanoseconds>) -> String {
            summary.latency.map { Format.milliseconds($0[keyPath: key]) } ?? "-"
        }
        func share(_ value: Double?) -> String { value.map(Format.share) ?? "-" }
        return [
            time(\.mean), time(\.p50), time(\.p95), time(\.p99), "\(summary.frames)", "\(summary.lost)",
            "\(summary.deadlineMissed)", "\(summary.moves)", Format.bytes(summary.uplinkBytes),
            summary.edgeEnergy.map { Format.fixed($0, 1) + " J" } ?? "-", share(summary.regretToOracle),
            share(summary.regretToBestStatic),
        ]
    }
}
