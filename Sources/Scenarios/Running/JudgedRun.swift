import Model
import Sim

/// A run that is judged by others under the same seed in the same world.
protocol JudgedRun {
    var policy: PolicyName { get }
    var seed: UInt64 { get }
    var summary: RunSummary { get set }
}

extension ScenarioRun: JudgedRun {}
extension SweepRun: JudgedRun {}

extension Sequence where Element: JudgedRun {
    /// With the regrets to those of the policies that ran under the same seed.
    ///
    /// - Complexity: O(runs).
    var withRegrets: [Element] {
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
