public import ArgumentParser
import Foundation
import Model
public import TelemetryStore

struct TelemetryExportVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Rows of a store as CSV or JSON lines, on standard output or into a file.")

    @OptionGroup var telemetry: TelemetryOptions
    @Option(help: "What: \(ExportTable.allCases.map(\.rawValue).joined(separator: ", ")).")
    var table = ExportTable.samples
    @Option(help: "How: \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = ExportFormat.csv
    @Option(help: "Only rows of the time that ends with the store's newest sample; default: all.") var window:
        Nanoseconds?
    @Option(name: .shortAndLong, help: "Write here instead of to standard output.") var output: String?

    func validate() throws { try checkLengths([("--window", window)]) }

    func run() async throws {
        let store = try await telemetry.open()
        let since = try store.start(ofWindow: window)
        if let output {
            let file = try OutputFile(output, besides: telemetry.store)
            do {
                try store.export(table, as: format, device: telemetry.device, since: since) { try file.write($0) }
                try file.finish()
            } catch {
                file.discard()
                throw error
            }
        } else {
            try store.export(table, as: format, device: telemetry.device, since: since) { Emit.text($0) }
        }
        try await store.close()
    }
}

extension ExportTable: ExpressibleByArgument {}
extension ExportFormat: ExpressibleByArgument {}

/// A file that appears under its name when it is whole.
private struct OutputFile {
    private let path: String
    private let handle: FileHandle
    private var draft: String { path + ".part" }

    /// - Parameter store: what must not be written over.
    /// - Throws: `FileUnwritable`.
    init(_ path: String, besides store: String) throws {
        self.path = path
        let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        guard type == nil || type == .typeRegular else {
            throw FileUnwritable(path: path, why: "it is no regular file; leave -o out and redirect standard output")
        }
        guard !["", "-wal", "-shm"].contains(where: { Files.isSame(path, store + $0) }) else {
            throw FileUnwritable(path: path, why: "it is the store itself")
        }
        guard FileManager.default.createFile(atPath: path + ".part", contents: nil),
            let handle = FileHandle(forWritingAtPath: path + ".part")
        else { throw FileUnwritable(path: path, why: "the folder may not be written, or is not there") }
        self.handle = handle
    }

    func write(_ text: String) throws {
        do {
            try handle.write(contentsOf: Data(text.utf8))
        } catch {
            throw FileUnwritable(path: path, why: "the disk takes no more")
        }
    }

    /// Leaves nothing behind.
    func discard() {
        try? handle.close()
        unlink(draft)
    }

    func finish() throws {
        try handle.close()
        guard rename(draft, path) == 0 else { throw FileUnwritable(path: path, why: "the file may not be replaced") }
    }
}
