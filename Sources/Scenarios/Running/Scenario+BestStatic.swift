import Model
import Sim

extension Scenario {
    /// The fixed plan of each group of devices that serves best in hindsight: fewest frames lost, then the least mean, then the
    /// least p95 of all devices, then the first plan.
    ///
    /// Where there is one group, or the groups share neither cell nor cloud, that is exact. Otherwise it is a coordinate descent
    /// from the first plans: group by group the best plan while the others keep theirs, until none gains.
    ///
    /// - Complexity: a run for each plan of each group and round, of which there are at most `mostRounds`.
    func bestStatic(seed: UInt64) throws -> [Driver] {
        var plans = world.devices.map { _ in 0 }
        var best: RunScore?
        for _ in 0..<(plans.count == 1 ? 1 : Self.mostRounds) {
            var hasGained = false
            for group in plans.indices {
                for plan in world.devices[group].planSet.plans.indices where best == nil || plan != plans[group] {
                    var tried = plans
                    tried[group] = plan
                    let score = try score(tried, seed: seed)
                    if best.map({ score < $0 }) ?? true { (best, plans, hasGained) = (score, tried, true) }
                }
            }
            if !hasGained { break }
        }
        return plans.map(Driver.fixed)
    }

    private static let mostRounds = 4

    private func score(_ plans: [Int], seed: UInt64) throws(WorldError) -> RunScore {
        let run = try run(plans.map(Driver.fixed), as: .bestStatic, seed: seed, recording: RecordingOptions())
        return RunScore(run.summary)
    }
}

/// How well a run served; less is better.
private struct RunScore: Comparable {
    private let lost: Int
    private let mean: Nanoseconds
    private let p95: Nanoseconds

    init(_ summary: RunSummary) {
        lost = summary.lost
        mean = summary.latency?.mean ?? .zero
        p95 = summary.latency?.p95 ?? .zero
    }

    static func < (a: Self, b: Self) -> Bool { (a.lost, a.mean, a.p95) < (b.lost, b.mean, b.p95) }
}
