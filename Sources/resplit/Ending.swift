import ArgumentParser
import Foundation
import Model

/// How a run of the command line ends: the exit code, and what is said.
struct Ending {
    var code: Int32
    /// For standard error.
    var line: String?
    /// For standard output: help that was asked for.
    var text: String?

    /// Done, and the answer is no.
    static let no = ExitCode(1)
    static let interrupted = ExitCode(130)

    init(_ error: any Error) {
        switch error {
        case let error as any InputError:
            self.init(code: 2, line: "resplit: \(error)")
        case let error as any EnvironmentError:
            self.init(code: 3, line: "resplit: \(error)")
        case let error as ExitCode:
            self.init(code: error.rawValue)
        case is CancellationError:
            self.init(code: Self.interrupted.rawValue)
        default:
            self.init(fromParser: error)
        }
    }

    private init(fromParser error: any Error) {
        let message = Resplit.fullMessage(for: error)
        switch Resplit.exitCode(for: error) {
        case .success: self.init(code: 0, text: message)
        case .validationFailure: self.init(code: 2, line: Self.usage(Resplit.message(for: error)))
        default: self.init(code: 3, line: "resplit: \(message)")
        }
    }

    /// What is wrong with the arguments, and where their help is, on one line.
    private static func usage(_ message: String) -> String {
        let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let sentence = words.hasSuffix(".") ? String(words.dropLast()) : words
        return "resplit: \(sentence); see '\(Resplit.verb(in: CommandLine.arguments)) --help'".onOneLine
    }

    private init(code: Int32, line: String? = nil, text: String? = nil) {
        self.code = code
        self.line = line
        self.text = text
    }
}

extension Resplit {
    /// The verb that arguments name, as far as they name one: `resplit telemetry show`.
    fileprivate static func verb(in arguments: [String]) -> String {
        var names = ["resplit"]
        var command: any ParsableCommand.Type = Resplit.self
        for argument in arguments.dropFirst() {
            let verbs = command.configuration.subcommands
            guard let next = verbs.first(where: { $0.configuration.commandName == argument }) else { break }
            names.append(argument)
            command = next
        }
        return names.joined(separator: " ")
    }
}
