import ArgumentParser

struct ScenarioVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scenario", abstract: "Recorded scenarios: check them, record them anew.",
        subcommands: [ScenarioCheckVerb.self, ScenarioRecordVerb.self])
}
