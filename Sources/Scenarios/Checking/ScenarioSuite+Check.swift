public import Model

/// A scenario of a suite that was run.
public struct SuiteRun: Sendable {
    public var folder: ScenarioFolder
    public var scenario: Scenario
    public var runs: [ScenarioRun]
}

extension ScenarioSuite {
    /// Runs all scenarios, several runs at a time; what comes out is the same for any number of jobs.
    ///
    /// - Parameter progress: told the share that is done, each time that a run is.
    /// - Throws: the first error by the order of scenarios, before anything runs where it lies in a file.
    public func run(jobs: Int, progress: (Double) -> Void = { _ in }) async throws -> [SuiteRun] {
        let scenarios = try folders.map(ScenarioReader.read)
        let requests = scenarios.indices.flatMap { index in
            scenarios[index].runRequests.map { (scenario: index, request: $0) }
        }
        let runs = try await parallelMap(
            requests, jobs: jobs, finished: { progress(Double($0) / Double(requests.count)) }
        ) {
            try scenarios[$0.scenario].run($0.request.policy, seed: $0.request.seed)
        }
        return scenarios.indices.map { index in
            let own = zip(requests, runs).filter { $0.0.scenario == index }.map(\.1)
            return SuiteRun(folder: folders[index], scenario: scenarios[index], runs: own.withRegrets)
        }
    }

    /// - Throws: also `DocumentError` of a record.
    public func check(jobs: Int, progress: (Double) -> Void = { _ in }) async throws -> [ScenarioCheck] {
        let records = try folders.map { try $0.record() }
        let runs = try await run(jobs: jobs, progress: progress)
        return zip(runs, records).map { ScenarioCheck($0.scenario, $0.runs, against: $1) }
    }
}

extension ScenarioFolder {
    /// What was recorded of the scenario; `nil` where nothing was.
    ///
    /// - Throws: `DocumentError`.
    public func record() throws(DocumentError) -> ScenarioRecord? {
        guard let data = contents(ScenarioRecord.fileName) else { return nil }
        return try ScenarioRecord.decode(from: data, source: "\(name)/\(ScenarioRecord.fileName)")
    }
}
