import Model
import Sim

/// The results of a sweep put together: for each point and policy, every figure over the seeds. Equal for equal results, in
/// whatever order and by however many they were made.
public struct SweepReport: Encodable, Sendable {
    /// A figure over the seeds that have it.
    public struct Figure: Hashable, Encodable, Sendable {
        public var count: Int
        public var mean: Double
        /// With 95 % confidence; `nil` of a single seed.
        public var low: Double?
        public var high: Double?

        init?(_ values: [Double]) {
            guard !values.isEmpty else { return nil }
            count = values.count
            mean = values.reduce(0, +) / Double(values.count)
            let interval = ConfidenceInterval(meanOf: values)
            (low, high) = (interval?.low, interval?.high)
        }
    }

    public struct Point: Encodable, Sendable {
        public var trace: String?
        public var values: [SweepRun.Value]
        /// Figures by policy, and by their keys in reports.
        public var policies: [String: [String: Figure]]
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

    private static func figures(_ runs: [SweepRun]) -> [String: Figure] {
        let pairs = RunMetric.allCases.compactMap { metric in
            Figure(runs.compactMap { metric.value(in: $0.summary, duration: $0.duration) }).map {
                (metric.rawValue, $0)
            }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}

extension Sequence where Element == SweepRun {
    /// With the regrets to those of the policies that ran under the same seed in the same world.
    fileprivate var withRegrets: [SweepRun] {
        func means(_ policy: PolicyName) -> [UInt64: Double] {
            let pairs = filter { $0.policy == policy }.compactMap { run in
                run.summary.latency.map { (run.seed, $0.mean.inSeconds) }
            }
            return Dictionary(pairs) { first, _ in first }
        }
        let (oracle, bestStatic) = (means(.oracle), means(.bestStatic))
        return map { run in
            var run = run
            guard let own = run.summary.latency?.mean.inSeconds else { return run }
            run.summary.regretToOracle = oracle[run.seed].map { own / $0 - 1 }
            run.summary.regretToBestStatic = bestStatic[run.seed].map { own / $0 - 1 }
            return run
        }
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
