import ArgumentParser
import Scenarios

struct ScenarioCheckVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Run scenarios, and compare with what was recorded and with what persons expect.",
        discussion: """
            Names each figure that differs, by how much, and the first decision that does. Ends with 1 where a scenario differs, \
            breaks a bound, or has a record that nobody reviewed.
            """)

    @Argument(help: "A folder of scenarios, or one scenario's.") var folder = "scenarios"
    @Option(help: ArgumentHelp("Only this scenario; may be given more than once.", valueName: "name")) var only:
        [String] = []
    @Option(help: "Runs at a time; results are the same for any number.") var jobs = Jobs.standard
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws { try Jobs.check(jobs) }

    func run() async throws {
        let suite = try ScenarioSuite(at: folder, only: only)
        let progress = Progress("checking scenarios")
        let checks = try await suite.check(jobs: jobs) { progress.show($0) }
        progress.finish()
        let report = ScenarioCheckReport(checks)
        if json { try Emit.json(report) } else { Emit.line(report.text) }
        if !report.isOK { throw Ending.no }
    }
}
