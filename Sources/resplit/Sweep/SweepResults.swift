import Foundation
import Model
import Scenarios

/// The folder of a sweep's results: one file a finished run, written whole or not at all.
struct SweepResults {
    let path: String

    /// Makes the folder where there is none.
    ///
    /// - Throws: `FileUnwritable`.
    init(path: String) throws {
        self.path = path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw FileUnwritable(path: path, why: "the folder can't be made")
        }
    }

    private func file(_ input: String) -> String {
        URL(filePath: path).appending(path: SweepRun.fileName(input: input)).path
    }

    /// - Returns: `nil` where there is no whole result of that input.
    func run(of input: String) -> SweepRun? {
        guard let data = FileManager.default.contents(atPath: file(input)),
            let run = try? StableJSON.decode(SweepRun.self, from: data, source: path), run.isOf(input: input)
        else { return nil }
        return run
    }

    /// - Throws: `FileUnwritable`.
    func write(_ run: SweepRun) throws { try Files.write(StableJSON.encode(run), to: file(run.input)) }
}
