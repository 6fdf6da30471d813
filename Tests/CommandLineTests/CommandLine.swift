import Foundation

/// The program as a user runs it.
enum Program {
    struct Outcome {
        var code: Int32
        var output: String
        var errors: String
    }

    /// It lies beside the test bundle.
    static let path: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var candidates = [URL(filePath: own).deletingLastPathComponent()]
        // Some runners load the bundle into a program of the toolchain: then its path is an argument.
        candidates += CommandLine.arguments.map { URL(filePath: $0).deletingLastPathComponent() }
        let paths = candidates.map { $0.appending(path: "resplit").path }
        return paths.first { FileManager.default.isExecutableFile(atPath: $0) } ?? "resplit"
    }()

    static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        return process
    }

    /// Runs it to its end.
    static func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    /// - Parameter environment: variables that differ from this program's own.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let process = process(arguments)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let collected = Collected()
        let reader = Thread { collected.set(errors.fileHandleForReading.readDataToEndOfFile()) }
        reader.start()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            code: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: collected.wait(), as: UTF8.self))
    }
}

/// What another thread read.
private final class Collected: Sendable {
    private let done = DispatchSemaphore(value: 0)
    /// Safe to share: written once before the semaphore is signalled, read after.
    nonisolated(unsafe) private var data = Data()

    func set(_ data: Data) {
        self.data = data
        done.signal()
    }

    func wait() -> Data {
        done.wait()
        return data
    }
}
