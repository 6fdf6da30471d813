import Model
import Sim

/// The results of a sweep put together: for each point and policy, every figure over the seeds. Equal for equal results, in
/// whatever order and by however many they were made.
public struct SweepReport: Encodable, Sendable {
    public struct Point: Encodable, Sendable {
        public var trace: String?
        public var values: [SweepRun.Value]
        /// Figures by policy, and by their keys in reports.
        public var policies: [String: [String: SeedFigure]]
    }

    public var scenario: String
    public var runs: Int
    public var seeds: [UInt64]
    /// In the order of the sweep.
    public var policies: [String]
    public var points: [Point]

    /// - Parameter runs: of all units of the sweep, in their order.
    public init(_ sweep: Sweep, _ runs: [SweepRun]) {
        scenario = sweep.name
        self.runs = runs.count
        seeds = sweep.seeds
        policies = sweep.policies.map(\.description)
        let each = sweep.seeds.count * sweep.policies.count
        points = sweep.points.indices.map { index in
            let point = sweep.points[index]
            let own = runs[(index * each)..<((index + 1) * each)].withRegrets
            let pairs = sweep.policies.map { policy in
                (policy.description, Self.figures(own.filter { $0.policy == policy }))
            }
            return Point(
                trace: point.trace, values: point.values.map { SweepRun.Value(key: $0.key, value: $0.text) },
                policies: Dictionary(uniqueKeysWithValues: pairs))
        }
    }

    private static func figures(_ runs: [SweepRun]) -> [String: SeedFigure] {
        let pairs = RunMetric.allCases.compactMap { metric in
            SeedFigure(runs.compactMap { metric.value(in: $0.summary, duration: $0.duration) }).map {
                (metric.rawValue, $0)
            }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension SweepReport {
    /// A line of names, then one a run (RFC 4180, lines end in a line feed): its world, policy and seed, and every figure.
    public static func csv(_ sweep: Sweep, _ runs: [SweepRun]) -> String {
        let keys = sweep.points.first?.values.map(\.key) ?? []
        let header = ["trace"] + keys + ["policy", "seed"] + RunMetric.allCases.map(\.rawValue)
        let each = max(1, sweep.seeds.count * sweep.policies.count)
        var text = header.map(csvField).joined(separator: ",") + "\n"
        for start in stride(from: 0, to: runs.count, by: each) {
            for run in runs[start..<min(start + each, runs.count)].withRegrets {
                let figures = RunMetric.allCases.map { metric in
                    metric.value(in: run.summary, duration: run.duration).map { "\($0)" } ?? ""
                }
                let place = [run.trace ?? ""] + run.values.map(\.value) + [run.policy.description, "\(run.seed)"]
                text += (place.map(csvField) + figures).joined(separator: ",") + "\n"
            }
        }
        return text
    }
}
