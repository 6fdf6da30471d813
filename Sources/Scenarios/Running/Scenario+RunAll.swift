public import Sim

extension Scenario {
    /// Every policy under every seed, seed by seed in the scenario's order, with regrets.
    ///
    /// - Parameters:
    ///   - jobs: how many run at a time; the runs are the same for any.
    ///   - keeping: what to hold of each run, once it is over.
    ///   - finished: told how many runs are done, each time that one is.
    public func runAll(
        jobs: Int, recording options: RecordingOptions = RecordingOptions(),
        keeping: @escaping @Sendable (ScenarioRun) -> ScenarioRun = { $0 }, finished: (Int) -> Void = { _ in }
    ) async throws -> [ScenarioRun] {
        try await parallelMap(runRequests, jobs: jobs, finished: finished) {
            keeping(try run($0.policy, seed: $0.seed, recording: options))
        }
        .withRegrets
    }

    /// What `runAll` runs, in its order.
    var runRequests: [RunRequest] {
        seeds.flatMap { seed in policies.map { RunRequest(policy: $0, seed: seed) } }
    }
}

struct RunRequest: Sendable {
    var policy: PolicyName
    var seed: UInt64
}
