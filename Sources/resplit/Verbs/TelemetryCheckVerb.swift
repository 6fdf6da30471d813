import ArgumentParser
import Model
import TelemetryStore

struct TelemetryCheckVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Integrity, gaps and clock steps of a store.",
        discussion: """
            Exits with 1 where file or log is damaged, a row cannot be, a roll-up does not account for what it is made of, a \
            device was silent for longer than --gap, or a clock stepped. Metrics that fell silent are listed, but no fault \
            by themselves.
            """)

    @OptionGroup var telemetry: TelemetryOptions
    @Option(help: "Only the time that ends with the store's newest sample; default: all.") var window: Nanoseconds?
    @Option(help: "Longest time without any sample that is no gap.") var gap: Nanoseconds = .seconds(60)
    @Flag(help: "One JSON document on standard output.") var json = false

    func validate() throws { try checkLengths([("--window", window), ("--gap", gap)]) }

    func run() async throws {
        let store = try await telemetry.open()
        let since = try store.start(ofWindow: window)
        let check = try await store.check(device: telemetry.device, since: since, longestGap: gap)
        try await store.close()
        if json {
            try Emit.json(CheckReport(isSound: check.isSound, check: check))
        } else {
            Emit.line(CheckText(check).text)
        }
        if !check.isSound { throw Ending.no }
    }
}

/// What `telemetry check --json` says: whether the store is sound, and the findings.
private struct CheckReport: Encodable {
    var isSound: Bool
    var check: StoreCheck

    private enum CodingKeys: String, CodingKey { case isSound = "sound" }

    func encode(to encoder: any Encoder) throws {
        try check.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isSound, forKey: .isSound)
    }
}
