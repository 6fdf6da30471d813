import ArgumentParser
import Foundation
import Model
import Scenarios

struct ScenarioRecordVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Run scenarios, and record what they come to, to be reviewed.",
        discussion: """
            Writes expected.json anew, marked as not reviewed. `resplit scenario check` fails until a person has looked at what \
            changed and set "reviewed" to true.
            """)

    @Argument(help: "Names of scenarios.") var names: [String] = []
    @Flag(help: "All scenarios of the folder.") var all = false
    @Option(help: "Where the scenarios are.") var folder = "scenarios"
    @Option(help: "Runs at a time; results are the same for any number.") var jobs = Jobs.standard

    func validate() throws {
        try Jobs.check(jobs)
        guard names.isEmpty == all else { throw ValidationError("Name scenarios, or give --all.") }
    }

    func run() async throws {
        let suite = try ScenarioSuite(at: folder, only: names)
        let progress = Progress("recording scenarios")
        let runs = try await suite.run(jobs: jobs) { progress.show($0) }
        progress.finish()
        for run in runs {
            let path = URL(filePath: run.folder.source).deletingLastPathComponent()
                .appending(path: ScenarioRecord.fileName).relativePath
            try Files.write(ScenarioRecord(run.runs).encode(), to: path)
            Emit.line("\(path): recorded, to be reviewed")
        }
    }
}
