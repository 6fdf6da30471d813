import ArgumentParser
import Foundation
import Model
import Scenarios

struct SweepVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep", abstract: "Simulates a scenario over traces, settings, seeds and policies.",
        discussion: """
            Each finished run is a file in the folder given by -o: a second start does only what is missing, or whose input has \
            changed. --shard does one part of many, so that a cluster's job array does the whole; --merge then puts the \
            results together, to the same bytes however they were made. Exits with 1 where --merge finds runs missing.
            """)

    @Argument(help: ArgumentHelp("A sweep's file; see Guides/Sweeps.md.", valueName: "sweep.yaml")) var file: String
    @Option(name: .shortAndLong, help: "The folder of the results.") var output: String
    @Option(help: "How many runs at a time; default: one a processor.") var jobs: Int?
    @Option(help: ArgumentHelp("Only this part of so many.", valueName: "i/n")) var shard: Shard?
    @Flag(help: "Run nothing: put together what is there.") var merge = false
    @Option(help: "Write a line for each run here, as CSV.") var csv: String?
    @Flag(help: "One JSON document on standard output.") var json = false
    @OptionGroup var process: ProcessOptions

    func validate() throws {
        if let jobs, !(1...4096).contains(jobs) { throw ValidationError("--jobs: is 1 to 4096.") }
        if merge, shard != nil { throw ValidationError("--merge: takes all shards; leave out --shard.") }
        if shard != nil, json || csv != nil {
            throw ValidationError("--shard: a part has no report; give --json and --csv to --merge.")
        }
    }

    func run() async throws {
        let sweep = try Sweep.read(file: file)
        let results = try SweepResults(path: output)
        if !merge {
            let count = jobs ?? ProcessInfo.processInfo.activeProcessorCount
            let (file, shard, isQuiet) = (file, shard ?? .whole, process.quiet)
            try await process.run {
                // Read anew: what was read belongs to the task that read it.
                try await SweepRounds(results, jobs: count, isQuiet: isQuiet).run(Sweep.read(file: file), shard)
            }
            if shard != .whole { return }
        }
        try report(sweep, results)
    }

    private func report(_ sweep: Sweep, _ results: SweepResults) throws {
        let found = try sweep.inputs(of: sweep.units).map(results.run)
        let missing = found.count { $0 == nil }
        guard missing == 0 else {
            Emit.note(
                "resplit: \(output): \(missing) of \(found.count) runs are missing; start the sweep again, or its shards"
            )
            throw Ending.no
        }
        let runs = found.compactMap(\.self)
        let report = SweepReport(sweep, runs)
        if let csv { try Files.write(Data(SweepReport.csv(sweep, runs).utf8), to: csv) }
        if json { try Emit.json(report) } else { Emit.line(SweepTable(report).text) }
    }
}

/// Runs a sweep's units into its folder, and says how far it is.
private struct SweepRounds {
    private let results: SweepResults
    private let jobs: Int
    private let isQuiet: Bool

    init(_ results: SweepResults, jobs: Int, isQuiet: Bool) {
        self.results = results
        self.jobs = jobs
        self.isQuiet = isQuiet
    }

    func run(_ sweep: Sweep, _ shard: Shard) async throws {
        let units = sweep.units(of: shard)
        let progress = Progress("sweep")
        let start = ContinuousClock.now
        var (done, made) = (0, 0)
        var driver = Sweep.Driver(isFinished: { results.run(of: $0) != nil }, finished: results.write)
        driver.jobs = jobs
        driver.progress = { wasThere in
            done += 1
            made += wasThere ? 0 : 1
            guard !isQuiet else { return }
            let left = Self.left(since: start, made: made, left: units.count - done)
            progress.show(Double(done) / Double(units.count), "\(done) of \(units.count) runs\(left)")
        }
        try await sweep.run(units, driver)
        progress.finish()
        if !isQuiet { Emit.note("\(units.count) runs are there, \(made) of them new") }
    }

    /// `, 3 min left`, from the pace so far.
    private static func left(since start: ContinuousClock.Instant, made: Int, left: Int) -> String {
        guard made > 0, left > 0 else { return "" }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        let seconds = elapsed / Double(made) * Double(left)
        switch seconds {
        case ..<90: return ", \(Format.fixed(seconds, 0)) s left"
        case ..<5400: return ", \(Format.fixed(seconds / 60, 0)) min left"
        default: return ", \(Format.fixed(seconds / 3600, 1)) h left"
        }
    }
}
