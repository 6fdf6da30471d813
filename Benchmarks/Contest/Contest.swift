import Foundation
import Model

/// Every policy over recorded traces, with three models, five speeds of the edge, and two loads.
///
///     contest --traces FOLDER [--each] [--json] [--free-moves] [--noise SHARE] [--seconds N] [--load light|heavy]
///         [--reference FILE] [--decisions] [--only TEXT] [--model NAME] [--slowdown N]…
@main enum Contest {
    static func main() async throws {
        do {
            try await run(Options(CommandLine.arguments.dropFirst()))
        } catch let usage as Options.Usage {
            FileHandle.standardError.write(Data("\(usage)\n".utf8))
            exit(2)
        }
    }

    /// What earlier runs of these matches came to.
    private static func reference(_ path: String, of matches: [Match]) throws -> [Outcome.Key: Outcome] {
        let earlier: [Outcome.Key: Outcome]
        do {
            earlier = try Document.outcomes(at: path)
        } catch let stranger as Document.Stranger {
            let policies = stranger.policies.joined(separator: ", ")
            throw Options.Usage(problem: "--reference \(path): is of other policies (\(policies)): make it anew")
        } catch {
            throw Options.Usage(problem: "--reference \(path): is no output of contest --json")
        }
        let known = matches.count { earlier[$0.key] != nil }
        guard known > 0 || matches.isEmpty else {
            throw Options.Usage(
                problem: "--reference \(path): is of \(earlier.count) other matches, and of none that are asked for: "
                    + "give the flags that it was made with")
        }
        if known < matches.count { note("--reference \(path): knows \(known) of \(matches.count) matches") }
        return earlier
    }

    private static func run(_ options: Options) async throws {
        let folder = try TraceFolder(URL(filePath: options.traces))
        for line in folder.passedOver { note("passed over: \(line)") }
        let traces = folder.traces.filter { options.only.isEmpty || $0.name.contains(options.only) }
        let models = try ContestModel.all().filter { options.model.map($0.name.contains) ?? true }
        for (assumed, count) in Self.counted(traces.map(\.assumed)) where !assumed.isEmpty {
            note("assumed of \(count) of \(traces.count) traces: \(assumed)")
        }
        let matches = options.matches(of: traces, models)
        let clock = ContinuousClock()
        let start = clock.now
        let earlier = try options.reference.map { try reference($0, of: matches) } ?? [:]
        let outcomes = try await outcomes(of: matches, reusing: earlier)
        note("\(matches.count) matches of \(options.length.inSeconds) s in \(clock.now - start)")
        if options.json {
            try Document(outcomes).print()
        } else {
            Report(outcomes: outcomes, each: options.each).print()
        }
    }

    private static func counted(_ texts: [String]) -> [(String, Int)] {
        Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    }

    /// In the order of the matches, however they were shared out among the cores.
    private static func outcomes(
        of matches: [Match], reusing earlier: [Outcome.Key: Outcome]
    ) async throws -> [Outcome] {
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for (index, match) in matches.enumerated() {
                let known = earlier[match.key]
                group.addTask { (index, try match.outcome(reusing: known)) }
            }
            var outcomes: [(Int, Outcome)] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

}

/// Says something beside the results.
func note(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
