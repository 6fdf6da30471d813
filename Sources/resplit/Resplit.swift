import ArgumentParser
import Foundation

/// The command line. Raw flags become validated values before anything runs; one file a verb.
@main
struct Resplit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resplit",
        abstract: "Splits a deep network between an edge device and the cloud, and keeps moving the split.",
        discussion: """
            Exit codes: 0 done; 1 done, and the answer is no; 2 bad usage or bad input; 3 the environment lacks something; \
            130 interrupted.
            """,
        subcommands: [
            DemoVerb.self, ModelVerb.self, ProfileVerb.self, PlanVerb.self, ExplainVerb.self, AgentVerb.self,
            WorkerVerb.self, ControllerVerb.self, TelemetryVerb.self, ReplayVerb.self, TraceVerb.self,
            SimulateVerb.self,
            ScenarioVerb.self, SweepVerb.self, ReproduceVerb.self,
        ])

    static func main() async {
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            let ending = Ending(error)
            if let line = ending.line { Emit.note(line) }
            if let text = ending.text { Emit.line(text) }
            Foundation.exit(ending.code)
        }
    }
}
