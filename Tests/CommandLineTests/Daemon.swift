import Foundation
import Testing

/// A long-running verb. It ends with this object, too.
final class Daemon {
    private let process: Process
    private let output = Pipe()
    private let input = Pipe()
    private var pending = Data()

    /// - Parameter talks: what it writes is what it says on standard error.
    init(_ arguments: [String], talks: Bool = false) throws {
        process = Program.process(arguments + (talks ? [] : ["--quiet"]) + ["--until-stdin-closes"])
        process.standardOutput = talks ? FileHandle.nullDevice : output
        process.standardInput = input
        process.standardError = talks ? output : FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill() } }

    var isRunning: Bool { process.isRunning }

    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// As Ctrl-C does.
    func interrupt() { process.interrupt() }

    /// Once it has ended.
    var code: Int32 { process.terminationStatus }

    /// The port that it says it listens on.
    func port() throws -> Int {
        let line = try wait(for: "listening on")
        return try #require(line.split(separator: ":").last.flatMap { Int($0) })
    }

    @discardableResult func wait(for prefix: String) throws -> String { try wait { $0.hasPrefix(prefix) } }

    /// Reads on to the first line that will do.
    @discardableResult func wait(until isMeant: (String) -> Bool) throws -> String {
        while let line = nextLine() {
            if isMeant(line) { return line }
        }
        throw CancellationError()
    }

    /// What it writes from here to its end.
    func finish() -> Data {
        let rest = pending + output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return rest
    }

    private func nextLine() -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending = Data(pending[pending.index(after: end)...]) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            pending.append(data)
        }
    }
}
