import ArgumentParser
import Model
import TelemetryStore

struct TelemetryCheckVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Integrity, gaps and clock steps of a store.",
        discussion: """
            Exits with 1 where the file is damaged, a roll-up does not account for its samples, a device was silent for \
            longer than --gap, or a clock stepped. Metrics that fell silent are listed, but no fault by themselves.
            """)

    @OptionGroup var telemetry: TelemetryOptions
    @Option(help: "Only the time that ends with the store's newest sample; default: all.") var window: Nanoseconds?
    @Option(help: "Longest time without any sample that is no gap.") var gap: Nanoseconds = .seconds(60)
    @Flag(help: "One JSON document on standard output.") var json = false

    func run() async throws {
        let store = try await telemetry.open()
        let since = try store.start(ofWindow: window)
        let check = try await store.check(device: telemetry.device, since: since, longestGap: gap)
        try await store.close()
        if json { try Emit.json(CheckReport(isSound: check.isSound, check: check)) } else { Emit.line(text(check)) }
        if !check.isSound { throw Ending.no }
    }

    private func text(_ check: StoreCheck) -> String {
        var lines = check.damage.map { "damaged: \($0)" }
        lines += check.wrongRollUps.map { "minute \($0) since 1970: roll-ups do not account for every sample" }
        lines += check.gaps.map {
            "\($0.device): no sample for \(Format.fixed($0.length.inSeconds, 1)) s after \(seconds($0.from))"
        }
        lines += check.clockFaults.map { fault in
            let step = "\(Format.fixed(fault.step.inSeconds, 3)) s"
            return switch fault.kind {
            case .wallClock: "the store's wall clock stepped by \(step)"
            case .deviceClock: "\(fault.device ?? ""): its clock stepped by \(step)"
            case .overlap: "\(fault.device ?? ""): a boot began \(step) from the end of the one before"
            }
        }
        let silences = check.silences.map {
            "\($0.device): \($0.metric.rawValue) fell silent at \(seconds($0.last)), "
                + "\(Format.fixed($0.length.inSeconds, 1)) s before the last sample"
        }
        let boots = "\(check.boots) \(check.boots == 1 ? "boot" : "boots")"
        let verdict = "\(check.isSound ? "sound" : "not sound"): \(check.samples) samples of \(boots)"
        return (lines + silences + [verdict]).joined(separator: "\n")
    }

    private func seconds(_ time: Instant) -> String { "\(Format.fixed(Double(time.nanoseconds) / 1e9, 3)) s" }
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
