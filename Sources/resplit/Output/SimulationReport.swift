import Model
import Scenarios
import Sim

/// What a simulation came to, policy by policy: of one seed its figures, of several the mean of each over the seeds and the
/// interval that holds the true mean.
struct SimulationReport: Encodable {
    /// Figures of all devices, and of each where they were asked for.
    struct Policy: Encodable {
        var figures: SimulationFigures
        var devices: [String: SimulationFigures]?

        private enum Key: String, CodingKey { case devices }

        func encode(to encoder: any Encoder) throws {
            try figures.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encodeIfPresent(devices, forKey: .devices)
        }
    }

    var scenario: String
    /// Of a single seed.
    var seed: UInt64?
    /// Where there are several.
    var seeds: [UInt64]?
    var policies: [String: Policy]
    /// Simulated, in all runs that are reported.
    var events: Int
    /// Seconds that the runs took, files read and all. The only figure that is another each time.
    var wall: Double
    /// The order of the table.
    private let order: [String]
    private let deviceNames: [String]

    enum CodingKeys: String, CodingKey { case scenario, seed, seeds, policies, events, wall = "wall_s" }

    /// - Parameter runs: seed by seed, all with the policies of the scenario.
    init(_ scenario: Scenario, _ runs: [ScenarioRun], hasDevices: Bool, wall: Double) {
        self.scenario = scenario.name
        self.wall = wall
        seed = scenario.seeds.count == 1 ? scenario.seeds[0] : nil
        seeds = scenario.seeds.count == 1 ? nil : scenario.seeds
        events = runs.reduce(0) { $0 + $1.steps }
        order = scenario.policies.map(\.description)
        let names = hasDevices ? scenario.world.deviceNames : []
        deviceNames = names
        policies = Dictionary(
            uniqueKeysWithValues: scenario.policies.map { policy in
                let own = runs.filter { $0.policy == policy }
                let devices = names.indices.map { device in
                    (names[device], SimulationFigures(own.map { $0.result.summary(device: device) }))
                }
                return (
                    policy.description,
                    Policy(
                        figures: SimulationFigures(own.map(\.summary)),
                        devices: hasDevices ? Dictionary(uniqueKeysWithValues: devices) : nil)
                )
            })
    }

    var text: String {
        var table = Table(["policy"] + SimulationFigures.titles)
        for name in order {
            guard let policy = policies[name] else { continue }
            table.add([name] + policy.figures.cells)
            for device in deviceNames {
                guard let figures = policy.devices?[device] else { continue }
                table.add(["  \(device)"] + figures.cells)
            }
        }
        let note = seeds.map { "means over \($0.count) seeds, with their 95 % confidence; " } ?? ""
        return "\(scenario), \(seedText)\n\n\(table.render())\n\n\(note)\(Format.count(events)) events"
    }

    /// `seed 7`, `seeds 1..20`, `seeds 3, 9, 4`.
    private var seedText: String {
        guard let seeds, let first = seeds.first, let last = seeds.last else { return "seed \(seed ?? 0)" }
        let isRange = zip(seeds, seeds.dropFirst()).allSatisfy { $1 > $0 && $1 - $0 == 1 }
        return "seeds \(isRange ? "\(first)..\(last)" : seeds.map(String.init).joined(separator: ", "))"
    }
}
