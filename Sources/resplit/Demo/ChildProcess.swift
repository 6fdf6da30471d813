import Foundation
import Model

/// A process of the demo: this very program with another verb. It ends when its standard input closes, so that it cannot
/// outlive us however we end.
final class ChildProcess: Sendable {
    let name: String
    private let process = Process()
    private let input = Pipe()
    private let lines: AsyncStream<String>
    private let errors: URL

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - confinement: to the processors that it may run on; `nil` for all.
    ///   - log: where its standard error goes.
    init(_ name: String, _ arguments: [String], confinement: Confinement?, log: URL) throws {
        self.name = name
        errors = log
        let output = Pipe()
        lines = Self.lines(of: output)
        Confinement.run(Self.ownPath, arguments + ["--until-stdin-closes"], under: confinement, in: process)
        process.standardInput = input
        process.standardOutput = output
        _ = FileManager.default.createFile(atPath: log.path, contents: nil)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
    }

    /// The first line that starts with `prefix`, without it.
    ///
    /// - Throws: `ChildProcessError.ended` with the last line of its log where it ends before.
    func line(after prefix: String) async throws -> String {
        for await line in lines where line.hasPrefix(prefix) { return String(line.dropFirst(prefix.count)) }
        try Task.checkCancellation()
        throw ChildProcessError.ended(name: name, lastWords: lastWords)
    }

    /// Waits until it ends by itself.
    ///
    /// - Returns: what it wrote from here on.
    /// - Throws: `ChildProcessError.ended` where it failed.
    func output() async throws -> String {
        var text = ""
        for await line in lines { text += line + "\n" }
        try Task.checkCancellation()
        await waitUntilEnded(within: .seconds(10))
        guard !process.isRunning, process.terminationStatus == 0 else {
            throw ChildProcessError.ended(name: name, lastWords: lastWords)
        }
        return text
    }

    /// Asks it to end, and makes it after three seconds.
    func stop() async {
        guard process.isRunning else { return }
        process.terminate()
        await waitUntilEnded(within: .seconds(3))
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        await waitUntilEnded(within: .seconds(3))
    }

    /// Looks again and again: Foundation's own wait blocks a thread that tasks need.
    private func waitUntilEnded(within limit: Duration) async {
        let end = ContinuousClock.now + limit
        while process.isRunning, ContinuousClock.now < end { try? await Task.sleepUncancelled(for: .milliseconds(5)) }
    }

    private var lastWords: String {
        let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
        return log.split(separator: "\n").last.map(String.init) ?? "it said nothing"
    }

    private static let ownPath =
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]

    private static func lines(of pipe: Pipe) -> AsyncStream<String> {
        AsyncStream { continuation in
            Thread.detachNewThread {
                var pending = Data()
                while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
                    pending.append(data)
                    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                        continuation.yield(String(decoding: pending[..<end], as: UTF8.self))
                        pending = Data(pending[pending.index(after: end)...])
                    }
                }
                continuation.finish()
            }
        }
    }
}

/// A process of the demo that did not do its part.
enum ChildProcessError: EnvironmentError {
    case ended(name: String, lastWords: String)

    var description: String {
        switch self {
        case .ended(let name, let lastWords): "the demo's \(name) ended early: \(lastWords)"
        }
    }
}

extension Task where Success == Never, Failure == Never {
    /// Sleeps its full time also in a cancelled task, for orderly endings.
    static func sleepUncancelled(for duration: Duration) async throws {
        try await Task<Void, any Error>.detached { try await Task<Never, Never>.sleep(for: duration) }.value
    }
}
