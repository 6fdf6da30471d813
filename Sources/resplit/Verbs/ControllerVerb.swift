import ArgumentParser
import Controller
import DataPlane
import Logging
import Model
import Optimizer
import Service
import TelemetryStore

struct ControllerVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "controller",
        abstract: "The controller's process: watches edge agents and moves their splits.",
        discussion: """
            Settings come from a YAML file; flags go before it. Prints its address once it listens. Every decision is \
            logged and kept in the store.
            """)

    @Option(help: "A YAML file of settings.") var config: String?
    @Option(help: "The plan set, a file that `resplit plan` wrote.") var plans: String?
    @Option(help: "The SQLite file for telemetry and decisions.") var store: String?
    @Option(help: "Where to listen; port 0 takes a free one.") var listen: Endpoint?
    @Option(help: "A file to write the state of store and devices to every second, as JSON.") var status: String?
    @Flag(help: "Keep every event, so that the run can be replayed.") var recordEvents = false
    @OptionGroup var process: ProcessOptions

    func run() async throws {
        let file = try config.map { try ControllerFile.decode(from: Files.read($0), source: $0) } ?? ControllerFile()
        guard let plans = plans ?? file.plans else {
            throw ValidationError("Name the plan set with --plans, or 'plans' in the settings.")
        }
        let planSet = try PlanSet.decode(from: Files.read(plans), source: plans)
        try planSet.check(file.settings.objective)
        let named = try listen ?? file.listen.map { try Endpoint(parsing: $0) }
        let endpoint = named ?? Endpoint(host: "127.0.0.1", port: 7700)
        var configuration = ControllerService.Configuration(listen: endpoint, planSet: planSet)
        configuration.settings = file.settings
        configuration.recordsEvents = recordEvents || file.recordEvents
        let logger = process.logger("controller")
        let store = try TelemetryStore.open(
            path: store ?? file.store ?? "resplit.sqlite", options: storeOptions(file, logger))
        let service = ControllerService(configuration: configuration, store: store, logger: logger)
        let status = status
        try await process.run {
            try await withThrowingTaskGroup { group in
                if let status { group.addTask { await Self.report(service, to: status, logger) } }
                group.addTask { try await service.run { Emit.line("listening on \($0)") } }
                // Whichever ends, the other ends in order, and its error counts.
                while try await group.next() != nil { group.cancelAll() }
            }
            if let status { await Self.write(service, to: status, logger) }
        }
    }

    /// Until cancelled.
    private static func report(_ service: ControllerService, to path: String, _ logger: Logger) async {
        while !Task.isCancelled {
            await write(service, to: path, logger)
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// A status that can't be written is said, and costs nothing else.
    private static func write(_ service: ControllerService, to path: String, _ logger: Logger) async {
        do { try Files.write(StableJSON.encode(await service.status()), to: path) } catch { logger.warning("\(error)") }
    }

    /// A store that is damaged or away costs telemetry, never the control loop: it is set aside or waited for, and said once.
    private func storeOptions(_ file: ControllerFile, _ logger: Logger) -> StoreOptions {
        var options = StoreOptions()
        options.setsDamagedAside = true
        options.retention.rows = file.retention ?? options.retention.rows
        options.retention.bytes = file.retentionBytes ?? options.retention.bytes
        options.notice = { logger.warning("\($0)") }
        return options
    }
}
