import ArgumentParser
import Logging

/// What the long-running verbs share.
struct ProcessOptions: ParsableArguments {
    @Flag(help: "Say less.") var quiet = false
    @Flag(help: .hidden) var untilStdinCloses = false

    /// Logs go to standard error.
    func logger(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = quiet ? .error : .notice
        return logger
    }

    /// Runs `body` as `Supervised.run` does.
    func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await Supervised.run(untilStdinCloses: untilStdinCloses, body)
    }
}
