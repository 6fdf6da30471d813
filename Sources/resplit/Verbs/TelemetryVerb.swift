import ArgumentParser
import Model
import TelemetryStore

struct TelemetryVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry", abstract: "Look into a telemetry store: windows, samples, integrity.",
        subcommands: [TelemetryShowVerb.self, TelemetryExportVerb.self, TelemetryCheckVerb.self])
}

/// Which store, and whose part of it. Reads while a controller writes.
struct TelemetryOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A store, the file that `resplit controller --store` wrote.", valueName: "run.sqlite"))
    var store: String
    @Option(help: "Only this device; default: all.") var device: String?

    /// Says where the file had to be brought up to date.
    /// - Throws: `StoreError`, `StoreUnavailable`, `UnknownDevice`.
    func open() async throws -> TelemetryStore {
        var options = StoreOptions()
        options.notice = { Emit.note("\($0)") }
        let store = try TelemetryStore.openToRead(path: store, options: options)
        guard let device else { return store }
        let known = Set(try await store.boots().map(\.device))
        guard known.contains(device) else {
            throw UnknownDevice(
                store: store.path, device: device, nearest: nearestName(to: device, among: known.sorted()))
        }
        return store
    }
}

extension TelemetryStore {
    /// Wall clock, in nanoseconds since 1970, where the window begins that ends with the newest sample.
    func start(ofWindow window: Nanoseconds?) throws -> Int64 {
        guard let window, let newest = try newestWall() else { return .min }
        return newest.subtractingReportingOverflow(window.count).partialValue
    }
}

/// A device that the store has nothing of.
struct UnknownDevice: InputError {
    var store: String
    var device: String
    var nearest: String?

    var description: String {
        "\(store): has nothing of a device '\(device.onOneLine)'"
            + (nearest.map { "; did you mean '\($0.onOneLine)'?" } ?? "")
    }
}

/// Windows and gaps without length.
func checkLengths(_ named: [(name: String, length: Nanoseconds?)]) throws {
    for case (let name, let length?) in named where length <= .zero {
        throw ValidationError("\(name): must be above zero, as in \(name) 60s.")
    }
}
