import Model
import Optimizer
import Splitting

/// What `plan` says.
struct PlanReport: Encodable {
    /// A plan as its file has it, and what follows from it.
    struct Entry: Encodable {
        var plan: Plan
        /// J, under the conditions that constraints are checked under.
        var energy: Double?
        var price: Double?

        enum CodingKeys: String, CodingKey {
            case weightBits = "weight_bits", activationBits = "activation_bits", transmitBits = "transmit_bits"
            case energy = "energy_j", price
        }

        func encode(to encoder: any Encoder) throws {
            try plan.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            let head = plan.headPrecision
            try container.encode(head?.weights.bits ?? 32, forKey: .weightBits)
            try container.encode(head?.hasIntegerActivations == true ? 8 : 32, forKey: .activationBits)
            try container.encodeIfPresent(plan.crossing.map(\.precision.bits).min(), forKey: .transmitBits)
            try container.encodeIfPresent(energy, forKey: .energy)
            try container.encodeIfPresent(price, forKey: .price)
        }
    }

    struct Best: Encodable {
        var id: String
        var latency: Double
        enum CodingKeys: String, CodingKey { case id, latency = "latency_ms" }
    }

    struct Baseline: Encodable {
        var latency: Double?
        var edgeBytes: Int
        var distortion: Double?
        /// The bounds that it does not keep.
        var breaks: [String]
        enum CodingKeys: String, CodingKey {
            case latency = "latency_ms", edgeBytes = "edge_bytes", distortion, breaks
        }
    }

    var model: ModelIdentity
    var plans: [Entry]
    var reference: Accuracy?
    var best: Best?
    var baselines: [String: Baseline]?

    init(_ planSet: PlanSet, _ circumstances: Circumstances, best: Best?, baselines: [BaselineLatency]?) {
        model = planSet.model
        plans = planSet.plans.map { plan in
            Entry(plan: plan, energy: circumstances.energy(of: plan), price: circumstances.price(of: plan))
        }
        reference = planSet.reference
        self.best = best
        self.baselines = baselines.map { all in
            Dictionary(
                all.map {
                    let latency = $0.latency.isFinite ? $0.latency * 1000 : nil
                    let baseline = Baseline(
                        latency: latency, edgeBytes: $0.edgeBytes, distortion: $0.distortion,
                        breaks: $0.breaks.map(\.rawValue))
                    return ($0.name, baseline)
                }
            ) { first, _ in first }
        }
    }

    var plansTable: Table {
        let optional: [(title: String, text: (Entry) -> String?)] = [
            ("energy", { $0.energy.map { Format.fixed($0 * 1000, 1) + " mJ" } }),
            ("price of 10^6", { $0.price.map { Format.fixed($0 * 1e6, 2) } }),
        ].filter { column in plans.contains { column.text($0) != nil } }
        var table = Table(
            [
                "plan", "layers on edge", "edge", "encode", "sent", "cloud", "edge memory", "to move", "accuracy",
                "loss, 95 %", "SNR",
            ] + optional.map(\.title) + ["best at"])
        for entry in plans {
            table.add(
                Self.cells(of: entry.plan) + optional.map { $0.text(entry) ?? "" } + [
                    Self.best(at: entry.plan.certificate)
                ])
        }
        return table
    }

    private static func cells(of plan: Plan) -> [String] {
        let accuracy = plan.accuracy
        return [
            plan.id, "\(plan.headLayers)", Format.milliseconds(plan.edgeWork), Format.milliseconds(plan.encodeWork),
            plan.isEdgeOnly ? "nothing" : Format.bytes(plan.transmitBytes), Format.milliseconds(plan.cloudWork),
            Format.bytes(plan.edgeBytes), plan.moveBytes.map(Format.bytes) ?? "",
            accuracy?.topOne.map(Format.share) ?? "",
            accuracy?.dropInterval.map { "\(Format.fixed($0.low * 100, 1)) to \(Format.share($0.high))" } ?? "",
            plan.isEdgeOnly ? "" : accuracy?.signalToNoise.map { Format.fixed($0, 1) + " dB" } ?? "",
        ]
    }

    /// Conditions at which no other plan is as fast.
    private static func best(at certificate: PlanCertificate?) -> String {
        certificate.map { "\(Format.rate($0.uplink)), slowdown \(Format.significant($0.edgeSlowdown))" } ?? ""
    }

    /// The baselines in HTML; nothing where none were asked for.
    var baselinesHTML: String { baselinesTable.map { "<h2>Other ways to split</h2>\($0.html)" } ?? "" }

    private static let remark = """
        auto-split, qdmp-e-u4 and qdmp-e-u8 count with whatever bits their method chooses, activations below 8 bits among them, which \
        no CPU runtime computes in; their accuracy is not measured, so --max-accuracy-drop says nothing of them.
        """

    private var baselinesTable: Table? {
        guard let best, let baselines else { return nil }
        var table = Table(["at these conditions", "latency", "of the best", "edge memory", "breaks"])
        table.add(["best: \(best.id)", Format.milliseconds(best.latency), "1.00", "", ""])
        let ascending = baselines.sorted {
            ($0.value.latency ?? .infinity, $0.key) < ($1.value.latency ?? .infinity, $1.key)
        }
        for (name, baseline) in ascending {
            table.add([
                name, baseline.latency.map(Format.milliseconds) ?? "never",
                baseline.latency.map { Format.fixed($0 / best.latency, 2) } ?? "", Format.bytes(baseline.edgeBytes),
                baseline.breaks.joined(separator: ", "),
            ])
        }
        return table
    }

    var text: String {
        let others = baselinesTable.map { "\n\n\($0.render())\n\n\(Self.remark)" } ?? ""
        let whole = reference.map {
            ", the whole model is right on \($0.topOne.map(Format.share) ?? "?") of \($0.samples) samples"
        }
        return "\(model.name): \(plans.count) plans\(whole ?? "")\n\n\(plansTable.render())\(others)"
    }
}
