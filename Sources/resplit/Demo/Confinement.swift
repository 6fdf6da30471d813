import Foundation

/// Processors that a process is confined to, by the `taskset` program (util-linux).
struct Confinement: Sendable {
    private static let program = "/usr/bin/taskset"

    private let processors: [Int]

    /// The edge's processor and the cloud's: one and the rest, so that load on the edge stays there. None where the machine
    /// has but one, or lacks the program.
    static let edgeAndCloud: (edge: Confinement?, cloud: Confinement?) = {
        let available = allowed
        guard let first = available.first, available.count > 1,
            FileManager.default.isExecutableFile(atPath: program)
        else { return (nil, nil) }
        return (Confinement(processors: [first]), Confinement(processors: Array(available.dropFirst())))
    }()

    /// The processors that this process may use: `0-3,8` in the kernel's words.
    private static var allowed: [Int] {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
        let ranges = line?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces).split(separator: ",") ?? []
        return ranges.flatMap { range in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [Int]() }
            return Array(first...last)
        }
    }

    /// Makes `process` run a program under this confinement, or free where there is none.
    static func run(_ program: String, _ arguments: [String], under confinement: Confinement?, in process: Process) {
        guard let confinement else {
            process.executableURL = URL(filePath: program)
            process.arguments = arguments
            return
        }
        let list = confinement.processors.map(String.init).joined(separator: ",")
        process.executableURL = URL(filePath: Self.program)
        process.arguments = ["--cpu-list", list, program] + arguments
    }
}
