import Controller
import Model
import Scenarios
import Sim

/// A simulated scenario as one self-contained page: the policies side by side, the world over time and what was decided in it,
/// every latency, and where the time of a frame went.
struct SimulationPage {
    /// Each group of devices has its own plots, the first few at least.
    private static let mostGroups = 4
    /// Moves listed; the plots show all.
    private static let mostMoves = 200

    private let scenario: Scenario
    /// Of every seed, with regrets.
    private let runs: [ScenarioRun]
    /// Of the first seed: those that the plots show.
    private let shown: [ScenarioRun]
    private let colours: PlanColours

    /// - Parameter runs: in the order of reports; seeds one after another, all with the same policies.
    init(_ scenario: Scenario, _ runs: [ScenarioRun]) {
        self.scenario = scenario
        self.runs = runs
        shown = runs.filter { $0.seed == runs[0].seed }
        var plans: [Plan] = []
        for plan in scenario.world.devices.flatMap(\.planSet.plans) where !plans.contains(where: { $0.id == plan.id }) {
            plans.append(plan)
        }
        colours = PlanColours(plans)
    }

    var html: String {
        let timeline = SimulationTimeline(scenario.world, shown, colours)
        let frames = SimulationFrames(scenario.world, shown)
        let groups = scenario.world.devices.indices.prefix(Self.mostGroups)
        return HTML.page(
            title: "Simulation of \(scenario.name)",
            body: """
                <p>\(HTML.escaped(scenario.about))</p>
                <p>\(summary)</p>
                \(comparison)
                <h2>Latency by policy</h2>
                <p class="remark">The bar reaches from the median to the 99th percentile; the ring is the mean, the dot the 95th \
                percentile.</p>
                \(frames.spread.svg)
                \(groups.map { timeline.section(ofGroup: $0) }.joined(separator: "\n"))
                \(leftOut)
                <h2>Latency over time</h2>
                <p class="remark">Frames of all devices, by their capture. A gap: no frame was answered.</p>
                \(frames.legendOverTime)\(frames.latency(\.mean, "mean latency, ms").svg)
                \(frames.latency(\.p95, "95th percentile of latency, ms").svg)
                <h2>Share of frames answered within a latency</h2>
                \(frames.legend)\(frames.distribution.svg)
                <h2>Where the time of a frame goes</h2>
                \(frames.stageLegend)\(frames.stages.svg)
                \(moves)
                """)
    }

    private var summary: String {
        let world = scenario.world
        let seeds = Set(runs.map(\.seed)).count
        let devices = world.deviceCount == 1 ? "One device" : "\(world.deviceCount) devices"
        let length = Format.fixed(world.duration.inSeconds, 0)
        let table =
            seeds > 1 ? "the table has means over \(seeds) seeds with their 95 % confidence; the plots show" : ""
        let plots = "\(table.isEmpty ? "" : table + " ")seed \(runs[0].seed)"
        return HTML.escaped("\(devices) for \(length) s; \(plots).")
    }

    private var leftOut: String {
        let rest = scenario.world.devices.count - Self.mostGroups
        return rest > 0 ? #"<p class="remark">\#(rest) more groups of devices are not drawn.</p>"# : ""
    }

    private var comparison: String { #"<div class="wide">\#(PolicyTable(scenario, runs).table.html)</div>"# }

    /// Of the product's own policy, or else of the first that moves.
    private var moves: String {
        let run = shown.first { $0.policy == .adaptive } ?? shown.first { $0.summary.moves > 0 }
        guard let run else { return "" }
        let all = run.result.devices.flatMap { device in
            device.decisions.filter { $0.kind == .moved }.map { (device: device.name, decision: $0) }
        }
        .sorted { $0.decision.time < $1.decision.time }
        guard !all.isEmpty else { return "" }
        let rows = all.prefix(Self.mostMoves).map { device, decision in
            [
                Format.fixed((decision.time - .zero).inSeconds, 1) + " s", device,
                "\(decision.from ?? "") → \(decision.to ?? ""): \(decision.reason)",
            ]
        }
        let more = all.count > rows.count ? ", the first \(rows.count) of \(all.count)" : ""
        return "<h2>Moves of \(run.policy)\(more)</h2>\n" + HTML.table(["at", "device", "from → to, and why"], rows)
    }
}

extension PolicyName {
    /// In plots.
    var colour: String {
        switch self {
        case .adaptive: "#1f6feb"
        case .edgeOnly: "#bf8700"
        case .cloudOnly: "#cf222e"
        case .bestStatic: "#6e7781"
        case .oracle: "#1a7f37"
        case .neurosurgeon: "#8250df"
        case .dads: "#bc4c00"
        case .ans: "#0a7ea4"
        case .holdHysteresis: "#bf3989"
        case .fixed: "#8c959f"
        }
    }
}
