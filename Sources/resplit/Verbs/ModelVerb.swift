import ArgumentParser

struct ModelVerb: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Look into a model file, or cut it in two.",
        subcommands: [ModelInspectVerb.self, ModelCutVerb.self])
}
