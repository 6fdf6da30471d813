import Foundation

/// Trials of the telemetry store that are no contests of speed:
///
///     store-trials kill ROUNDS [FOLDER]    kills a writer at full rate, again and again, and looks at what is left
///     store-trials growth                  figures over days of history and over devices, one JSON object a line
///     store-trials writer FOLDER BOOT      what `kill` kills
@main enum StoreTrials {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch (arguments.first, arguments.count) {
        case ("kill", 2...3):
            guard let rounds = Int(arguments[1]), rounds > 0 else {
                throw Usage(problem: "kill ROUNDS, as in: kill 1000")
            }
            try await inFolder(arguments.count > 2 ? arguments[2] : nil) { folder in
                guard try await KillTrial(rounds: rounds, folder: folder).run() else { exit(1) }
            }
        case ("growth", 1):
            try await inFolder(nil) { try await GrowthTrial(folder: $0).run() }
        case ("writer", 3):
            try await FullRateWriter(folder: arguments[1], boot: Int(arguments[2]) ?? 0).run()
        default:
            throw Usage(problem: "usage: store-trials kill ROUNDS [FOLDER] | growth")
        }
    }

    private static func inFolder(_ named: String?, _ body: @Sendable (String) async throws -> Void) async throws {
        let parent = named ?? FileManager.default.temporaryDirectory.path
        let folder = parent + "/store-trials-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}

/// A line on standard output, at once, also into a file.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

struct Usage: Error, CustomStringConvertible {
    var problem: String
    var description: String { problem }
}

/// Nanoseconds of the machine's steady clock, the same for every process.
func machineClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

extension [Double] {
    /// The value at a share of the sorted values; 0 where there are none.
    func quantile(_ share: Double) -> Double {
        isEmpty ? 0 : sorted()[Swift.min(count - 1, Int(share * Double(count)))]
    }
}
