import Model
import Optimizer

/// A plan set as one self-contained page: where which plan wins, what the plans trade against one another, and their table.
struct PlanPage {
    /// A lead of this factor is drawn in full colour.
    private static let fullLead = 2.0

    private let planSet: PlanSet
    private let map: PhaseMap
    private let conditions: Conditions
    private let tables: String
    private let colours: PlanColours

    /// - Parameters:
    ///   - conditions: what all of the phase map shares; its uplink and edge slowdown are what the map varies.
    ///   - tables: the plans, and the baselines, in HTML.
    init(_ planSet: PlanSet, conditions: Conditions, tables: String) {
        self.planSet = planSet
        self.conditions = conditions
        self.tables = tables
        colours = PlanColours(planSet.plans)
        map = PhaseMap(
            planSet, uplinks: PhaseMap.preferredNumbers(in: 0.1...200).map { .mbps($0) },
            edgeSlowdowns: PhaseMap.preferredNumbers(in: 0.5...50), under: conditions)
    }

    var html: String {
        HTML.page(
            title: "Plans of \(planSet.model.name)",
            body: """
                <h2>Which plan is best where</h2>
                <p>Round trip \(Format.milliseconds(conditions.rtt)), the cloud as profiled. The fuller the colour, the more the best \
                plan of another kind would lose; point at a cell for plan, latency and lead.</p>
                \(legend)\(phases.svg)
                \(dominions)
                <h2>What the plans trade</h2>
                \(work.svg)
                <p class="remark">Up and to the right costs more. Only plans that send something are shown.</p>
                \(memory.svg)\(energy?.svg ?? "")\(accuracy.svg)
                <h2>The plans</h2>\(tables)
                """)
    }

    private var legend: String {
        // The plans that win somewhere, in the order of the set.
        let winners = Set(map.cells.joined().compactMap { $0?.best })
        return HTML.legend(winners.sorted().map { (planSet.plans[$0].id, colour(of: planSet.plans[$0])) })
    }

    private func colour(of plan: Plan) -> String { colours[plan.id] }

    private var phases: Plot {
        let (rates, slowdowns) = (map.uplinks.map(\.inMbps), map.edgeSlowdowns)
        var plot = Plot(
            x: Self.axis("uplink, Mbit/s", over: rates), y: Self.axis("edge slowdown", over: slowdowns), height: 380)
        for (row, cells) in map.cells.enumerated() {
            for (column, cell) in cells.enumerated() {
                guard let cell else { continue }
                let plan = planSet.plans[cell.best]
                plot.cell(
                    x: Self.reach(of: column, in: rates), y: Self.reach(of: row, in: slowdowns),
                    colour: colour(of: plan),
                    opacity: 0.25 + 0.75 * min(1, (cell.lead - 1) / (Self.fullLead - 1)),
                    title: title(cell, plan, uplink: map.uplinks[column], slowdown: slowdowns[row]))
            }
        }
        return plot
    }

    private func title(_ cell: PhaseMap.Cell, _ plan: Plan, uplink: BitRate, slowdown: Double) -> String {
        let lead =
            cell.lead.isFinite ? "\(Format.fixed(cell.lead, 2)) times as fast as any other kind" : "the only kind"
        let latency = Format.milliseconds(cell.latency * 1000)
        return "\(Format.rate(uplink)), edge slowdown \(Format.fixed(slowdown, 2)): \(plan.id), \(latency), \(lead)"
    }

    /// Says plainly how much of the map each kind has, and so where splitting does not pay.
    private var dominions: String {
        let rows = PlanKind.allCases.map { kind in
            let dominion = map.dominion(of: kind, in: planSet)
            return [
                kind.rawValue, Format.share(dominion.share),
                dominion.largestLead.isFinite ? Format.fixed(dominion.largestLead, 2) : "no other answers",
            ]
        }
        return HTML.table(["kind of plan", "best in", "largest lead, times"], rows)
    }

    private var sending: [Plan] { planSet.plans.filter { !$0.isEdgeOnly } }

    private var work: Plot {
        let values = sending.map { max(0.01, ($0.edgeWork + $0.encodeWork).inMilliseconds) }
        return scatter(values, Axis("edge work, ms", spanning: values, scale: .logarithmic))
    }

    private var memory: Plot {
        let values = sending.map { Double(max(1, $0.edgeBytes)) / 0x1p20 }
        return scatter(values, Axis("edge memory, MiB", spanning: values, scale: .logarithmic))
    }

    private var energy: Plot? {
        planSet.energy.map { energy in
            let values = sending.map { max(1e-3, $0.stages(under: conditions).energy(energy, of: $0) * 1000) }
            return scatter(
                values,
                Axis(
                    "energy of the edge at \(Format.rate(conditions.uplink)), mJ", spanning: values, scale: .logarithmic
                ))
        }
    }

    private var accuracy: Plot {
        let values = sending.map { $0.accuracy?.agreement ?? 0 }
        let lowest = min(0.9, values.min() ?? 0)
        return scatter(values, Axis("agreement with the whole model", from: lowest, to: 1 + (1 - lowest) / 20))
    }

    private func scatter(_ values: [Double], _ y: Axis) -> Plot {
        let sizes = sending.map { Double(max(1, $0.transmitBytes)) / 1024 }
        var plot = Plot(x: Axis("sent a frame, KiB", spanning: sizes, scale: .logarithmic), y: y, height: 260)
        for (plan, point) in zip(sending, zip(sizes, values)) {
            plot.dot(point, colour: colour(of: plan), radius: 4, title: plan.id)
        }
        return plot
    }

    /// From half a step before the first of a geometric series to half a step beyond the last.
    private static func axis(_ label: String, over values: [Double]) -> Axis {
        Axis(
            label, from: reach(of: 0, in: values).lowerBound, to: reach(of: values.count - 1, in: values).upperBound,
            scale: .logarithmic)
    }

    /// From half-way to the value before to half-way to the one after, by ratio.
    private static func reach(of index: Int, in values: [Double]) -> ClosedRange<Double> {
        let value = values[index]
        let before = index > 0 ? values[index - 1] : value * value / values[index + 1]
        let after = index + 1 < values.count ? values[index + 1] : value * value / values[index - 1]
        return (value * before).squareRoot()...(value * after).squareRoot()
    }
}
