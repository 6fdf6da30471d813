import Model
import Sim

/// A scenario's runs beside its record and its expectations.
public struct ScenarioCheck: Sendable {
    public var name: String
    /// None: the scenario is as it should be.
    public var differences: [ScenarioDifference]

    public var isOK: Bool { differences.isEmpty }

    /// - Parameter record: `nil` where nothing is recorded.
    public init(_ scenario: Scenario, _ runs: [ScenarioRun], against record: ScenarioRecord?) {
        name = scenario.name
        let now = ScenarioRecord(runs)
        differences = Self.broken(scenario, now.runs)
        guard let record else {
            differences.append(.notRecorded)
            return
        }
        differences += Self.differences(of: now.runs, from: record.runs, in: scenario.world)
        if !record.reviewed { differences.append(.notReviewed) }
    }

    /// The expectations that do not hold, seed by seed.
    private static func broken(_ scenario: Scenario, _ runs: [ScenarioRecord.Run]) -> [ScenarioDifference] {
        var broken: [ScenarioDifference] = []
        for expectation in scenario.expectations {
            for seed in scenario.seeds {
                func value(_ policy: PolicyName) -> Double? {
                    runs.first { $0.policy == policy && $0.seed == seed }
                        .flatMap { expectation.metric.value(in: $0.summary, duration: scenario.world.deviceTime) }
                }
                let (own, limit) = (value(expectation.policy), expectation.limit(value))
                guard let own, let limit, expectation.holds(own, limit) else {
                    broken.append(.expectation(expectation, seed: seed, value: own, limit: limit))
                    continue
                }
            }
        }
        return broken
    }

    /// Run by run what is not as recorded: equal means equal to the last bit, since a run is.
    private static func differences(
        of now: [ScenarioRecord.Run], from recorded: [ScenarioRecord.Run], in world: World
    ) -> [ScenarioDifference] {
        var differences: [ScenarioDifference] = []
        for run in now {
            guard let old = recorded.first(where: { $0.policy == run.policy && $0.seed == run.seed }) else {
                differences.append(.unmatched(run.policy, seed: run.seed, isRecorded: false))
                continue
            }
            for metric in RunMetric.allCases where metric != .movesPerHour {
                let before = metric.value(in: old.summary, duration: world.deviceTime)
                let value = metric.value(in: run.summary, duration: world.deviceTime)
                if before != value {
                    differences.append(.metric(run.policy, seed: run.seed, metric, recorded: before, now: value))
                }
            }
            if let decision = decision(of: run, old) { differences.append(decision) }
            if run.decisionCount != old.decisionCount {
                differences.append(
                    .decisionCount(seed: run.seed, recorded: old.decisionCount, now: run.decisionCount))
            }
        }
        for old in recorded where !now.contains(where: { $0.policy == old.policy && $0.seed == old.seed }) {
            differences.append(.unmatched(old.policy, seed: old.seed, isRecorded: true))
        }
        return differences
    }

    private static func decision(of run: ScenarioRecord.Run, _ old: ScenarioRecord.Run) -> ScenarioDifference? {
        let (now, before) = (run.decisions ?? [], old.decisions ?? [])
        guard now != before else { return nil }
        let same = zip(now, before).prefix { $0 == $1 }.count
        return .decision(
            seed: run.seed, number: same + 1, recorded: before.dropFirst(same).first, now: now.dropFirst(same).first)
    }
}

extension Expectation {
    /// What the figure is held against.
    ///
    /// - Parameter value: the same figure of a policy.
    func limit(_ value: (PolicyName) -> Double?) -> Double? {
        switch limit {
        case .value(let limit): limit
        case .share(let factor, let other): value(other).map { $0 * factor }
        }
    }

    func holds(_ value: Double, _ limit: Double) -> Bool {
        switch bound {
        case .exactly: value == limit
        case .atMost: value <= limit
        case .atLeast: value >= limit
        }
    }
}
