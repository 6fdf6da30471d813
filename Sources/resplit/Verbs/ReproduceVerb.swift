import ArgumentParser

struct ReproduceVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reproduce", abstract: "Published figures, computed anew.",
        subcommands: [ReproduceAutoSplitVerb.self])
}
